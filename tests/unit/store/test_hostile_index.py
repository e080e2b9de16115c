"""An index that others wrote is set aside before it is used, and made again from the files."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import struct
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import pytest

from pybridge.scripts_store.errors import IndexCorrupt
from pybridge.scripts_store.index import trusted
from pybridge.scripts_store.index.database import Index
from pybridge.scripts_store.index.migrations import TABLES
from pybridge.scripts_store.index.trusted import APPLICATION_ID, SIDECARS
from pybridge.scripts_store.sync import sync
from pybridge.scripts_store.view import current
from pybridge.scripts_store.workspace import INDEX, Workspace
from tests.unit.store.conftest import MACRO, LaterDisk, rows

ENDLESS = "WITH RECURSIVE z(x) AS (VALUES(1) UNION ALL SELECT x + 1 FROM z)"
Change = Callable[[Path], object]


def executed(*statements: str) -> Change:
    """Return a change of the database by these statements."""

    def change(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    return change


def replaced_by_view(table: str) -> Change:
    """Return a change that puts an endless view in the place of a table."""

    def change(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            listed = ", ".join(f"x AS {column}" for column in columns)
            connection.execute("PRAGMA legacy_alter_table = ON")
            connection.execute(f"ALTER TABLE {table} RENAME TO {table}_real")
            connection.execute(f"CREATE VIEW {table} AS {ENDLESS} SELECT {listed} FROM z")
            connection.commit()

    return change


def spoilt(seed: int) -> Change:
    """Return a change of random bytes, or of the file's length."""

    def change(path: Path) -> None:
        raw, choice = bytearray(path.read_bytes()), random.Random(seed)
        if seed % 3 == 0:
            raw = raw[: choice.randrange(1, len(raw))]
        for _ in range(choice.randrange(1, 200)):
            raw[choice.randrange(min(len(raw), 4096 if seed % 2 else 1 << 30))] = choice.randrange(
                256
            )
        path.write_bytes(raw)

    return change


def instead(make: Change) -> Change:
    """Return a change that removes the file and makes another thing of that name."""

    def change(path: Path) -> None:
        path.unlink()
        make(path)

    return change


def beside(make: Change, end: str) -> Change:
    """Return a change that makes a file of SQLite's beside the index."""
    return lambda path: make(path.with_name(path.name + end))


def outside(path: Path) -> None:
    other = path.parent.parent.parent / "other.db"
    other.write_bytes(b"someone else's")
    path.symlink_to(other)


