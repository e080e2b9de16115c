"""Nothing of pybridge's follows a link out of a project, or deletes what it did not write."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from pybridge.commands.projects import init
from pybridge.errors import PybridgeError
from pybridge.project.discover import Project
from pybridge.scripts_store.documents import DocumentStore
from pybridge.scripts_store.history import HISTORY, History
from pybridge.scripts_store.seed import seed
from pybridge.scripts_store.storage.disk import Disk
from pybridge.scripts_store.store import ScriptStore
from pybridge.scripts_store.sync import sync
from pybridge.scripts_store.workspace import LOCK, Workspace
from pybridge.storage.atomic import write_atomically
from pybridge.storage.own_folder import LinkInTheWay, open_folder
from tests.unit.store.conftest import MACRO, LaterDisk, header

LINKS = (".pybridge", ".pybridge/history", "scripts", "posts")
NAMES = ("a.py", "hello.py", "welcome.md", "thesis.txt", "lock", "index.db", "index.db-wal",
         "journal.jsonl", "history/x", "history/journal.jsonl", "f" * 64, "0" * 64,
         ".a.py.0123abcd.pybridge-new")  # fmt: skip


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return every file of a folder: its bytes and its mtime."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        str(file.relative_to(folder)): (file.read_bytes(), file.stat().st_mtime_ns)
        for file in files
    }


def linked(tmp_path: Path, link: str, *, is_filled: bool) -> tuple[Path, Path]:
    """Make a project whose folder *link* is one outside; return the project and that folder."""
    root, outside = tmp_path / "project", tmp_path / "outside"
    for folder in (root, outside):
        folder.mkdir()
    for name in NAMES if is_filled else ():
        (outside / name).parent.mkdir(exist_ok=True)
        (outside / name).write_text(MACRO, "utf-8")
        os.utime(outside / name, (1, 1))  # old enough to be swept
    (root / "pybridge.toml").touch()
    for part in ("scripts", "posts", ".pybridge"):
        if not link.startswith(part):
            (root / part).mkdir()
    (root / link).parent.mkdir(exist_ok=True)
    (root / link).symlink_to(outside)
    for own in ("scripts/a.py", "posts/a.md"):
        if not (root / own).exists() and not own.startswith(link):
            (root / own).write_text(MACRO if own.endswith("py") else "[[a]]\n", "utf-8")
    return root, outside


Operation = Callable[[Path, ScriptStore, DocumentStore], object]
OPERATIONS: dict[str, Operation] = {
    "init": lambda root, store, documents: init.fill(root),
    "sync": lambda root, store, documents: sync(store.workspace),
    "rebuild": lambda root, store, documents: sync(store.workspace, fresh=True),
    "create": lambda root, store, documents: store.create("New"),
    "update": lambda root, store, documents: store.update("a", content=MACRO + "# new\n"),
    "header": lambda root, store, documents: store.update("a", content=header(title="A") + MACRO),
    "rename": lambda root, store, documents: store.rename("a", "b", update_documents=True),
    "delete": lambda root, store, documents: store.delete("a"),
    "restore": lambda root, store, documents: store.restore("a"),
    "seed": lambda root, store, documents: seed(root, disk=Disk()),
    "write": lambda root, store, documents: documents.write("posts/new.md", "x", None),
    "prune": lambda root, store, documents: store.history.prune(),
}


@pytest.mark.parametrize("is_filled", [True, False], ids=["full", "empty"])
@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_linked_folder_outside_stays_as_it_was(
    tmp_path: Path, operation: str, link: str, is_filled: bool
) -> None:
    root, outside = linked(tmp_path, link, is_filled=is_filled)
    before = contents(outside)
    workspace = Workspace(Project(root)).with_disk(LaterDisk())
    store, documents = ScriptStore(workspace), DocumentStore(workspace, limit=10_000)
    with suppress(PybridgeError):  # any other exception is a failure
        OPERATIONS[operation](root, store, documents)
    with suppress(PybridgeError):
        (root / "posts" / "later.md").write_text("x") if link != "posts" else None
        sync(workspace)
    assert contents(outside) == before
    assert (root / link).is_symlink()


@pytest.mark.parametrize("link", LINKS)
def test_all_operations_in_a_row_leave_it_too(
    tmp_path: Path, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pybridge.scripts_store.history._MAX_BYTES", 10)
    root, outside = linked(tmp_path, link, is_filled=True)
    before = contents(outside)
    workspace = Workspace(Project(root)).with_disk(LaterDisk())
    store, documents = ScriptStore(workspace), DocumentStore(workspace, limit=10_000)
    for run in OPERATIONS.values():
        with suppress(PybridgeError):
            run(root, store, documents)
    assert contents(outside) == before


@pytest.mark.parametrize("link", [link for link in LINKS if link != ".pybridge/history"])
def test_init_names_the_link_and_writes_nothing(tmp_path: Path, link: str) -> None:
    root, _ = linked(tmp_path, link, is_filled=True)
    before = contents(root)
    with pytest.raises(LinkInTheWay) as caught:
        init.fill(root)
    error = caught.value
    assert (error.code, error.hint) == ("conflict", "remove the link")
    assert str(root / link) in error.what()
    assert contents(root) == before


def test_a_history_that_is_a_link_is_a_note_of_the_sync(tmp_path: Path) -> None:
    root, _ = linked(tmp_path, ".pybridge/history", is_filled=True)
    workspace = Workspace(Project(root)).with_disk(LaterDisk())
    sync(workspace)
    (root / "scripts" / "a.py").write_text(MACRO + "# an edit\n", "utf-8")
    [note] = sync(workspace).notes
    assert isinstance(note, LinkInTheWay)
    assert note.path == root / HISTORY


@pytest.mark.parametrize("name", ["journal.jsonl", "hash"])
def test_files_of_the_history_that_are_links_are_not_written_through(
    store: ScriptStore, root: Path, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    victim = tmp_path_factory.mktemp("outside") / "victim"
    victim.write_text("thesis")
    script = root / "scripts" / "a.py"
    script.write_text(MACRO)
    folder = root / HISTORY
    folder.mkdir(parents=True)
    chosen = store.find("a").sha256 if name == "hash" else name
    (folder / chosen).symlink_to(victim)
    with suppress(PybridgeError):
        store.update("a", content=MACRO + "# new\n")
    assert victim.read_text() == "thesis"


def test_a_lock_that_is_a_link_is_refused(store: ScriptStore, root: Path, tmp_path: Path) -> None:
    (root / "scripts" / "a.py").write_text(MACRO)
    (tmp_path / "victim").write_text("thesis")
    (root / LOCK).parent.mkdir()
    (root / LOCK).symlink_to(tmp_path / "victim")
    with pytest.raises(LinkInTheWay):
        store.delete("a")
    assert (tmp_path / "victim").read_text() == "thesis"
    assert (root / "scripts" / "a.py").exists()


def test_pruning_deletes_only_contents(
    store: ScriptStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "scripts" / "a.py").write_text(MACRO)
    store.update("a", content=MACRO + "# 1\n")
    folder = root / HISTORY
    others = ("notes.txt", "F" * 64, "f" * 63, "photo.raw", "journal.jsonl.bak")
    for name in others:
        (folder / name).write_bytes(b"x" * 100)
    (folder / ("e" * 64)).mkdir()
    (folder / ("d" * 64)).symlink_to(root / "scripts" / "a.py")
    (folder / ("c" * 64)).write_bytes(b"not named by the journal")
    monkeypatch.setattr("pybridge.scripts_store.history._MAX_BYTES", 10)
    History(root, Disk()).prune()
    left = {path.name for path in folder.iterdir()}
    assert left >= {*others, "e" * 64, "d" * 64, "journal.jsonl"}
    assert "c" * 64 not in left


def test_a_journal_cannot_name_other_files(store: ScriptStore, root: Path) -> None:
    (root / "scripts" / "a.py").write_text(MACRO)
    store.update("a", content=MACRO + "# 1\n")
    journal = root / HISTORY / "journal.jsonl"
    line = json.loads(journal.read_text("utf-8"))
    for sha256 in ("../../scripts/a.py", "/etc/passwd", "", 7, None):
        journal.write_text(json.dumps({**line, "sha256": sha256}) + "\n")
        assert store.history.entries() == []


def test_links_inside_the_project_keep_working(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "posts").symlink_to("real")
    write_atomically(tmp_path / "posts" / "deep" / "a.md", b"x", root=tmp_path)
    assert (tmp_path / "real" / "deep" / "a.md").read_bytes() == b"x"


@pytest.mark.parametrize("target", ["..", ".pybridge", "nowhere", "posts", "/"])
def test_other_links_do_not(tmp_path: Path, target: str) -> None:
    root = tmp_path / "project"
    (root / ".pybridge").mkdir(parents=True)
    (root / "posts").symlink_to(target)
    for make in (True, False):
        with pytest.raises(LinkInTheWay), open_folder(root, root / "posts" / "a", make=make):
            pass
    assert [path.name for path in tmp_path.iterdir()] == ["project"]


def test_a_system_without_descriptors_checks_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pybridge.storage.own_folder.HAS_DIR_FD", False)
    root, outside = linked(tmp_path, "posts", is_filled=True)
    before = contents(outside)
    with pytest.raises(LinkInTheWay):
        write_atomically(root / "posts" / "a.md", b"x", root=root)
    write_atomically(root / "scripts" / "deep" / "b.py", b"x", root=root)
    opened = ExitStack()
    opened.enter_context(open_folder(root, root / "scripts"))
    (root / "scripts").rename(root / "old")
    (root / "scripts").symlink_to(outside)
    with pytest.raises(LinkInTheWay):
        opened.close()
    assert contents(outside) == before


def test_a_folder_replaced_by_a_link_while_open_changes_nothing_outside(tmp_path: Path) -> None:
    root, outside = linked(tmp_path, "posts", is_filled=True)
    before = contents(outside)

    def swap(what: str) -> None:
        if what == "replace":
            (root / "scripts").rename(root / "old")
            (root / "scripts").symlink_to(outside)

    write_atomically(root / "scripts" / "a.py", b"new", root=root, step=swap)
    assert (root / "old" / "a.py").read_bytes() == b"new"
    assert contents(outside) == before
