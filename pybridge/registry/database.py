"""What a registry remembers beside its signed metadata: tokens, registered releases, and who did what."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pybridge.bundles.registry.repository import PRIVATE_FOLDER
from pybridge.errors import Conflict, DocumentUnreadable
from pybridge.formats.json_text import decode_json

_NAME = f"{PRIVATE_FOLDER}/registry.db"
_WAIT_S = 10.0
_VERSION = 1
_TABLES = """
CREATE TABLE token (
  name TEXT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  created TEXT NOT NULL,
  revoked TEXT
) STRICT;
CREATE TABLE release (
  plugin_id TEXT NOT NULL,
  version TEXT NOT NULL,
  platform TEXT NOT NULL,
  artifact_key TEXT NOT NULL,
  artifact_sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  platforms TEXT NOT NULL,
  notes TEXT NOT NULL,
  time TEXT NOT NULL,
  PRIMARY KEY (plugin_id, version, platform)
) STRICT;
CREATE TABLE audit (
  number INTEGER PRIMARY KEY,
  time TEXT NOT NULL,
  token TEXT NOT NULL,
  action TEXT NOT NULL,
  detail TEXT NOT NULL,
  outcome TEXT NOT NULL
) STRICT;
"""


@dataclass(frozen=True)
class Registered:
    """An archive that was registered for a version."""

    plugin_id: str
    version: str
    platform: str
    artifact_key: str
    artifact_sha256: str
    size: int
    """Bytes."""
    platforms: tuple[str, ...]
    """Those that the version is declared for."""
    notes: str

    def to_json(self) -> dict[str, Any]:
        """Return it as the server answers it."""
        return {**vars(self), "platforms": list(self.platforms)}


class Database:
    """The database in the folder of a registry."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / _NAME

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection.

        Raises:
            DocumentUnreadable: when it is not a database of this version.
        """
        try:
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            with closing(
                sqlite3.connect(self.path, timeout=_WAIT_S, isolation_level=None)
            ) as found:
                _prepare(found, self.path)
                yield found
        except (OSError, sqlite3.Error) as error:
            raise DocumentUnreadable(self.path, "broken", str(error)) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection whose changes are kept together, or not at all."""
        with self.reading() as found:
            found.execute("BEGIN IMMEDIATE")
            try:
                yield found
            except BaseException:
                found.execute("ROLLBACK")
                raise
            found.execute("COMMIT")

    def releases(self, plugin_id: str, version: str) -> list[Registered]:
        """Return what is registered for a version, by platform."""
        query = (
            "SELECT plugin_id, version, platform, artifact_key, artifact_sha256, size, platforms, notes"
            " FROM release WHERE plugin_id = ? AND version = ? ORDER BY platform"
        )
        with self.reading() as found:
            rows = found.execute(query, (plugin_id, version)).fetchall()
        return [_registered(*row) for row in rows]

    def register(self, new: Registered, time: str) -> bool:
        """Add an archive; return False where it is there already.

        Raises:
            Conflict: when the version has another archive for the platform, or was declared for other platforms.
        """
        name = f"{new.plugin_id}@{new.version}"
        with self.writing() as found:
            query = "SELECT platform, artifact_sha256, platforms FROM release WHERE plugin_id = ? AND version = ?"
            for platform, digest, platforms in found.execute(query, (new.plugin_id, new.version)):
                declared = tuple(decode_json(platforms))
                if declared != new.platforms:
                    problem = f"{name} is declared for {', '.join(declared)}"
                    raise Conflict(problem, "a version never changes; publish another one")
                if platform == new.platform:
                    if digest == new.artifact_sha256:
                        return False
                    problem = f"{name} is registered for {platform} with another content"
                    raise Conflict(problem, "a version never changes; publish another one")
            values = (*list(vars(new).values())[:6], json.dumps(new.platforms), new.notes, time)
            found.execute("INSERT INTO release VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        return True

    def begin(self, time: str, token: str, action: str, detail: Mapping[str, Any]) -> int:
        """Write down what somebody is about to do; return its number."""
        with self.writing() as found:
            values = (time, token, action, json.dumps(detail, sort_keys=True), "begun")
            query = (
                "INSERT INTO audit (time, token, action, detail, outcome) VALUES (?, ?, ?, ?, ?)"
            )
            number = found.execute(query, values).lastrowid
        assert number is not None
        return number

    def end(self, number: int, outcome: str, detail: Mapping[str, Any] | None = None) -> None:
        """Write down how it ended."""
        with self.writing() as found:
            found.execute("UPDATE audit SET outcome = ? WHERE number = ?", (outcome, number))
            if detail is not None:
                text = json.dumps(detail, sort_keys=True)
                found.execute("UPDATE audit SET detail = ? WHERE number = ?", (text, number))

    def audit(self, after: int = 0, most: int = 1000) -> list[dict[str, Any]]:
        """Return at most *most* entries whose numbers follow *after*."""
        query = (
            "SELECT number, time, token, action, detail, outcome FROM audit"
            " WHERE number > ? ORDER BY number LIMIT ?"
        )
        with self.reading() as found:
            rows: Sequence[Any] = found.execute(query, (after, most)).fetchall()
        names = ("number", "time", "token", "action", "detail", "outcome")
        return [
            {**dict(zip(names, row, strict=True)), "detail": decode_json(row[4])} for row in rows
        ]


def _registered(
    plugin_id: str, version: str, platform: str, key: str, digest: str, size: int, platforms: str, notes: str
) -> Registered:  # fmt: skip
    declared = tuple(decode_json(platforms))
    return Registered(plugin_id, version, platform, key, digest, size, declared, notes)


def _prepare(found: sqlite3.Connection, path: Path) -> None:
    """Make the tables in a new database."""
    [version] = found.execute("PRAGMA user_version").fetchone()
    if version == 0:
        found.execute("BEGIN IMMEDIATE")
        if found.execute("PRAGMA user_version").fetchone() == (0,):
            for statement in filter(str.strip, _TABLES.split(";")):
                found.execute(statement)
            found.execute(f"PRAGMA user_version = {_VERSION}")
        found.execute("COMMIT")
    elif version != _VERSION:
        raise DocumentUnreadable(path, "broken", f"of version {version}, expected {_VERSION}")
