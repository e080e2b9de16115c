"""A disk that fails, or dies, at a chosen step."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Literal

from pybridge.scripts_store.storage.disk import Disk

Fault = Literal["none", "dies", "full"]

_SQL = {"open index", "begin", "commit", "migrate", "remove rows", "add files", "add scripts",
        "add uses", "keep stamps"}  # fmt: skip


class Died(BaseException):
    """The process is gone: nothing after this runs."""


class FaultyDisk(Disk):
    """Counts its steps; from the chosen one on it is dead, or at the chosen one it is full."""

    def __init__(self, fault: Fault = "none", at: int = 0) -> None:
        self._fault = fault
        self._at = at
        self.steps = 0

    def step(self, what: str) -> None:
        self.steps += 1
        if self._fault == "dies" and self.steps > self._at:
            raise Died(what)
        if self._fault == "full" and self.steps == self._at + 1 and what != "walk":
            if what in _SQL:
                error = sqlite3.OperationalError("database or disk is full")
                error.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise error
            raise OSError(28, "No space left on device")


def files(folder: Path) -> dict[str, bytes]:
    """Every file below *folder* by its path, without scratch files."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name[0] != ".")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
