"""`pybridge studio` as a process."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Running:
    """A studio that runs: its process and the first address it printed."""

    process: subprocess.Popen[str]
    first: str
    root: Path
    talk: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        return urlsplit(self.first).port or 0

    def address(self) -> str:
        """Press Enter and return the address that is printed; it works once."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    @cached_property
    def session(self) -> dict[str, str]:
        """The headers of a session."""
        status, answer, cookie = exchange(self.port, code_of(self.address()))
        assert status == 200
        return {"Cookie": cookie.partition(";")[0], "Authorization": f"Bearer {answer['key']}"}

    def stop(self) -> None:
        """End it as Ctrl-C does, and see that it ends."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=20)


def code_of(address: str) -> str:
    return address.partition("#code=")[2]


def exchange(
    port: int, code: str, headers: Mapping[str, str] | None = None
) -> tuple[int, dict[str, Any], str]:
    """Return status, answer and cookie for a code."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("POST", "/session", json.dumps({"code": code}), dict(headers or {}))
    answer = connection.getresponse()
    value = json.loads(answer.read())
    connection.close()
    return answer.status, value, answer.getheader("Set-Cookie") or ""


@contextmanager
def running_studio(root: Path, *arguments: str, under: Sequence[str] = ()) -> Iterator[Running]:
    """Run `pybridge studio` on a project.

    Args:
        root: Of the project.
        arguments: Further ones of the command.
        under: A command that runs it.
    """
    command = [
        *under,
        sys.executable,
        "-m",
        "pybridge",
        "studio",
        "--project",
        str(root),
        *arguments,
    ]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    running = Running(process, process.stdout.readline().strip(), root)
    reading = threading.Thread(target=running.talk.extend, args=(process.stderr,))
    reading.start()
    try:
        if not running.first:
            reading.join()
        assert running.first, "".join(running.talk)
        yield running
    finally:
        running.stop()
        reading.join()
        process.stdin.close()
        process.stdout.close()
        process.stderr.close()
