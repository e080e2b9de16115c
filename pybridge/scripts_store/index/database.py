"""The index as a database: opening, transactions and writing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from pybridge.errors import PybridgeError
from pybridge.scripts_store.errors import IndexUnusable
from pybridge.scripts_store.index.migrations import MIGRATIONS, TABLES
from pybridge.scripts_store.index.plan import Clash, FileState
from pybridge.scripts_store.index.queries import (
    BUSY_S,
    OPEN_S,
    READ_S,
    WRITE_S,
    IndexQueries,
    translated,
)
from pybridge.scripts_store.index.records import Record
from pybridge.scripts_store.index.rows import (
    ADD_WORDS,
    FORGET_WORDS,
    INSERT,
    file_row,
    packed,
    script_row,
)
from pybridge.scripts_store.index.scan import Stamp
from pybridge.scripts_store.index.trusted import (
    APPLICATION_ID,
    require_own_files,
    require_schema,
    restrict,
)
from pybridge.storage.own_folder import open_folder

_MOST_LATER = 500


class Index(IndexQueries):
    """An open index, to be asked and written; a context manager. Every method raises the errors of `translated`."""

    def __init__(self, path: Path, connection: sqlite3.Connection, step: Callable[[str], None]):
        super().__init__(path, connection)
        self._step = step

    @classmethod
    def open(cls, path: Path, step: Callable[[str], None] = lambda _: None) -> Self:
        """Open the index at *path*; make it where there is none.

        Raises:
            IndexBusy: when another process holds it too long.
            IndexUnusable: when the system refuses.
            IndexCorrupt: when it is damaged, made by a newer pybridge, or not made by pybridge.
        """
        with translated(path):
            step("open index")
            try:
                with open_folder(path.parent.parent, path.parent, make=True) as folder:
                    require_own_files(path, folder)
                    connection = sqlite3.connect(path, timeout=BUSY_S)
            except OSError as error:
                raise IndexUnusable(path, error.strerror or str(error)) from error
            try:
                index = cls(path, connection, step)
                with index._reading(OPEN_S):
                    restrict(connection)
                    index._require_schema()
                    connection.execute("PRAGMA journal_mode = WAL")
                    connection.execute("PRAGMA synchronous = NORMAL")
                    index._migrate()
            except BaseException:
                connection.close()
                raise
            return index

    def copy(self) -> Self:
        """Return the same index in memory: what happens to it changes no file."""
        with self._within(READ_S):
            memory = sqlite3.connect(":memory:")
            self._connection.backup(memory)
            memory.execute("PRAGMA foreign_keys = ON")  # a connection's own, and not copied
            return type(self)(self.path, memory, self._step)

    @classmethod
    def in_memory(cls, path: Path) -> Self:
        """Return an empty index that has no file."""
        index = cls(path, sqlite3.connect(":memory:"), lambda _: None)
        index._migrate()
        return index

    def _migrate(self) -> None:
        self._connection.execute("PRAGMA foreign_keys = ON")
        if self._version() == len(MIGRATIONS):
            return
        with self.writing():
            version = require_schema(self.path, self._connection)
            for number, migration in enumerate(MIGRATIONS[version:], start=version + 1):
                self._step("migrate")
                migration(self._connection)
                self._connection.execute(f"PRAGMA user_version = {number}")
            self._connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    def _require_schema(self) -> None:
        self._connection.execute("BEGIN")
        try:
            require_schema(self.path, self._connection)
        finally:
            self._connection.rollback()

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Make what happens inside one transaction, alone from its start on."""
        with self._within(WRITE_S):
            self._step("begin")
            self._connection.execute("BEGIN IMMEDIATE")
            with self._kept():
                yield

    @contextmanager
    def _kept(self) -> Iterator[None]:
        try:
            yield
            self._step("commit")
            self._connection.commit()
        except BaseException:
            self._connection.rollback()
            raise

    def clear(self) -> None:
        """Delete all rows; inside `writing`."""
        self._connection.execute("INSERT INTO scripts_words(scripts_words) VALUES ('delete-all')")
        for table in TABLES[1:]:
            self._connection.execute(f"DELETE FROM {table}")

    def remove(self, paths: Iterable[str]) -> None:
        """Forget files; inside `writing`."""
        self._step("remove rows")
        gone = json.dumps(list(paths))
        self._connection.execute(FORGET_WORDS, [gone])
        self._connection.execute(
            "DELETE FROM files WHERE path IN (SELECT value FROM json_each(?))", [gone]
        )

    def put(
        self,
        states: Iterable[FileState],
        records: Mapping[str, Record],
        problems: Mapping[str, PybridgeError],
        uses: Mapping[str, Mapping[str, int]],
    ) -> None:
        """Replace the rows of these files; inside `writing`."""
        files = list(states)
        self.remove(state.path for state in files)
        self._step("add files")
        self._many("INSERT INTO files VALUES (?, ?, ?, ?)", (file_row(f, problems) for f in files))
        self._step("add scripts")
        self._many(INSERT, (script_row(records[f.path]) for f in files if f.path in records))
        self._connection.execute(
            ADD_WORDS, [json.dumps([f.path for f in files if f.path in records])]
        )
        self._step("add uses")
        self._many(
            "INSERT INTO uses VALUES (?, ?, ?)",
            ((f.path, *use) for f in files for use in uses.get(f.path, {}).items()),
        )

    def finish(self, stamps: Mapping[str, Stamp | None], clashes: Iterable[Clash]) -> None:
        """Remember clashes and changed stamps, and that this was a write; inside `writing`.

        Args:
            stamps: Of the files that were read; None for what has none any more.
            clashes: All of them.
        """
        self._step("keep stamps")
        self._keep_stamps(stamps)
        facts = {
            "generation": str(self.generation + 1),
            "reader": self.reader,
            "clashes": json.dumps([clash.to_json() for clash in clashes]),
        }
        for name, value in facts.items():
            self._connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", [name, value])

    def _keep_stamps(self, stamps: Mapping[str, Stamp | None]) -> None:
        known = self._connection.execute("SELECT count(*) FROM later_stamps").fetchone()[0]
        if known + len(stamps) <= _MOST_LATER:
            rows = ((path, stamp and packed([stamp])) for path, stamp in stamps.items())
            self._many("INSERT OR REPLACE INTO later_stamps VALUES (?, ?)", rows)
            return
        merged = {path: stamp for path, stamp in {**self.stamps(), **stamps}.items() if stamp}
        numbers = packed(merged.values())
        self._connection.execute("DELETE FROM later_stamps")
        self._connection.execute("DELETE FROM stamps")
        self._connection.execute("INSERT INTO stamps VALUES (?, ?)", ["\0".join(merged), numbers])

    def _many(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        self._connection.executemany(statement, rows)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
