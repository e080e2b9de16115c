"""One warm child process: runs WASI modules one after another, and is killed when one does not end in time."""

from __future__ import annotations

import json
import os
import selectors
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pybridge.python_child import start_python
from pybridge.wasi.compile import package_folder
from pybridge.wasi.last_words import last_words
from pybridge.wasi.pipes import CHUNK, Streams, opened_pipes

CHILD = Path(__file__).with_name("warm_child.py")

Reason = Literal["exit", "trap", "refused", "timeout", "cancelled", "limit", "too large", "lost"]
"""`exit` and `trap`: the module ended; `refused`: it could not be started; `too large`: nor could one that
begins with more memory than it may have;
`lost`: the child died of something else."""


@dataclass(frozen=True)
class Folder:
    """A folder of this machine that a module sees."""

    host: Path
    guest: str
    is_writable: bool = False


@dataclass(frozen=True)
class Job:
    """Everything that a module can see of this machine, and its limits."""

    module: Path
    """The compiled module; see `compile.compiled`."""
    argv: Sequence[str]
    env: Mapping[str, str]
    folders: Sequence[Folder]
    stdin: Path
    """A file, or a pipe."""
    is_fed: bool
    """Whether it is a pipe; the child runs no job after this one."""
    scratch: Path
    """A private folder, not among *folders*, for the pipes of its output."""
    memory_bytes: int
    file_bytes: int
    """Bytes to which each file can grow."""


@dataclass(frozen=True)
class Ended:
    """How a job ended."""

    reason: Reason
    status: int = 0
    """Exit status; 0 unless the reason is `exit`."""
    detail: str = ""
    memory_bytes: int = 0
    """Bytes of memory that a module had when it failed."""


@dataclass
class Watch:
    """What ends a job before its own end."""

    left_s: float
    """Seconds that are left; less after each job that was watched."""
    check: Callable[[int], str | None] = lambda _: None
    """Called now and then while the job runs, with the number of its process; returns which limit it broke, or None."""
    check_s: float = 0.1
    """Seconds before the first check; a check that takes long is made more rarely."""


class Cancellation:
    """Ends a job from another thread, or forbids one that was not begun."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kill: Callable[[], None] | None = None
        self.is_requested = False

    def request(self) -> None:
        """End the job at once; one that has ended stays as it is."""
        with self._lock:
            self.is_requested = True
            if self._kill is not None:
                self._kill()

    def attach(self, kill: Callable[[], None] | None) -> None:
        """Name what ends the job that runs now, or None when none does."""
        with self._lock:
            self._kill = kill
            if kill is not None and self.is_requested:
                kill()


@dataclass
class _Reply:
    """The reply of the child, as far as it has arrived."""

    raw: bytes = b""
    value: dict[str, Any] | None = None
    is_lost: bool = False
    parts: list[bytes] = field(default_factory=list)

    def feed(self, chunk: bytes) -> None:
        """Take a chunk; an empty one means that the child has died."""
        self.is_lost = not chunk
        self.parts.append(chunk)
        if chunk.endswith(b"\n"):
            self.value = json.loads(b"".join(self.parts))

    @property
    def is_there(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self.is_lost or self.value is not None


class WarmChild:
    """A child process that holds wasmtime and compiled modules, and runs one job at a time."""

    def __init__(self) -> None:
        """Start it; it gets ready by itself.

        Raises:
            OSError: when it cannot be started.
        """
        self._child = start_python(CHILD, [str(package_folder("wasmtime", "wasmtime").parent)])
        self.is_usable = True
        """Whether it can run another job."""

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._child.process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process is there; others can end it, such as the system for want of memory."""
        return self._child.process.poll() is None

    def load(self, modules: Sequence[Path]) -> None:
        """Load compiled modules, so that their first jobs find them; wait until that is done."""
        for module in modules:
            if not self._send({"kind": "load", "module": str(module)}):
                return
            reply = _Reply()
            while not reply.is_there:
                reply.feed(os.read(self._replies, CHUNK))
            self.is_usable = not reply.is_lost

    def run(self, job: Job, streams: Streams, watch: Watch, cancellation: Cancellation) -> Ended:
        """Run a job to its end, or end it; what it wrote until then went to *streams*."""
        with opened_pipes(job.scratch) as pipes:
            cancellation.attach(self._child.process.kill)
            try:
                if not self._send(_request(job, pipes.paths)):
                    return self._lost(cancellation)
                started = time.monotonic()
                reply, broken = _followed(
                    self._replies, pipes.descriptors, streams, watch, self.pid
                )
                watch.left_s -= time.monotonic() - started
                if broken is not None or (job.is_fed and reply is not None):
                    self.kill()
                pipes.drain(streams)
            finally:
                cancellation.attach(None)
        if cancellation.is_requested:
            self.kill()  # that came after the reply: the process ends, and must not get another job
        if broken is not None:
            return broken
        if reply is None:
            return self._lost(cancellation)
        return _ended(reply)

    def kill(self) -> None:
        """End the process and wait for that; may be called again."""
        self.is_usable = False
        self._child.kill()
        self._child.close_pipes()

    @property
    def _replies(self) -> int:
        assert self._child.process.stdout is not None
        return self._child.process.stdout.fileno()

    def _send(self, value: Mapping[str, Any]) -> bool:
        stdin = self._child.process.stdin
        assert stdin is not None
        with suppress(OSError):
            stdin.write(json.dumps(value).encode("ascii") + b"\n")
            stdin.flush()
            return True
        self.is_usable = False
        return False

    def _lost(self, cancellation: Cancellation) -> Ended:
        if cancellation.is_requested:
            self.kill()
            return Ended("cancelled")
        return Ended("lost", detail=self._last_words())

    def _last_words(self) -> str:
        """End the process; return how it ended."""
        self.is_usable = False
        return last_words(self._child)


