"""A worker in a child process: lines over its pipes, and no life after its parent."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from pybridge.engines.supervision.channel import WorkerLost
from pybridge.engines.supervision.frames import FrameReader

PYTHON_FLAGS = ("-s", "-P", "-S", "-B", "-X", "utf8")  # not -I: it would ignore PYTHONHASHSEED
ROOT = Path(__file__).resolve().parents[3]
"""The folder that holds the package; children look for nothing else."""

_CHUNK = 1 << 16
_KEPT_STDERR = 4096
_PARTING_S = 2.0
"""Seconds a child that closed its pipe gets to be gone."""


class ChildProcess:
    """A Python program that speaks the engine's wire, as a `Channel`."""

    def __init__(self, program: Path, arguments: Sequence[str], mark: bytes = b"") -> None:
        """Start it.

        Args:
            program: run by this Python; gets `ROOT`, the descriptor of its parent pipe, *arguments*.
            arguments: what else it needs.
            mark: what its messages begin with; other lines are ignored. Is told to it by the first
                line of its input, unless empty.

        Raises:
            WorkerLost: when that is not possible.
        """
        self._parent_pipe: int | None = None
        try:
            self._process = self._start(program, arguments)
        except OSError as error:
            raise WorkerLost("crash", f"{sys.executable} cannot be started: {error}") from error
        self._inbox: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._frames = FrameReader(mark)
        self._last_words = b""
        self._threads = [self._follow(self._read_replies), self._follow(self._read_stderr)]
        if mark:
            self.send(mark.decode("ascii"))

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def stray_bytes(self) -> int:
        """Bytes that came through the pipe and were no message."""
        return self._frames.stray_bytes

    def send(self, text: str) -> None:
        """Send one message."""
        stdin = self._process.stdin
        try:
            if stdin is None or stdin.closed:
                raise BrokenPipeError
            stdin.write(text.encode("ascii") + b"\n")
            stdin.flush()
        except OSError as error:
            raise self._lost() from error

    def receive(self, timeout_s: float) -> str:
        """Return the next message."""
        try:
            line = self._inbox.get(timeout=timeout_s)
        except queue.Empty:
            raise TimeoutError from None
        if line is None:
            self._inbox.put(None)
            raise self._lost()
        return line

    def kill(self) -> None:
        """End the process and free its pipes."""
        self._process.kill()
        self._process.wait()
        self._close_parent_pipe()
        for thread in self._threads:
            thread.join()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                _close(pipe.close)

    def _start(self, program: Path, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        theirs = -1
        if os.name == "posix":
            theirs, self._parent_pipe = os.pipe()
        try:
            return subprocess.Popen(
                [sys.executable, *PYTHON_FLAGS, str(program), str(ROOT), str(theirs), *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_environment(),
                pass_fds=(theirs,) if theirs >= 0 else (),
                start_new_session=True,  # a Ctrl-C is for us alone
            )
        except OSError:
            self._close_parent_pipe()
            raise
        finally:
            if theirs >= 0:
                os.close(theirs)

    def _close_parent_pipe(self) -> None:
        parent_pipe, self._parent_pipe = self._parent_pipe, None
        if parent_pipe is not None:
            os.close(parent_pipe)

    def _follow(self, read: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        return thread

    def _read_replies(self) -> None:
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        while (chunk := os.read(descriptor, _CHUNK)) and not self._frames.is_flooded:
            for line in self._frames.feed(chunk):
                self._inbox.put(line.decode("utf-8", "replace"))
        self._inbox.put(None)

    def _read_stderr(self) -> None:
        """Take what the interpreter itself has to say; a flood must not block it."""
        assert self._process.stderr is not None
        descriptor = self._process.stderr.fileno()
        while chunk := os.read(descriptor, _CHUNK):
            self._last_words = (self._last_words + chunk)[-_KEPT_STDERR:]

    def _lost(self) -> WorkerLost:
        if self._frames.is_flooded:
            self._process.kill()
            return WorkerLost("crash", "the script flooded the interpreter's own output")
        try:
            status = self._process.wait(_PARTING_S)
        except subprocess.TimeoutExpired:
            return WorkerLost("crash", "the interpreter closed its pipe")
        words = self._last_words.decode("utf-8", "replace").strip().splitlines()
        said = f": {words[-1]}" if words else ""
        return WorkerLost("crash", f"the interpreter died ({_status_text(status)}){said}")


def _status_text(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"


def _environment() -> dict[str, str]:
    """Return what the child knows of the host: nothing, and a hash seed."""
    fixed = {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    needed = ("SYSTEMROOT",) if os.name == "nt" else ()
    return {**fixed, **{name: os.environ[name] for name in needed if name in os.environ}}


def _close(close: Callable[[], None]) -> None:
    try:
        close()
    except OSError:
        return  # what was not flushed can go nowhere
