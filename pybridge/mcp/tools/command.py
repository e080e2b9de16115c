"""A command of pybridge in a child process, with a time limit."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from pybridge.mcp.answers import Answer
from pybridge.python_child import PythonChild, start_python

CHILD = Path(__file__).with_name("command_child.py")
MOST_OUTPUT = 32 * 1024 * 1024
"""Bytes of each stream; a command that writes more is ended."""
_CHUNK = 1 << 16


class CommandFailed(Exception):
    """A command ended otherwise than it should; the message says why."""


class CommandWork:
    """A command that runs; its output becomes an answer."""

    def __init__(
        self,
        argv: Sequence[str],
        stdin: bytes,
        timeout_s: float,
        answer: Callable[[bytes, bytes], Answer],
    ) -> None:
        """Start it.

        Args:
            argv: The arguments of `pybridge`.
            stdin: Its input.
            timeout_s: Seconds after which it is ended.
            answer: Makes the answer of its standard output and error.
        """
        self._answer = answer
        self._child: PythonChild = start_python(CHILD, [])
        first = {
            "path": [each for each in sys.path if each],
            "env": dict(os.environ),
            "argv": list(argv),
        }
        self._input = json.dumps(first).encode("ascii") + b"\n" + stdin
        self._output = {"stdout": bytearray(), "stderr": bytearray()}
        self._ended = threading.Event()
        self._reason: str | None = None
        self._deadline = time.monotonic() + timeout_s
        self._timeout_s = timeout_s
        threading.Thread(target=self._follow, daemon=True).start()

    def wait(self, timeout_s: float) -> Answer:
        """Return the answer; see `Work`."""
        until = min(time.monotonic() + timeout_s, self._deadline)
        if not self._ended.wait(max(0.0, until - time.monotonic())):
            if time.monotonic() < self._deadline:
                raise TimeoutError
            self._end(f"Execution timeout exceeded: took longer than {self._timeout_s:g} s")
            self._ended.wait()
        if self._reason is not None:
            return Answer(f"error: {self._reason}", is_error=True)
        return self._answer(bytes(self._output["stdout"]), bytes(self._output["stderr"]))

    def cancel(self) -> None:
        """End it."""
        self._end("cancelled")

    def _end(self, reason: str) -> None:
        self._reason = self._reason or reason
        with suppress(OSError):
            self._child.process.kill()

    def _follow(self) -> None:
        threads = [
            threading.Thread(target=work, daemon=True)
            for work in (self._feed, lambda: self._read("stdout"), lambda: self._read("stderr"))
        ]
        for thread in threads:
            thread.start()
        self._child.process.wait()
        for thread in threads[1:]:
            thread.join()
        self._child.kill()
        self._child.close_pipes()
        self._ended.set()

    def _feed(self) -> None:
        stdin = self._child.process.stdin
        assert stdin is not None
        with suppress(OSError, ValueError):
            stdin.write(self._input)
            stdin.close()

    def _read(self, name: str) -> None:
        pipe = getattr(self._child.process, name)
        kept = self._output[name]
        while chunk := pipe.read1(_CHUNK):
            if len(kept) + len(chunk) > MOST_OUTPUT:
                self._end(f"its output has more than {MOST_OUTPUT:,} bytes")
            else:
                kept += chunk