def _request(job: Job, paths: tuple[Path, Path]) -> dict[str, Any]:
    stdout, stderr = map(str, paths)
    return {
        "kind": "run",
        "module": str(job.module),
        "argv": list(job.argv),
        "env": dict(job.env),
        "folders": [(str(each.host), each.guest, each.is_writable) for each in job.folders],
        "stdin": str(job.stdin),
        "isFed": job.is_fed,
        "stdout": stdout,
        "stderr": stderr,
        "memoryBytes": job.memory_bytes,
        "fileBytes": job.file_bytes,
    }


def _ended(reply: Mapping[str, Any]) -> Ended:
    if "status" in reply:
        return Ended("exit", reply["status"])
    reasons: Mapping[str, Reason] = {"trap": "trap", "refused": "refused", "tooLarge": "too large"}
    kind = next(kind for kind in reasons if kind in reply)
    return Ended(reasons[kind], detail=reply[kind], memory_bytes=reply["memoryBytes"])


def _followed(
    replies: int, outputs: tuple[int, int], streams: Streams, watch: Watch, pid: int
) -> tuple[dict[str, Any] | None, Ended | None]:
    """Pass on output until the reply is there; return it, or what the job is ended for."""
    reply = _Reply()
    now = time.monotonic()
    deadline, next_check = now + watch.left_s, now + watch.check_s
    with selectors.DefaultSelector() as ready:
        ready.register(replies, selectors.EVENT_READ)
        for number, descriptor in enumerate(outputs):
            ready.register(descriptor, selectors.EVENT_READ, streams.sinks[number])
        while not reply.is_there:
            now = time.monotonic()
            if now >= deadline:
                return None, Ended("timeout")
            if now >= next_check:
                if (limit := watch.check(pid)) is not None:
                    return None, Ended("limit", detail=limit)
                spent = time.monotonic() - now
                next_check = now + max(watch.check_s, 10 * spent)
            for key, _ in ready.select(max(0.0, min(deadline, next_check) - now)):
                chunk = os.read(key.fd, CHUNK)
                if key.fd == replies:
                    reply.feed(chunk)
                elif chunk:
                    key.data(chunk)
                else:
                    ready.unregister(key.fd)  # the module closed it
    return reply.value, None
