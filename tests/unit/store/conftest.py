"""A project on a real disk, with a clock that has moved on."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pybridge.project.discover import Project
from pybridge.scripts_store.index.database import Index
from pybridge.scripts_store.storage.disk import Disk
from pybridge.scripts_store.store import ScriptStore
from pybridge.scripts_store.workspace import Workspace

MACRO = "def render(context):\n    return {'text': 'x'}\n"
AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


class LaterDisk(Disk):
    """Reads ten seconds after everything was written: no file is racily clean."""

    def __init__(self) -> None:
        self.reads: list[str] = []

    def now_ns(self) -> int:
        return super().now_ns() + 10_000_000_000

    def read(self, path: Path, *, root: Path, limit: int, name: str | None = None) -> bytes:
        self.reads.append(name or str(path))
        return super().read(path, root=root, limit=limit, name=name)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "scripts").mkdir()
    return Workspace(Project(tmp_path))


@pytest.fixture
def root(workspace: Workspace) -> Path:
    return workspace.root


@pytest.fixture
def store(workspace: Workspace) -> ScriptStore:
    return ScriptStore(workspace.with_disk(LaterDisk()), now=lambda: AT)


def header(**values: object) -> str:
    lines = "".join(
        f'{key}: "{value}"\n' if isinstance(value, str) else f"{key}: {str(value).lower()}\n"
        for key, value in values.items()
    )
    return f'"""\n---\n{lines}---\n"""\n'


Rows = dict[str, object]


def rows(workspace: Workspace) -> Rows:
    """Everything the index says, without the order in which it learned it."""
    connection = sqlite3.connect(workspace.index_path)
    check = "INSERT INTO scripts_words(scripts_words, rank) VALUES ('integrity-check', 1)"
    connection.execute(check)  # the words are those of the texts
    connection.rollback()
    connection.close()
    with Index.open(workspace.index_path) as index:
        return {
            "states": dict(sorted(index.states().items())),
            "records": index.records(),
            "problems": index.problems(),
            "uses": sorted(index.uses()),
            "clashes": index.clashes(),
        }
