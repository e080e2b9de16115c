"""`pybridge serve` as its client sees it: a process with three pipes."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

WAIT_S = 60.0


class Served:
    """A running service; a context manager that ends it."""

    def __init__(
        self, root: Path, *, command: Sequence[str] = (), reads: bool = True, wait_s: float = WAIT_S
    ) -> None:
        self._wait_s = wait_s
        program = [
            *(command or (sys.executable, "-m", "pybridge")),
            "serve",
            "--project",
            str(root),
        ]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(program, stdin=pipe, stdout=pipe, stderr=pipe)
        self._lines: queue.Queue[Any] = queue.Queue()
        self._kept: list[Any] = []
        self._last_id = 0
        self.log: list[str] = []
        self._threads = [threading.Thread(target=self._read_log, daemon=True)]
        if reads:
            self._threads.append(threading.Thread(target=self._read, daemon=True))
        for thread in self._threads:
            thread.start()

    def start_reading(self) -> None:
        """Read from now on."""
        self._threads.append(threading.Thread(target=self._read, daemon=True))
        self._threads[-1].start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(json.loads(line))
        self._lines.put(None)

    def _read_log(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.log.append(line.decode("utf-8", "replace"))

    def write(self, raw: bytes) -> None:
        """Send bytes as they are."""
        assert self.process.stdin is not None
        self.process.stdin.write(raw)
        self.process.stdin.flush()

    def send(self, message: Any) -> None:
        """Send a message."""
        self.write(json.dumps(message).encode() + b"\n")

    def ask(self, method: str, **params: Any) -> int:
        """Send a request; return its id."""
        self._last_id += 1
        self.send({"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": params})
        return self._last_id

    def call(self, method: str, **params: Any) -> Any:
        """Send a request and return its result, or error.v1."""
        number = self.ask(method, **params)
        answer = self.until(lambda message: message.get("id") == number)
        return answer["result"] if "result" in answer else answer["error"]["data"]

    def until(self, fits: Callable[[Any], bool]) -> Any:
        """Return the first message that fits; the others are kept."""
        for message in self._kept:
            if fits(message):
                self._kept.remove(message)
                return message
        while True:
            message = self._lines.get(timeout=self._wait_s)
            if message is None:
                raise AssertionError(f"the service has ended: {''.join(self.log)}")
            if fits(message):
                return message
            self._kept.append(message)

    def event(self, method: str) -> Any:
        """Return the params of the next event of that name."""
        return self.until(lambda message: message.get("method") == method)["params"]

    def rest(self) -> list[Any]:
        """Return what comes until the end."""
        found = self._kept
        while (message := self._lines.get(timeout=self._wait_s)) is not None:
            found.append(message)
        return found

    def end_input(self) -> None:
        """Close its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def ended(self) -> int:
        """Wait for its end; return its exit code."""
        return self.process.wait(self._wait_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for thread in self._threads:
            thread.join(WAIT_S)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
