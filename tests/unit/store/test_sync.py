"""The index says what the files say."""

from __future__ import annotations

import os
import sqlite3
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from pybridge.errors import DocumentUnreadable
from pybridge.scripts_store.errors import IndexBusy
from pybridge.scripts_store.index import database
from pybridge.scripts_store.index.database import Index
from pybridge.scripts_store.index.plan import Clash, FileState, Move, Plan, diff
from pybridge.scripts_store.index.records import record_of
from pybridge.scripts_store.store import ScriptStore
from pybridge.scripts_store.sync import sync
from pybridge.scripts_store.view import current
from pybridge.scripts_store.workspace import INDEX, Workspace
from tests.unit.store.conftest import MACRO, LaterDisk, header, rows


def state(path: str, fingerprint: str, identity: str = "", **more: str) -> FileState:
    return FileState(path, fingerprint, identity or path, more.get("slug", path))


A, B = state("a.py", "1"), state("b.py", "2")
A2 = state("a.py", "3")
MOVED, MOVED_EDITED = state("c.py", "1"), state("c.py", "9", "a.py")


@pytest.mark.parametrize(
    ("disk", "index", "plan"),
    [
        pytest.param([A, B], [A, B], Plan(), id="nothing"),
        pytest.param([A, B], [A], Plan(added=(B,)), id="added"),
        pytest.param([A2], [A], Plan(changed=(Move(A, A2),)), id="changed"),
        pytest.param([B], [A, B], Plan(removed=(A,)), id="removed"),
        pytest.param([MOVED], [A], Plan(moved=(Move(A, MOVED),)), id="moved-by-content"),
        pytest.param([MOVED_EDITED], [A], Plan(moved=(Move(A, MOVED_EDITED),)), id="moved-by-id"),
        pytest.param(
            [MOVED, MOVED_EDITED._replace(path="d.py", slug="d")],
            [A],
            Plan(added=(MOVED,), moved=(Move(A, MOVED_EDITED._replace(path="d.py", slug="d")),)),
            id="id-before-content",
        ),
        pytest.param(
            [A, state("b.py", "2", slug="A.py")],
            [],
            Plan(
                added=(A, state("b.py", "2", slug="A.py")),
                conflicting=(Clash("slug", "a.py", ("a.py", "b.py")),),
            ),
            id="one-slug",
        ),
        pytest.param(
            [state("a.py", "1", "id", slug="x")._replace(enabled=False), state("b.py", "2", "id")],
            [state("a.py", "1", "id", slug="x")._replace(enabled=False), state("b.py", "2", "id")],
            Plan(conflicting=(Clash("id", "id", ("b.py", "a.py")),)),
            id="one-id-the-enabled-wins",
        ),
    ],
)
def test_differences_are_planned(disk: list[FileState], index: list[FileState], plan: Plan) -> None:
    assert diff({s.path: s for s in disk}, {s.path: s for s in index}) == plan


def test_a_second_sync_reads_nothing(workspace: Workspace, root: Path) -> None:
    (root / "scripts" / "a.py").write_text(MACRO)
    (root / "post.md").write_text("[[a]] `[[b]]` [[A x=1]]")
    first, second = LaterDisk(), LaterDisk()
    assert len(sync(workspace.with_disk(first)).plan.added) == 2
    assert sync(workspace.with_disk(second)).plan == Plan()
    assert (first.reads, second.reads) == (["scripts/a.py", "post.md"], [])
    assert rows(workspace)["uses"] == [("post.md", "a", 2)]


