"""The audit log: a line of JSON for each run, chained by hashes, so that a line that was changed or removed shows."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from platformdirs import user_state_path

from pybridge.errors import OutputFailed

FIRST = "0" * 64
"""What the first line of a log follows."""
MOST_BYTES = 16 * 1024 * 1024
"""Of a file; then another one begins, whose first line follows the last of this one."""


def default_folder() -> Path:
    """Return the folder of this user's logs."""
    return user_state_path("pybridge", appauthor=False) / "audit"


class AuditLog:
    """A log of this process; any number of threads may write to it."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        """Begin.

        Args:
            folder: Where its files are, made if it is missing.
            most_bytes: Bytes of a file.
        """
        self._folder = folder
        self._most_bytes = most_bytes
        self._name = f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
        self._number = 0
        self._size = 0
        self._previous = FIRST
        self._lock = threading.Lock()

    def write(self, record: Mapping[str, Any]) -> None:
        """Add a line.

        Raises:
            OutputFailed: when it cannot be written.
        """
        with self._lock:
            whole = {"time": datetime.now(UTC).isoformat(), **record, "previous": self._previous}
            value = {**whole, "hash": hash_of(whole)}
            line = json.dumps(value, ensure_ascii=True, allow_nan=False) + "\n"
            try:
                self._append(line.encode("ascii"))
            except OSError as error:
                raise OutputFailed(self._folder, error) from error
            self._previous = str(value["hash"])

    def _append(self, line: bytes) -> None:
        if self._size + len(line) > self._most_bytes:
            self._number, self._size = self._number + 1, 0
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"audit-{self._name}-{self._number:04}.jsonl"
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        descriptor = os.open(path, flags, 0o600)
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)
        self._size += len(line)


def hash_of(record: Mapping[str, Any]) -> str:
    """Return the hash of a line without its own."""
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