def huge(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(1 << 33)


def super_journal(path: Path) -> None:
    """Leave a journal as of a transaction over several databases: SQLite deletes the file that it names."""
    with closing(sqlite3.connect(path)) as connection:
        (page_size,), (pages,) = (
            connection.execute(f"PRAGMA {name}").fetchone() for name in ("page_size", "page_count")
        )
    named = str(path.parent.parent / "posts" / "a.md").encode()
    mark, sector = bytes.fromhex("d9d505f920a163d7"), 512
    head = mark + struct.pack(">IIIII", 0, 0, pages, sector, page_size)
    tail = struct.pack(">II", len(named), sum(named)) + mark
    lock_page = struct.pack(">I", 0x40000000 // page_size + 1)
    beside(
        lambda journal: journal.write_bytes(head.ljust(sector, b"\0") + lock_page + named + tail),
        "-journal",
    )(path)


BODY = "BEGIN SELECT 1; END"
CHANGES: dict[str, Change] = {
    **{f"view-{table}": replaced_by_view(table) for table in TABLES},
    **{
        f"trigger-{table}": executed(f"CREATE TRIGGER t AFTER INSERT ON {table} {BODY}")
        for table in TABLES
    },
    "trigger-delete": executed(
        f"CREATE TRIGGER t BEFORE DELETE ON files BEGIN SELECT * FROM ({ENDLESS} SELECT * FROM z); END"
    ),
    "extra-view": executed(f"CREATE VIEW v AS {ENDLESS} SELECT x FROM z"),
    "extra-table": executed("CREATE TABLE extra (x)"),
    "extra-index": executed("CREATE INDEX i ON files(length(fingerprint))"),
    "extra-words": executed("CREATE VIRTUAL TABLE w USING fts5(x)"),
    "extra-rtree": executed("CREATE VIRTUAL TABLE r USING rtree(id, a, b)"),
    "generated-column": executed("ALTER TABLE files ADD COLUMN g INTEGER AS (length(path)) VIRTUAL"),
    "renamed-column": executed("ALTER TABLE scripts RENAME COLUMN body TO bodies"),
    "added-column": executed("ALTER TABLE uses ADD COLUMN more TEXT"),
    "dropped-index": executed("DROP INDEX scripts_by_id"),
    "no-words": executed("DROP TABLE scripts_words"),
    "edited-schema": executed(
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = replace(sql, 'kind IN', 'length(kind) IN') WHERE name = 'scripts'",
    ),
    **{f"version-{n}": executed(f"PRAGMA user_version = {n}") for n in (0, 2, 99, -1, 2**31 - 1)},
    "other-program": executed("PRAGMA application_id = 1196444487"),
    "text": lambda path: path.write_bytes(b"no database" * 1000),
    "empty-pages": lambda path: path.write_bytes(b"SQLite format 3\0" + b"\0" * 8176),
    "zeros": lambda path: path.write_bytes(b"\0" * 8192),
    "huge": huge,
    "link": instead(outside),
    "dangling": instead(lambda path: path.symlink_to("nowhere")),
    "loop": instead(lambda path: path.symlink_to(path.name)),
    "device": instead(lambda path: path.symlink_to("/dev/zero")),
    "pipe": instead(os.mkfifo),
    "folder": instead(Path.mkdir),
    "super-journal": super_journal,
    **{f"pipe{end}": beside(os.mkfifo, end) for end in SIDECARS},
    **{f"link{end}": beside(outside, end) for end in SIDECARS},
}  # fmt: skip


@pytest.fixture
def indexed(workspace: Workspace, root: Path) -> Workspace:
    """A project with an index on the disk, and nothing beside it."""
    (root / "scripts" / "a.py").write_text(MACRO)
    (root / "posts").mkdir()
    (root / "posts" / "a.md").write_text("[[a]]\n")
    sync(workspace.with_disk(LaterDisk()))
    with closing(sqlite3.connect(root / INDEX)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return workspace


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("through", ["sync", "view"])
def test_another_index_is_set_aside(
    indexed: Workspace, root: Path, change: str, through: str, tmp_path: Path
) -> None:
    expected = rows(indexed)
    for end in SIDECARS:
        Path(f"{root / INDEX}{end}").unlink(missing_ok=True)
    CHANGES[change](root / INDEX)
    started = time.monotonic()
    if through == "sync":
        notes = sync(indexed).notes
    else:
        with current(indexed) as view:
            assert [record.path for record in view.records] == ["scripts/a.py"]
            notes = view.notes
    assert time.monotonic() - started < 10
    assert ["it was kept as index.db.damaged-1" in str(note) for note in notes] == [True]
    assert rows(indexed) == expected
    assert (
        not (tmp_path.parent / "other.db").exists()
        or (tmp_path.parent / "other.db").read_bytes() == b"someone else's"
    )


@pytest.mark.parametrize("seed", range(60))
def test_random_bytes_end_in_an_index_that_agrees_with_the_files(
    indexed: Workspace, root: Path, seed: int
) -> None:
    spoilt(seed)(root / INDEX)
    sync(indexed)
    sync(indexed, fresh=True)
    with current(indexed) as view:
        assert [record.path for record in view.records] == ["scripts/a.py"]


def test_the_index_of_an_earlier_version_opens(indexed: Workspace, root: Path) -> None:
    executed("PRAGMA application_id = 0")(root / INDEX)
    assert sync(indexed).notes == ()
    with closing(sqlite3.connect(root / INDEX)) as connection:
        assert connection.execute("SELECT count(*) FROM files").fetchone() == (2,)


def test_a_new_index_is_marked(indexed: Workspace, root: Path) -> None:
    with closing(sqlite3.connect(root / INDEX)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


def test_the_number_of_kept_files_is_bounded(indexed: Workspace, root: Path) -> None:
    for _ in range(12):
        (root / INDEX).write_bytes(b"no database" * 1000)
        sync(indexed)
    kept = [path for path in (root / INDEX).parent.iterdir() if ".damaged-" in path.name]
    assert len(kept) == 9


def test_a_query_ends_at_its_deadline(indexed: Workspace, root: Path) -> None:
    with Index.open(root / INDEX) as index:
        with pytest.raises(IndexCorrupt, match="a query took longer"), index._within(0.1):
            index._connection.execute(f"{ENDLESS} SELECT count(*) FROM z").fetchone()
        assert index.file_count == 2


def test_a_signal_is_heard_during_a_query(indexed: Workspace, root: Path) -> None:
    def end(*_: object) -> NoReturn:
        raise SystemExit(143)

    before = signal.signal(signal.SIGALRM, end)
    try:
        with Index.open(root / INDEX) as index:
            signal.setitimer(signal.ITIMER_REAL, 0.1)
            with pytest.raises((KeyboardInterrupt, SystemExit)), index._within(20):
                index._connection.execute(f"{ENDLESS} SELECT count(*) FROM z").fetchone()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_the_database_runs_no_code_of_its_own(indexed: Workspace, root: Path) -> None:
    with Index.open(root / INDEX) as index:
        assert index._connection.execute("PRAGMA trusted_schema").fetchone() == (0,)
        assert index._connection.execute("PRAGMA cell_size_check").fetchone() == (1,)
        length = index._connection.getlimit(sqlite3.SQLITE_LIMIT_LENGTH)
        assert length == trusted._LIMITS[sqlite3.SQLITE_LIMIT_LENGTH]
