"""A worker in a child process: lines over its pipes; it ends with its parent."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from pybridge.engines.supervision.channel import WorkerLost
from pybridge.engines.supervision.frames import FrameReader
from pybridge.engines.supervision.inbox import Inbox
from pybridge.python_child import start_python, status_text

_CHUNK = 1 << 16
_KEPT_STDERR = 4096
_EXIT_S = 2.0
"""Seconds that a child which closed its pipe gets to exit."""


class ChildProcess:
    """A Python program that speaks the engine's protocol, as a `Channel`."""

    def __init__(self, program: Path, arguments: Sequence[str], mark: bytes = b"") -> None:
        """Start it.

        Args:
            program: The file to run; see `python_child.start_python` for its arguments.
            arguments: Its own arguments.
            mark: The bytes with which its messages begin; other lines are ignored. Unless empty, it is
                sent as the first line of the child's input.

        Raises:
            WorkerLost: when it cannot be started.
        """
        try:
            self._child = start_python(program, arguments)
        except OSError as error:
            raise WorkerLost("crash", f"{sys.executable} cannot be started: {error}") from error
        self._process = self._child.process
        self._inbox = Inbox()
        self._frames = FrameReader(mark)
        self._stderr = b""
        """The end of what it wrote there."""
        self._threads = [_follow(self._read_replies), _follow(self._read_stderr)]
        if mark:
            self.send(mark.decode("ascii"))

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    @property
    def stray_bytes(self) -> int:
        """Bytes that came through the pipe and were not messages."""
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
        line = self._inbox.get(timeout_s)
        if line is None:
            raise self._lost()
        return line.decode("utf-8", "replace")

    def interrupt(self) -> None:
        """End the process; the thread that waits for its messages frees its pipes."""
        self._process.kill()

    def kill(self) -> None:
        """End the process and free its pipes."""
        self._child.kill()
        self._inbox.close()
        for thread in self._threads:
            thread.join()
        self._child.close_pipes()

    def _read_replies(self) -> None:
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        while (chunk := os.read(descriptor, _CHUNK)) and not self._frames.is_flooded:
            for line in self._frames.feed(chunk):
                if not self._inbox.put(line):
                    return
        self._inbox.close()

    def _read_stderr(self) -> None:
        """Keep the end of stderr, and never block the interpreter that writes there."""
        assert self._process.stderr is not None
        descriptor = self._process.stderr.fileno()
        while chunk := os.read(descriptor, _CHUNK):
            self._stderr = (self._stderr + chunk)[-_KEPT_STDERR:]

    def _lost(self) -> WorkerLost:
        if self._frames.is_flooded:
            self._process.kill()
            return WorkerLost("crash", "the script flooded the interpreter's own output")
        try:
            status = self._process.wait(_EXIT_S)
        except subprocess.TimeoutExpired:
            return WorkerLost("crash", "the interpreter closed its pipe")
        lines = self._stderr.decode("utf-8", "replace").strip().splitlines()
        last = f": {lines[-1]}" if lines else ""
        return WorkerLost("crash", f"the interpreter died ({status_text(status)}){last}")


def _follow(read: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread
