"""The index's queries; none of them writes."""

from __future__ import annotations

import json
import platform
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pybridge
from pybridge.scripts_store.errors import IndexBusy, IndexCorrupt, IndexUnusable
from pybridge.scripts_store.index.plan import Clash, FileState, path_key, slug_key
from pybridge.scripts_store.index.records import Record
from pybridge.scripts_store.index.rows import SELECT, STATES, record_of_row, state_of_row, unpacked
from pybridge.scripts_store.index.scan import Stamp
from pybridge.scripts_store.index.trusted import Deadline

BUSY_S = 5.0
"""Seconds to wait for another process."""
OPEN_S = 10.0
"""Seconds to open an index."""
READ_S = 60.0
"""Seconds for one question to it."""
WRITE_S = 600.0
"""Seconds for one transaction."""

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR,
            sqlite3.SQLITE_SCHEMA, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG}  # fmt: skip


class IndexQueries:
    """An index that is asked. Every method raises the errors of `translated`."""

    reader = f"pybridge {pybridge.__version__}, Python {platform.python_version()}"
    """Who writes it: another one may read scripts differently."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._deadline = Deadline(connection)

    @contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        """Translate errors, and end a query after *seconds*.

        Raises:
            KeyboardInterrupt: when a signal's handler raised during a query: SQLite hides which.
        """
        with translated(self.path), self._deadline.within(seconds):
            try:
                yield
            except sqlite3.OperationalError as error:
                if getattr(error, "sqlite_errorcode", 0) != sqlite3.SQLITE_INTERRUPT:
                    raise
                if not self._deadline.is_over:  # the exception of a signal's handler ended it
                    raise KeyboardInterrupt from error
                problem = f"a query took longer than {seconds:g} s"
                raise IndexCorrupt(self.path, problem) from error

    @contextmanager
    def _reading(self, seconds: float = READ_S) -> Iterator[None]:
        """Translate values that pybridge did not write into `IndexCorrupt`, too."""
        try:
            with self._within(seconds):
                yield
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise IndexCorrupt(self.path, str(error)) from error

    @property
    def generation(self) -> int:
        """How often it was written to."""
        return int(self.fact("generation") or 0)

    def fact(self, name: str) -> str | None:
        """Return a remembered fact about the index as a whole."""
        with self._reading():
            found = self._connection.execute(
                "SELECT value FROM facts WHERE name = ?", [name]
            ).fetchone()
            return str(found[0]) if found else None

    @property
    def is_current(self) -> bool:
        """Whether this pybridge, on this Python, wrote it: another one may read scripts differently."""
        return self.fact("reader") == self.reader

    def stamps(self) -> dict[str, Stamp]:
        """Return the stamps of the files that need not be read while theirs is the same."""
        with self._reading():
            found = self._connection.execute("SELECT paths, numbers FROM stamps").fetchone()
            stamps = unpacked(*found) if found and found[0] else {}
            for path, numbers in self._connection.execute("SELECT path, numbers FROM later_stamps"):
                stamps.pop(path, None)
                if numbers is not None:
                    stamps.update(unpacked(path, numbers))
        return stamps

    def states(self) -> dict[str, FileState]:
        """Return the state of every file."""
        with self._reading():
            return {
                row[0]: state_of_row(row)
                for row in self._connection.execute(STATES.format(join="LEFT"))
            }

    def paths(self) -> set[str]:
        """Return the paths of all files."""
        with self._reading():
            return {path for (path,) in self._connection.execute("SELECT path FROM files")}

    def states_beside(self, states: Iterable[FileState]) -> dict[str, FileState]:
        """Return the states of these paths, and of those that can clash with them."""
        wanted = list(states)
        clashing = [path for clash in self.clashes() for path in clash.paths]
        queries = {
            "f.path": [*(state.path for state in wanted), *clashing],
            "s.id": [state.id for state in wanted if state.id],
            "s.slug_key": [slug_key(state.slug) for state in wanted if state.id],
            "s.path_key": [path_key(state.path) for state in wanted if state.id],
        }
        found: dict[str, FileState] = {}
        with self._reading():
            for column, values in queries.items():
                select = STATES.format(join="LEFT" if column == "f.path" else "INNER")
                query = f"{select} WHERE {column} IN (SELECT value FROM json_each(?))"
                rows = self._connection.execute(query, [json.dumps(sorted(set(values)))])
                found.update((row[0], state_of_row(row)) for row in rows)
        return found

    def clashes(self) -> tuple[Clash, ...]:
        """Return the clashes that were there at the last write."""
        with self._reading():
            found = json.loads(self.fact("clashes") or "[]")
            return tuple(Clash(each["kind"], each["value"], tuple(each["paths"])) for each in found)

    @property
    def file_count(self) -> int:
        """How many files it knows."""
        with self._reading():
            return int(self._connection.execute("SELECT count(*) FROM files").fetchone()[0])

    def problems(self) -> dict[str, dict[str, Any]]:
        """Return the error.v1 of each file that looks like a script and is not one."""
        with self._reading():
            rows = self._connection.execute(
                "SELECT path, problem FROM files WHERE problem IS NOT NULL ORDER BY path"
            )
            return {path: json.loads(problem) for path, problem in rows}

    def records(self) -> list[Record]:
        """Return every script, by path."""
        with self._reading():
            return [
                record_of_row(row) for row in self._connection.execute(f"{SELECT} ORDER BY path")
            ]

    def record(self, path: str) -> Record | None:
        """Return the script at *path*."""
        with self._reading():
            row = self._connection.execute(f"{SELECT} WHERE path = ?", [path]).fetchone()
            return record_of_row(row) if row else None

    def search(self, words: str) -> list[tuple[str, str]]:
        """Return path and excerpt of the scripts that hold every word, the best first."""
        query = " ".join('"' + word.replace('"', '""') + '"*' for word in words.split())
        if not query:
            return []
        with self._reading():
            rows = self._connection.execute(
                "SELECT s.path, snippet(scripts_words, -1, '', '', '…', 12) FROM scripts_words"
                " JOIN scripts s ON s.number = scripts_words.rowid WHERE scripts_words MATCH ?"
                " ORDER BY bm25(scripts_words, 8.0, 8.0, 1.0), s.path",
                [query],
            ).fetchall()
        return [(path, " ".join(excerpt.split())) for path, excerpt in rows]

    def documents(self) -> list[str]:
        """Return the paths of all documents, sorted."""
        with self._reading():
            rows = self._connection.execute(
                "SELECT path FROM files WHERE is_script = 0 AND problem IS NULL ORDER BY path"
            )
            return [path for (path,) in rows]

    def macros_in(self, documents: Iterable[str]) -> dict[str, dict[str, int]]:
        """Return the macros of some documents, and how often each is used."""
        found: dict[str, dict[str, int]] = {}
        with self._reading():
            rows = self._connection.execute(
                "SELECT document, name, count FROM uses WHERE document IN"
                " (SELECT value FROM json_each(?)) ORDER BY document, name",
                [json.dumps(list(documents))],
            )
            for document, name, count in rows:
                found.setdefault(document, {})[name] = count
        return found

    def documents_using(self, names: Iterable[str]) -> dict[str, int]:
        """Return the documents that use one of the macros, and how often."""
        with self._reading():
            rows = self._connection.execute(
                "SELECT document, sum(count) FROM uses WHERE name IN"
                " (SELECT value FROM json_each(?)) GROUP BY document ORDER BY document",
                [json.dumps(sorted({name.lower() for name in names}))],
            )
            return dict(rows.fetchall())

    def unreadable_documents(self) -> list[str]:
        """Return the documents whose macros are not known, because they cannot be read."""
        with self._reading():
            rows = self._connection.execute(
                "SELECT path FROM files WHERE NOT is_script AND fingerprint LIKE 'unreadable:%' ORDER BY path"
            )
            return [path for (path,) in rows.fetchall()]

    def uses(self) -> list[tuple[str, str, int]]:
        """Return document, macro name and count of every use."""
        with self._reading():
            rows = self._connection.execute("SELECT document, name, count FROM uses")
            return rows.fetchall()


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
