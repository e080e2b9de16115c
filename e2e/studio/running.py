"""`pybridge studio` as a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit


@dataclass
class Running:
    """A studio that runs: its process and the address it printed."""

    process: subprocess.Popen[str]
    url: str
    root: Path
    talk: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    @property
    def token(self) -> str:
        return self.url.partition("#token=")[2]

    def stop(self) -> None:
        """End it as Ctrl-C does, and see that it ends."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=20)


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
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    running = Running(process, process.stdout.readline().strip(), root)
    reading = threading.Thread(target=running.talk.extend, args=(process.stderr,))
    reading.start()
    try:
        if not running.url:
            reading.join()
        assert running.url, "".join(running.talk)
        yield running
    finally:
        running.stop()
        reading.join()
        process.stdout.close()
        process.stderr.close()
