"""The steps that update an index to the present schema; a released one is never edited."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3


def _create(connection: sqlite3.Connection) -> None:
    """1: files, scripts, the words in them, and which documents use which macros."""
    for statement in (
        "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
        # One row of packed stamps instead of columns: reading 10,000 rows takes as long as a walk.
        "CREATE TABLE stamps (paths TEXT NOT NULL, numbers BLOB NOT NULL) STRICT",
        # What changed since that row was written: a sync of one file must not write 10,000 stamps.
        "CREATE TABLE later_stamps (path TEXT PRIMARY KEY, numbers BLOB) STRICT, WITHOUT ROWID",
        """CREATE TABLE files (
            path TEXT PRIMARY KEY, fingerprint TEXT NOT NULL,
            is_script INTEGER NOT NULL, problem TEXT
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE scripts (
            number INTEGER PRIMARY KEY,
            path TEXT NOT NULL UNIQUE REFERENCES files(path) ON DELETE CASCADE,
            path_key TEXT NOT NULL, slug_key TEXT NOT NULL,
            id TEXT NOT NULL, slug TEXT NOT NULL, title TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('macro', 'transform', 'utility', 'helper')),
            entrypoint TEXT NOT NULL, enabled INTEGER NOT NULL, version INTEGER NOT NULL,
            created_at TEXT, updated_at TEXT, sha256 TEXT NOT NULL,
            aliases TEXT NOT NULL, needs TEXT, takes_body INTEGER NOT NULL,
            params TEXT, limits TEXT, problems TEXT NOT NULL,
            header TEXT NOT NULL, body TEXT NOT NULL
        ) STRICT""",
        "CREATE INDEX scripts_by_id ON scripts(id)",
        "CREATE INDEX scripts_by_slug ON scripts(slug_key)",
        "CREATE INDEX scripts_by_path ON scripts(path_key)",
        """CREATE TABLE uses (
            document TEXT NOT NULL REFERENCES files(path) ON DELETE CASCADE,
            name TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (document, name)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX uses_by_name ON uses(name)",
        # Kept by hand: through triggers every row would be written to the word index on its own.
        """CREATE VIRTUAL TABLE scripts_words USING fts5(
            title, slug, body, content='scripts', content_rowid='number',
            tokenize='unicode61 remove_diacritics 2'
        )""",
    ):
        connection.execute(statement)


TABLES = ("facts", "uses", "scripts", "files", "stamps", "later_stamps")
"""Of an index in the present shape; those that refer to others come before them."""

MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_create,)
