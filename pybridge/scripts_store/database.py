"""The index as a database: the only module that knows sqlite-utils and SQLite."""

from __future__ import annotations

import json
import platform
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from sqlite_utils import Database

import pybridge
from pybridge.errors import PybridgeError
from pybridge.scripts_store.errors import IndexBusy, IndexCorrupt, IndexUnusable
from pybridge.scripts_store.migrations import MIGRATIONS, TABLES
from pybridge.scripts_store.plan import Clash, FileState, path_key, slug_key
from pybridge.scripts_store.records import Record
from pybridge.scripts_store.rows import (
    ADD_WORDS,
    FORGET_WORDS,
    INSERT,
    SELECT,
    STATES,
    file_row,
    packed,
    record_of_row,
    script_row,
    state_of_row,
    unpacked,
)  # fmt: skip
from pybridge.scripts_store.scan import Stamp

BUSY_S = 5.0
"""Seconds to wait for another process."""

_MOST_LATER = 500

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR,
            sqlite3.SQLITE_SCHEMA, sqlite3.SQLITE_MISMATCH}  # fmt: skip
_READER = f"pybridge {pybridge.__version__}, Python {platform.python_version()}"


class Index:
    """An open index; a context manager. Every method raises the errors of `opened`."""

    def __init__(self, path: Path, connection: sqlite3.Connection, step: Callable[[str], None]):
        self.path = path
        self._step = step
        self._db = Database(connection, execute_plugins=False)

    @classmethod
    def open(cls, path: Path, step: Callable[[str], None] = lambda _: None) -> Self:
        """Open the index at *path*; make it where there is none.

        Raises:
            IndexBusy: when another process holds it too long.
            IndexUnusable: when the system refuses.
            IndexCorrupt: when it is damaged, or of a newer pybridge.
        """
        with translated(path):
            step("open index")
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise IndexUnusable(path, error.strerror or str(error)) from error
            connection = sqlite3.connect(path, timeout=BUSY_S)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                index = cls(path, connection, step)
                index._migrate()
            except BaseException:
                connection.close()
                raise
            return index

    def copy(self) -> Self:
        """Return the same index in memory: what happens to it changes no file."""
        with translated(self.path):
            memory = sqlite3.connect(":memory:")
            self._db.conn.backup(memory)
            memory.execute("PRAGMA foreign_keys = ON")  # a connection's own, and not copied
            return type(self)(self.path, memory, self._step)

    @classmethod
    def in_memory(cls, path: Path) -> Self:
        """Return an empty index that has no file."""
        index = cls(path, sqlite3.connect(":memory:"), lambda _: None)
        index._migrate()
        return index

    def _migrate(self) -> None:
        self._db.execute("PRAGMA foreign_keys = ON")
        if self._version() == len(MIGRATIONS):
            for table in TABLES:  # a table that is gone shows at once, not when it is needed
                self._db.execute(f"SELECT 1 FROM {table} LIMIT 1")
            return
        with self.writing():
            version = self._version()
            if version > len(MIGRATIONS):
                raise IndexCorrupt(self.path, f"it is of a newer pybridge (version {version})")
            for number, migration in enumerate(MIGRATIONS[version:], start=version + 1):
                self._step("migrate")
                migration(self._db)
                self._db.execute(f"PRAGMA user_version = {number}")

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Make what happens inside one transaction, alone from its start on."""
        with translated(self.path):
            self._step("begin")
            self._db.execute("BEGIN IMMEDIATE")
            with self._kept():
                yield

    @contextmanager
    def _kept(self) -> Iterator[None]:
        try:
            yield
            self._step("commit")
            self._db.conn.commit()
        except BaseException:
            self._db.conn.rollback()
            raise

    @property
    def generation(self) -> int:
        """How often it was written to."""
        return int(self.fact("generation") or 0)

    def fact(self, name: str) -> str | None:
        """Return a remembered fact about the index as a whole."""
        with _reading(self.path):
            found = self._db.execute("SELECT value FROM facts WHERE name = ?", [name]).fetchone()
            return str(found[0]) if found else None

    @property
    def is_current(self) -> bool:
        """Whether this pybridge, on this Python, wrote it: another one may read scripts differently."""
        return self.fact("reader") == _READER

    def stamps(self) -> dict[str, Stamp]:
        """Return the stamps of the files that need not be read while theirs is the same."""
        with _reading(self.path):
            found = self._db.execute("SELECT paths, numbers FROM stamps").fetchone()
            stamps = unpacked(*found) if found and found[0] else {}
            for path, numbers in self._db.execute("SELECT path, numbers FROM later_stamps"):
                stamps.pop(path, None)
                if numbers is not None:
                    stamps.update(unpacked(path, numbers))
        return stamps

    def states(self) -> dict[str, FileState]:
        """Return the state of every file."""
        with _reading(self.path):
            return {
                row[0]: state_of_row(row) for row in self._db.execute(STATES.format(join="LEFT"))
            }

    def paths(self) -> set[str]:
        """Return the paths of all files."""
        with _reading(self.path):
            return {path for (path,) in self._db.execute("SELECT path FROM files")}

    def states_beside(self, states: Iterable[FileState]) -> dict[str, FileState]:
        """Return the states of the same paths, and of everything that can clash with them."""
        wanted = list(states)
        clashing = [path for clash in self.clashes() for path in clash.paths]
        queries = {
            "f.path": [*(state.path for state in wanted), *clashing],
            "s.id": [state.id for state in wanted if state.id],
            "s.slug_key": [slug_key(state.slug) for state in wanted if state.id],
            "s.path_key": [path_key(state.path) for state in wanted if state.id],
        }
        found: dict[str, FileState] = {}
        with _reading(self.path):
            for column, values in queries.items():
                select = STATES.format(join="LEFT" if column == "f.path" else "INNER")
                query = f"{select} WHERE {column} IN (SELECT value FROM json_each(?))"
                rows = self._db.execute(query, [json.dumps(sorted(set(values)))])
                found.update((row[0], state_of_row(row)) for row in rows)
        return found

    def clashes(self) -> tuple[Clash, ...]:
        """Return the clashes that were there at the last write."""
        with _reading(self.path):
            found = json.loads(self.fact("clashes") or "[]")
            return tuple(Clash(each["kind"], each["value"], tuple(each["paths"])) for each in found)

    @property
    def file_count(self) -> int:
        """How many files it knows."""
        with _reading(self.path):
            return int(self._db.execute("SELECT count(*) FROM files").fetchone()[0])

    def problems(self) -> dict[str, dict[str, Any]]:
        """Return the error.v1 of each file that looks like a script and is none."""
        with _reading(self.path):
            rows = self._db.execute(
                "SELECT path, problem FROM files WHERE problem IS NOT NULL ORDER BY path"
            )
            return {path: json.loads(problem) for path, problem in rows}

    def records(self) -> list[Record]:
        """Return every script, by path."""
        with _reading(self.path):
            return [record_of_row(row) for row in self._db.execute(f"{SELECT} ORDER BY path")]

    def record(self, path: str) -> Record | None:
        """Return the script at *path*."""
        with _reading(self.path):
            row = self._db.execute(f"{SELECT} WHERE path = ?", [path]).fetchone()
            return record_of_row(row) if row else None

    def search(self, words: str) -> list[tuple[str, str]]:
        """Return path and excerpt of the scripts that hold every word, the best first."""
        query = " ".join('"' + word.replace('"', '""') + '"*' for word in words.split())
        if not query:
            return []
        with _reading(self.path):
            rows = self._db.execute(
                "SELECT s.path, snippet(scripts_words, -1, '', '', '…', 12) FROM scripts_words"
                " JOIN scripts s ON s.number = scripts_words.rowid WHERE scripts_words MATCH ?"
                " ORDER BY bm25(scripts_words, 8.0, 8.0, 1.0), s.path",
                [query],
            ).fetchall()
        return [(path, " ".join(excerpt.split())) for path, excerpt in rows]

    def documents(self) -> list[str]:
        """Return the paths of all documents, sorted."""
        with _reading(self.path):
            rows = self._db.execute(
                "SELECT path FROM files WHERE is_script = 0 AND problem IS NULL ORDER BY path"
            )
            return [path for (path,) in rows]

    def macros_in(self, documents: Iterable[str]) -> dict[str, dict[str, int]]:
        """Return the macros of some documents, and how often each is used."""
        found: dict[str, dict[str, int]] = {}
        with _reading(self.path):
            rows = self._db.execute(
                "SELECT document, name, count FROM uses WHERE document IN"
                " (SELECT value FROM json_each(?)) ORDER BY document, name",
                [json.dumps(list(documents))],
            )
            for document, name, count in rows:
                found.setdefault(document, {})[name] = count
        return found

    def documents_using(self, names: Iterable[str]) -> dict[str, int]:
        """Return the documents that use one of the macros, and how often."""
        with _reading(self.path):
            rows = self._db.execute(
                "SELECT document, sum(count) FROM uses WHERE name IN"
                " (SELECT value FROM json_each(?)) GROUP BY document ORDER BY document",
                [json.dumps(sorted({name.lower() for name in names}))],
            )
            return dict(rows.fetchall())

    def uses(self) -> list[tuple[str, str, int]]:
        """Return document, macro name and count of every use."""
        with _reading(self.path):
            rows = self._db.execute("SELECT document, name, count FROM uses")
            return rows.fetchall()

    def clear(self) -> None:
        """Forget everything; inside `writing`."""
        self._db.execute("INSERT INTO scripts_words(scripts_words) VALUES ('delete-all')")
        for table in TABLES[1:]:
            self._db.execute(f"DELETE FROM {table}")

    def remove(self, paths: Iterable[str]) -> None:
        """Forget files; inside `writing`."""
        self._step("remove rows")
        gone = json.dumps(list(paths))
        self._db.execute(FORGET_WORDS, [gone])
        self._db.execute("DELETE FROM files WHERE path IN (SELECT value FROM json_each(?))", [gone])

    def put(
        self,
        states: Iterable[FileState],
        records: Mapping[str, Record],
        problems: Mapping[str, PybridgeError],
        uses: Mapping[str, Mapping[str, int]],
    ) -> None:
        """Remember files in place of what was known of them; inside `writing`."""
        files = list(states)
        self.remove(state.path for state in files)
        self._step("add files")
        self._many("INSERT INTO files VALUES (?, ?, ?, ?)", (file_row(f, problems) for f in files))
        self._step("add scripts")
        self._many(INSERT, (script_row(records[f.path]) for f in files if f.path in records))
        self._db.execute(ADD_WORDS, [json.dumps([f.path for f in files if f.path in records])])
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
            "reader": _READER,
            "clashes": json.dumps([clash.to_json() for clash in clashes]),
        }
        for name, value in facts.items():
            self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", [name, value])

    def _keep_stamps(self, stamps: Mapping[str, Stamp | None]) -> None:
        known = self._db.execute("SELECT count(*) FROM later_stamps").fetchone()[0]
        if known + len(stamps) <= _MOST_LATER:
            rows = ((path, stamp and packed([stamp])) for path, stamp in stamps.items())
            self._many("INSERT OR REPLACE INTO later_stamps VALUES (?, ?)", rows)
            return
        merged = {path: stamp for path, stamp in {**self.stamps(), **stamps}.items() if stamp}
        numbers = packed(merged.values())
        self._db.execute("DELETE FROM later_stamps")
        self._db.execute("DELETE FROM stamps")
        self._db.execute("INSERT INTO stamps VALUES (?, ?)", ["\0".join(merged), numbers])

    def _many(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        self._db.conn.executemany(statement, rows)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Say in our words what SQLite complains about."""
    try:
        yield
    except (sqlite3.InterfaceError, sqlite3.ProgrammingError):
        raise
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in _BUSY:
            raise IndexBusy(path, BUSY_S) from error
        if code in _DAMAGED:
            raise IndexCorrupt(path, str(error)) from error
        raise IndexUnusable(path, str(error)) from error


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Say in our words also that what is in the index is not what was put there."""
    try:
        with translated(path):
            yield
    except (ValueError, TypeError) as error:
        raise IndexCorrupt(path, str(error)) from error