def test_a_change_that_no_time_shows_is_seen_while_it_may_be_racy(
    workspace: Workspace, root: Path
) -> None:
    script = root / "scripts" / "a.py"
    script.write_text("x = 1\n")
    sync(workspace)
    before = script.stat()
    script.write_text("x = 2\n")
    os.utime(script, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert [move.new.path for move in sync(workspace).plan.changed] == ["scripts/a.py"]


def test_deleting_the_index_loses_nothing(workspace: Workspace, root: Path) -> None:
    folder = root / "scripts"
    (folder / "deep").mkdir()
    (folder / "plain.py").write_text(MACRO)
    (folder / "deep" / "full.py").write_text(
        header(id="i-1", slug="other", title="T", kind="transform", enabled=False, version=3)
        + "ALIASES = ['x']\nNEEDS = ['media']\nPARAMS = {'type': 'object'}\ndef transform(post): ...\n"
    )
    (folder / "broken.py").write_text("def render(:\n")
    sync(workspace)
    kept = rows(workspace)
    (root / INDEX).unlink()
    sync(workspace)
    assert rows(workspace) == kept
    sync(workspace, fresh=True)
    assert rows(workspace) == kept


def test_a_body_that_this_python_cannot_parse_keeps_its_metadata(tmp_path: Path) -> None:
    text = header(id="i", slug="s", title="T", kind="macro", version=4) + "type X = (\n"
    info = record_of("scripts/s.py", text, "0" * 64).info
    assert (info["id"], info["title"], info["version"]) == ("i", "T", 4)
    assert info["problems"][0]["code"] == "syntax"
    told = record_of("scripts/s.py", text, "0" * 64, lambda p, t: {**info, "needs": ["x"]}).info
    assert told["needs"] == ["x"]


Arrange = Callable[[Path], object]


def big(folder: Path) -> None:
    (folder / "x.py").write_bytes(b"#" * 10_000_000)


def outside(folder: Path) -> None:
    (folder.parent.parent / "outside.py").write_text("secret = 1\n")
    (folder / "x.py").symlink_to(folder.parent.parent / "outside.py")


@pytest.mark.parametrize(
    ("arrange", "code", "words"),
    [
        pytest.param(lambda f: (f / "x.py").write_bytes(b"a\n\xff"), "encoding", "scripts/x.py:2:1: not valid UTF-8", id="undecodable"),
        pytest.param(lambda f: (f / "x.py").write_bytes(b"a\0"), "encoding", "scripts/x.py:1:2: a NUL byte", id="nul"),
        pytest.param(big, "input-limit", "scripts/x.py: too large for a script: 10,000,000 bytes", id="10-mb"),
        pytest.param(lambda f: (f / "x.py").mkdir(), "io", "scripts/x.py: this is a directory", id="directory"),
        pytest.param(lambda f: (f / "x.py").symlink_to("nowhere"), "io", "scripts/x.py: a dangling link (nowhere)", id="dangling"),
        pytest.param(lambda f: (f / "x.py").symlink_to("x.py"), "io", "scripts/x.py: a link that leads to itself", id="loop"),
        pytest.param(outside, "io", "scripts/x.py: a link out of the project, refused", id="leaves"),
        pytest.param(lambda f: (f / "x.py").symlink_to(f), "io", "scripts/x.py: this is a directory", id="folder-link"),
        pytest.param(lambda f: os.mkfifo(f / "x.py"), "io", "scripts/x.py: cannot be read (no ordinary file)", id="pipe"),
    ],
)  # fmt: skip
def test_a_bad_file_is_a_problem_beside_the_others(
    workspace: Workspace, root: Path, arrange: Arrange, code: str, words: str
) -> None:
    (root / "scripts" / "good.py").write_text(MACRO)
    arrange(root / "scripts")
    for _ in range(2):
        report = sync(workspace.with_disk(LaterDisk()))
        [problem] = report.problems.values()
        assert problem["code"] == code
        assert words in str(problem["message"])
    with current(workspace) as view:
        assert [record.slug for record in view.records] == ["good"]
        assert [dict(each) for each in view.problems.values()] == [problem]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_name_that_is_no_text_is_a_problem(workspace: Workspace, root: Path) -> None:
    name = os.fsencode(root / "scripts") + b"/\xff.py"
    os.close(os.open(name, os.O_CREAT | os.O_WRONLY))
    [problem] = sync(workspace).problems.values()
    assert problem["message"] == "scripts/\\xff.py: the name is not valid UTF-8"


def test_an_unreadable_file_is_a_problem(workspace: Workspace, root: Path) -> None:
    class Deny(LaterDisk):
        def read(self, path: Path, *, root: Path, limit: int, name: str | None = None) -> bytes:
            if path.name == "x.py":
                raise DocumentUnreadable.of(Path(name or path), PermissionError())
            return super().read(path, root=root, limit=limit, name=name)

    (root / "scripts" / "x.py").write_text(MACRO)
    (root / "scripts" / "y.py").write_text(MACRO)
    report = sync(workspace.with_disk(Deny()))
    assert report.problems["scripts/x.py"]["message"] == "scripts/x.py: not allowed to read it"
    assert sync(workspace.with_disk(LaterDisk())).problems == {}


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(("Map.py", "map.py"), id="case"),
        pytest.param(
            tuple(unicodedata.normalize(form, "größe.py") for form in ("NFC", "NFD")), id="form"
        ),
    ],
)
def test_names_that_are_one_elsewhere_are_a_conflict(
    workspace: Workspace, root: Path, names: tuple[str, str]
) -> None:
    for name in names:
        (root / "scripts" / name).write_text(MACRO)
    if len(list((root / "scripts").iterdir())) == 1:
        pytest.skip("this file system folds names")
    first = sync(workspace.with_disk(LaterDisk())).plan.conflicting
    again = sync(workspace.with_disk(LaterDisk())).plan.conflicting
    assert first == again
    assert {clash.kind for clash in first} >= {"path"}
    with current(workspace) as view:
        assert len(view.records) == 2


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda p: p.write_bytes(b"no database at all" * 100), id="not-a-database"),
        pytest.param(lambda p: p.write_bytes(p.read_bytes()[:5000]), id="cut"),
        pytest.param(
            lambda p: p.write_bytes(p.read_bytes()[:4096] + b"\xaa" * 40_000), id="scribbled"
        ),
        pytest.param(lambda p: _execute(p, "DROP TABLE scripts"), id="table-gone"),
        pytest.param(lambda p: _execute(p, "PRAGMA user_version = 99"), id="newer"),
        pytest.param(lambda p: _execute(p, "UPDATE stamps SET numbers = x'00'"), id="stamps"),
    ],
)
@pytest.mark.parametrize("through", [sync, current], ids=["sync", "view"])
def test_a_damaged_index_is_kept_aside_and_made_anew(
    workspace: Workspace, root: Path, damage: Callable[[Path], object], through: object
) -> None:
    for number in range(600):
        (root / "scripts" / f"s{number}.py").write_text(f"x = {number}\n")
    sync(workspace.with_disk(LaterDisk()))
    expected = rows(workspace)
    for suffix in ("-wal", "-shm"):
        (root / f"{INDEX}{suffix}").unlink(missing_ok=True)
    damage(root / INDEX)
    if through is sync:
        notes = sync(workspace).notes
    else:
        with current(workspace) as view:
            notes = view.notes
    [note] = notes
    assert "it was kept as index.db.damaged-1" in str(note)
    assert (root / ".pybridge" / "index.db.damaged-1").exists()
    assert rows(workspace) == expected


