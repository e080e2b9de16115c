"""What an index file must be before it is used: others may have written it."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from pybridge.scripts_store.errors import IndexCorrupt
from pybridge.scripts_store.index.migrations import MIGRATIONS
from pybridge.storage.own_folder import OwnFolder

SIDECARS = ("-wal", "-shm", "-journal")
"""End the names of the files that SQLite keeps beside a database."""
APPLICATION_ID = 0x70794272
"""Marks an index file; those of earlier versions have 0."""

_MOST_BYTES = 1 << 30
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 256 * 1024 * 1024,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1_000_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 20,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 10,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
_JOURNAL_MARK = bytes.fromhex("d9d505f920a163d7")
"""Begins a rollback journal, and ends one that names a super-journal."""
_STEPS = 10_000  # virtual machine instructions between two looks at the clock

Schema = frozenset[tuple[str, str, str, str]]
"""Type, name, table and SQL of every object, in one spelling."""


class Deadline:
    """Ends a query that runs for too long; a connection's progress handler.

    A signal's handler runs in it, too: without it, a query that never ends hears no signal.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._until = float("inf")
        connection.set_progress_handler(self._tick, _STEPS)

    def _tick(self) -> bool:
        return self.is_over

    @property
    def is_over(self) -> bool:
        """Whether the time is used up."""
        return time.monotonic() > self._until

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Allow *seconds* for what happens inside."""
        before, self._until = self._until, time.monotonic() + seconds
        try:
            yield
        finally:
            self._until = before


def require_own_files(path: Path, folder: OwnFolder) -> None:
    """Return if the index and what is beside it are ordinary files, or missing.

    Raises:
        IndexCorrupt: when one is a link, a pipe or the like, or is larger than any index.
    """
    for name in (path.name, *(path.name + suffix for suffix in SIDECARS)):
        status = folder.status(name)
        if status is not None and not folder.is_regular(name):
            raise IndexCorrupt(path, f"{name} is not an ordinary file")
        if status is not None and status.st_size > _MOST_BYTES:
            raise IndexCorrupt(path, f"{name} is too large: {status.st_size:,} bytes")
    _refuse_super_journal(path, folder)


def _refuse_super_journal(path: Path, folder: OwnFolder) -> None:
    """Return if no journal beside the index ends in the name of another file.

    SQLite deletes the file of that name when it opens the index. It writes such names only for
    transactions over several databases, which pybridge never has.
    """
    name = path.name + "-journal"
    try:
        descriptor = folder.open(name, os.O_RDONLY)
    except FileNotFoundError:
        return
    with os.fdopen(descriptor, "rb") as journal:
        journal.seek(max(0, os.fstat(descriptor).st_size - len(_JOURNAL_MARK)))
        if journal.read() == _JOURNAL_MARK and journal.tell() > len(_JOURNAL_MARK):
            raise IndexCorrupt(path, f"{name} names another file, which SQLite would delete")


def restrict(connection: sqlite3.Connection) -> None:
    """Let a database run no code of its own, and set limits to its content."""
    for limit, value in _LIMITS.items():
        connection.setlimit(limit, value)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")


def require_schema(path: Path, connection: sqlite3.Connection) -> int:
    """Return the version of an index whose tables are exactly those that this version has.

    Call it inside a transaction: another process may be making the tables.

    Raises:
        IndexCorrupt: when anything is missing, changed or added, such as a view or a trigger.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if not 0 <= version <= len(MIGRATIONS):
        raise IndexCorrupt(path, f"it is of a newer pybridge (version {version})")
    mark = int(connection.execute("PRAGMA application_id").fetchone()[0])
    if mark not in (0, APPLICATION_ID):
        raise IndexCorrupt(path, "it is a database of another program")
    different = _schema(connection) ^ _expected(version)
    if different:
        names = ", ".join(sorted({name[:40] for _, name, _, _ in different})[:5])
        raise IndexCorrupt(path, f"its tables are not those of pybridge: {names}")
    return version


@cache
def _expected(version: int) -> Schema:
    """Return the schema after the first migrations."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for migration in MIGRATIONS[:version]:
            migration(connection)
        return _schema(connection)


def _schema(connection: sqlite3.Connection) -> Schema:
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema LIMIT 1000")
    return frozenset((str(row[0]), str(row[1]), str(row[2]), _spelled(row[3])) for row in rows)


def _spelled(sql: object) -> str:
    """Return SQL without what versions of SQLite write differently in a word index's own tables."""
    if not isinstance(sql, str):
        return "" if sql is None else "not SQL"
    shadow = sql.startswith("CREATE TABLE 'scripts_words_")
    return " ".join(sql.replace("'", "").split()) if shadow else sql
