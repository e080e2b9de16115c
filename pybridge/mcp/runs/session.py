"""A session: an interpreter that lives from run to run, in a process of its own."""

from __future__ import annotations

import base64
import binascii
import queue
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from pybridge.errors import UsageError
from pybridge.mcp.runs.once import GUEST, error_of, guest_program, split_files, status_of
from pybridge.mcp.runs.request import WORKSPACE, CodeRun, RunLimits
from pybridge.mcp.runs.result import Outcome, RunResult, Status, Stream, read_outcome
from pybridge.processes import Completed, Process, Processes, ProcessLimits

LIFE_MS = 6 * 3600 * 1000
"""Milliseconds after which a session ends in any case."""
OUTPUT_BYTES = 64 * 1024 * 1024
"""Of a session in its life, its artifacts included; then it ends."""
_POLL_S = 0.1


class SessionBusy(UsageError):
    """Another run goes on in the session."""

    def __init__(self) -> None:
        super().__init__(
            "the session is busy with another run", "wait for it, or use another session"
        )


@dataclass
class _Collected:
    """What a run wrote to a stream, until the line with the mark."""

    mark: bytes
    most: int
    head: bytearray = field(default_factory=bytearray)
    is_cut: bool = False
    last: bytes | None = None
    """The rest of the line with the mark, once it is there."""
    _open: bytearray | None = None

    def take(self, piece: bytes) -> None:
        if self.last is not None:
            return
        if self._open is None:
            self.head += piece
            start = self.head.find(self.mark, max(0, len(self.head) - len(piece) - len(self.mark)))
            if start < 0:
                self._shorten()
                return
            self._open = self.head[start + len(self.mark) :]
            del self.head[start:]
            self._cut()
        else:
            self._open += piece
        if self._open.endswith(b"\n"):
            self.last = bytes(self._open[:-1])

    def _shorten(self) -> None:
        """Drop what is beyond the limit, but what may be the beginning of the mark."""
        if len(self.head) > self.most + 2 * len(self.mark):
            del self.head[self.most : len(self.head) - len(self.mark)]
            self.is_cut = True

    def _cut(self) -> None:
        self.is_cut = self.is_cut or len(self.head) > self.most
        del self.head[self.most :]

    def stream(self) -> Stream:
        """Return what was written so far."""
        return Stream(bytes(self.head[: self.most]), self.is_cut)