def _execute(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_locked_index_stops_a_sync_and_no_reading(
    workspace: Workspace, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "scripts" / "a.py").write_text(MACRO)
    sync(workspace)
    holder = sqlite3.connect(root / INDEX)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr(database, "BUSY_S", 0.05)
    (root / "scripts" / "b.py").write_text(MACRO)
    with pytest.raises(IndexBusy, match="locked by another process"):
        sync(workspace)
    with current(workspace) as view:
        assert [record.slug for record in view.records] == ["a", "b"]
    holder.rollback()
    holder.close()
    assert len(sync(workspace).plan.added) == 1


def test_an_index_that_cannot_be_made_stops_no_reading(workspace: Workspace, root: Path) -> None:
    (root / "scripts" / "a.py").write_text(MACRO)
    (root / ".pybridge").write_text("a file is in the way")
    with current(workspace) as view:
        assert [record.slug for record in view.records] == ["a"]
        [note] = view.notes
        assert "the index cannot be used" in str(note)


def test_reading_leaves_the_index_as_it_is(workspace: Workspace, root: Path) -> None:
    (root / "scripts" / "a.py").write_text(MACRO)
    sync(workspace)
    kept = rows(workspace)
    (root / "scripts" / "b.py").write_text(MACRO)
    with current(workspace) as view:
        assert [state.path for state in view.plan.added] == ["scripts/b.py"]
        assert view.index.search("render text") != []
    assert rows(workspace) == kept


def test_an_index_of_another_python_is_made_anew(
    workspace: Workspace, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "scripts" / "a.py").write_text(MACRO)
    sync(workspace.with_disk(LaterDisk()))
    monkeypatch.setattr(Index, "reader", "another")
    disk = LaterDisk()
    sync(workspace.with_disk(disk))
    assert disk.reads == ["scripts/a.py"]
    assert sync(workspace.with_disk(LaterDisk())).plan == Plan()


def test_search_finds_words_in_title_slug_and_body(workspace: Workspace, root: Path) -> None:
    (root / "scripts" / "photo_map.py").write_text("# Zürich and elsewhere\n" + MACRO)
    (root / "scripts" / "b.py").write_text(header(id="i", title="A photo book") + "x = 1\n")
    with current(workspace) as view:
        found = [[path for path, _ in view.index.search(words)] for words in
                 ("photo", "zurich else", 'no"thing', "", "MAP photo", "macro")]  # fmt: skip
    a, b = "scripts/photo_map.py", "scripts/b.py"
    assert sorted(found[0]) == [b, a]
    assert found[1:] == [[a], [], [], [a], []]


def test_clashes_are_those_of_what_the_index_holds(
    workspace: Workspace, root: Path, store: ScriptStore
) -> None:
    """One file is saved while another differs for a while: its claim stands where it stood."""
    for slug in ("a", "b", "c"):
        (root / "scripts" / f"{slug}.py").write_text(header(id="x", slug=slug) + MACRO)
    sync(workspace)
    before = (root / "scripts" / "c.py").read_text()
    (root / "scripts" / "c.py").write_text(header(id="other", slug="c") + MACRO)
    store.update("scripts/a.py", {"title": "Saved"})
    (root / "scripts" / "c.py").write_text(before)
    sync(workspace)
    synced = rows(workspace)
    paths = ("scripts/a.py", "scripts/b.py", "scripts/c.py")
    assert synced["clashes"] == (Clash("id", "x", paths),)
    sync(workspace, fresh=True)
    assert rows(workspace) == synced


def test_a_file_that_is_saved_ends_its_own_clash_only(
    workspace: Workspace, root: Path, store: ScriptStore
) -> None:
    for slug, of in (("a", "x"), ("b", "x"), ("c", "y"), ("d", "y")):
        (root / "scripts" / f"{slug}.py").write_text(header(id=of, slug=slug) + MACRO)
    sync(workspace)
    store.delete("scripts/a.py")
    (root / "scripts" / "d.py").unlink()
    with Index.open(root / INDEX) as index:
        assert [clash.value for clash in index.clashes()] == ["y"]
    sync(workspace)
    with Index.open(root / INDEX) as index:
        assert index.clashes() == ()
