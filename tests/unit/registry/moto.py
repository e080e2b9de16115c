"""The S3 server of others: moto, in a process and an environment of its own."""

from __future__ import annotations

import functools
import re
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from tests.unit.registry.s3_server import BUCKET

ROOT = Path(__file__).resolve().parents[3]
STARTED = re.compile(r"Running on (http://127\.0\.0\.1:\d+)")


@functools.cache
def _program() -> Path:
    subprocess.run([ROOT / "dev" / "setup.sh", "s3-server"], check=True, timeout=600)
    return ROOT / ".stamps" / "s3" / "bin" / "moto_server"


@contextmanager
def moto_server() -> Iterator[str]:
    """Serve an empty bucket; give its address."""
    with tempfile.TemporaryFile("a+") as log:
        command = [str(_program()), "-H", "127.0.0.1", "-p", "0"]
        with subprocess.Popen(command, stdout=log, stderr=log) as server:
            try:
                url = _address(server, log)
                made = urllib.request.Request(f"{url}/{BUCKET}", method="PUT")
                urllib.request.urlopen(made, timeout=60).close()
                yield url
            finally:
                server.terminate()


def _address(server: subprocess.Popen[bytes], log: TextIO) -> str:
    for _ in range(600):
        log.seek(0)
        text = log.read()
        if found := STARTED.search(text):
            return found[1]
        assert server.poll() is None, text
        time.sleep(0.1)
    raise AssertionError(text)