class Session:
    """A living interpreter; one run at a time."""

    def __init__(self, processes: Processes, limits: RunLimits) -> None:
        """Start it."""
        self.used = time.monotonic()
        """When it was last used."""
        self.runs = 0
        self.limits = limits
        """Of memory and files: they cannot change while it lives."""
        self._mark = secrets.token_hex(16)
        self._requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._pending = b""
        self._news = threading.Condition()
        self._out = self._err = _Collected(b"", 0)
        self._left = OUTPUT_BYTES
        self._is_busy = False
        self._process: Process = processes.start(
            processes.invocation(
                [["python", GUEST, "session", self._mark]],
                files={GUEST: guest_program()},
                cwd=WORKSPACE,
                limits=ProcessLimits(
                    timeout_ms=LIFE_MS,
                    memory_bytes=limits.memory_bytes,
                    stdout_bytes=OUTPUT_BYTES,
                    stderr_bytes=OUTPUT_BYTES,
                    files_bytes=limits.files_bytes + len(guest_program()),
                    file_count=limits.file_count + 1,
                ),
            ),
            stdout=lambda piece: self._take("out", piece),
            stderr=lambda piece: self._take("err", piece),
            stdin=self._source,
        )

    def start(self, run: CodeRun) -> SessionRun:
        """Start a run in it.

        Raises:
            SessionBusy: when another one goes on.
        """
        with self._news:
            if self._is_busy:
                raise SessionBusy
            self._is_busy = True
            self.runs += 1
            self.used = time.monotonic()
            mark = self._mark.encode("ascii")
            self._out, self._err = (_Collected(mark, run.limits.output_bytes) for _ in range(2))
        files = {path: base64.b64encode(each).decode("ascii") for path, each in run.files.items()}
        name = f"run{self.runs}.py"
        request = run.request(files=files, file=name, filesBytes=OUTPUT_BYTES // 4)
        self._requests.put(request + b"\n")
        return SessionRun(self, run)

    def end(self) -> None:
        """End it at once."""
        self._requests.put(b"")
        self._process.cancel()

    @property
    def is_alive(self) -> bool:
        """Whether it can take another run."""
        return self.ended(0) is None

    def ended(self, timeout_s: float) -> Completed | None:
        """Return the outcome of its process; None if it goes on for so many seconds."""
        try:
            return self._process.wait(timeout_s)
        except TimeoutError:
            return None

    def answered(self, timeout_s: float) -> tuple[Stream, Stream, Outcome | None, bool]:
        """Return what the run wrote so far, its outcome, and whether it has ended by itself, as soon as it has."""
        with self._news:
            self._news.wait_for(self._is_answered, timeout_s)
            is_done = self._is_answered()
            outcome = read_outcome(self._out.last or b"") if is_done else None
            if is_done:
                self._is_busy = False
                self.used = time.monotonic()
            return self._out.stream(), self._err.stream(), outcome, is_done

    @property
    def is_exhausted(self) -> bool:
        """Whether it has written all that a session can."""
        return self._left <= 0

    def _is_answered(self) -> bool:
        return self._out.last is not None and self._err.last is not None

    def _take(self, name: str, piece: bytes) -> None:
        with self._news:
            (self._out if name == "out" else self._err).take(piece)
            self._left -= len(piece)
            self._news.notify_all()

    def _source(self, size: int) -> bytes:
        if not self._pending:
            self._pending = self._requests.get()
        piece, self._pending = self._pending[:size], self._pending[size:]
        return piece


class SessionRun:
    """A run in a session."""

    def __init__(self, session: Session, run: CodeRun) -> None:
        self._session = session
        self._run = run
        self._started = time.monotonic()
        self._deadline = self._started + run.limits.timeout_ms / 1000
        self._is_cancelled = False

    def wait(self, timeout_s: float) -> RunResult:
        """Return its result; see `Running`. A run that does not end by itself ends the session."""
        until = time.monotonic() + timeout_s
        while True:
            left = min(until, self._deadline) - time.monotonic()
            out, err, outcome, is_done = self._session.answered(max(0.0, min(left, _POLL_S)))
            if is_done:
                return self._result(out, err, outcome)
            completed = self._session.ended(0)
            now = time.monotonic()
            if self._session.is_exhausted or now >= self._deadline:
                self._session.end()
                completed = self._session.ended(5)
            if completed is not None:
                return self._stopped(out, err, completed)
            if now >= until:
                raise TimeoutError

    def cancel(self) -> None:
        """End the run, and so the session."""
        self._is_cancelled = True
        self._session.end()

    def _result(self, out: Stream, err: Stream, outcome: Outcome | None) -> RunResult:
        completed = self._completed((outcome.exit_code if outcome else None) or 0)
        status, message = status_of(completed, outcome)
        files = _decoded(outcome.files) if outcome is not None else {}
        artifacts, changed = split_files(files, self._run)
        return RunResult(
            status=status,
            exit_code=completed.exit_code,
            stdout=out,
            stderr=err,
            value=outcome.value if outcome is not None else None,
            error=error_of(outcome, status, message),
            artifacts=artifacts,
            changed=changed,
            duration_ms=completed.duration_ms,
            message=message,
        )

    def _stopped(self, out: Stream, err: Stream, completed: Completed) -> RunResult:
        """Return the result of a run with which the session ended."""
        status, message = self._reason(completed)
        told = f"{message}; the session has ended"
        return RunResult(
            status=status,
            exit_code=completed.exit_code,
            stdout=out,
            stderr=err,
            error=error_of(None, status, told),
            duration_ms=self._completed(0).duration_ms,
            message=told,
        )

    def _reason(self, completed: Completed) -> tuple[Status, str | None]:
        if self._session.is_exhausted:
            return "limit", f"a session can write {OUTPUT_BYTES:,} bytes in its life"
        if not self._is_cancelled and completed.error_class == "cancelled":
            seconds = self._run.limits.timeout_ms / 1000
            return "timeout", f"Execution timeout exceeded: took longer than {seconds:g} s"
        return status_of(completed, None)

    def _completed(self, exit_code: int) -> Completed:
        return Completed(exit_code, duration_ms=(time.monotonic() - self._started) * 1000)


def _decoded(files: Mapping[str, str]) -> dict[str, bytes | None]:
    """Return files that the sandbox sent; what is not base64 is left out."""
    found: dict[str, bytes | None] = {}
    for path, data in files.items():
        try:
            found[path] = base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            continue
    return found
