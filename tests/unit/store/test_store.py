"""Scripts are changed whole or not at all, and nothing is overwritten unseen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pybridge.errors import Conflict, OutputFailed, PybridgeError, ScriptNotFound, UsageError
from pybridge.scripts_store.errors import AmbiguousName, StaleWrite
from pybridge.scripts_store.history import MOST_KEPT, History
from pybridge.scripts_store.index.records import record_of
from pybridge.scripts_store.storage.disk import Disk
from pybridge.scripts_store.store import ScriptStore
from pybridge.scripts_store.sync import sync
from pybridge.scripts_store.workspace import Workspace
from tests.unit.store.conftest import MACRO, header, rows
from tests.unit.store.test_header_text import LEGACY, crlf

FULL = header(id="i-1", slug="map", title="Map", kind="macro", entrypoint="render", version=3)


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def is_current(workspace: Workspace) -> bool:
    """Whether the index equals one that is made from the files alone."""
    before = rows(workspace)
    sync(workspace, fresh=True)
    return rows(workspace) == before


def test_a_new_script_has_a_full_header(store: ScriptStore, root: Path) -> None:
    write(root, "scripts/old.py", header(id="o", projectId="p-1") + MACRO)
    created = store.create("BGG link!", "macro").after
    assert created is not None
    identity = created.id
    assert created.header == (
        f'"""\n---\nid: "{identity}"\nprojectId: "p-1"\nslug: "bgg_link"\ntitle: "BGG link!"\n'
        'kind: "macro"\nentrypoint: "render"\nenabled: true\nversion: 1\n'
        'createdAt: "2026-05-01T12:00:00.000Z"\nupdatedAt: "2026-05-01T12:00:00.000Z"\n---\n"""\n'
    )
    assert created.info["problems"] == []
    again = store.create("bgg LINK", "transform").after
    assert again is not None
    assert (again.slug, again.path) == ("bgg_link_2", "scripts/bgg_link_2.py")
    assert is_current(store.workspace)


@pytest.mark.parametrize(
    ("content"),
    [
        pytest.param(LEGACY, id="legacy"),
        pytest.param(crlf(LEGACY), id="crlf"),
        pytest.param("\ufeff" + LEGACY + "\t", id="byte-order-mark"),
    ],
)
def test_an_update_counts_up_and_changes_nothing_else(
    store: ScriptStore, root: Path, content: str
) -> None:
    path = write(root, "scripts/bgg_link.py", content)
    done = store.update("bgg_link", {"title": "BGG"})
    expected = content.replace('"bgg link"', '"BGG"').replace("version: 12", "version: 13")
    expected = expected.replace("2026-03-02T20:30:14.453Z", "2026-05-01T12:00:00.000Z")
    assert path.read_bytes() == expected.encode()
    assert done.after is not None
    assert done.after.info["version"] == 13
    store.restore("bgg_link")
    back = path.read_bytes().decode()
    assert back.replace("version: 14", "version: 12").replace(
        "2026-05-01T12:00:00.000Z", "2026-03-02T20:30:14.453Z"
    ) == content  # fmt: skip
    assert is_current(store.workspace)


def test_new_content_against_an_old_hash_is_refused(store: ScriptStore, root: Path) -> None:
    path = write(root, "scripts/map.py", FULL + MACRO)
    old = store.find("map")
    store.update("map", content=FULL + "# theirs\n" + MACRO, expected=old.sha256)
    theirs = path.read_bytes()
    with pytest.raises(StaleWrite) as refused:
        store.update("map", content=FULL + "# mine\n" + MACRO, expected=old.sha256)
    now = store.find("map")
    assert old.sha256[:12] in str(refused.value)
    assert f"{now.sha256[:12]} now, version 4" in str(refused.value)
    assert refused.value.to_json()["code"] == "conflict"
    assert path.read_bytes() == theirs
    with pytest.raises(StaleWrite):
        store.delete("map", expected=old.sha256)


def test_an_editor_that_saves_at_the_last_moment_wins(workspace: Workspace, root: Path) -> None:
    path = write(root, "scripts/map.py", FULL + MACRO)

    class Interrupted(Disk):
        def step(self, what: str) -> None:
            if what == "replace" and path.read_bytes() == (FULL + MACRO).encode():
                path.write_text("# saved by an editor\n")

    with pytest.raises(StaleWrite, match="written against"):
        ScriptStore(workspace.with_disk(Interrupted())).update("map", {"title": "x"})
    assert path.read_text() == "# saved by an editor\n"
    assert [p.name for p in path.parent.iterdir()] == ["map.py"]


@pytest.mark.parametrize("failing", ["make scratch file", "write", "sync", "replace"])
def test_a_full_disk_leaves_the_old_file(workspace: Workspace, root: Path, failing: str) -> None:
    path = write(root, "scripts/map.py", FULL + MACRO)
    sync(workspace)

    class Full(Disk):
        def step(self, what: str) -> None:
            if what == failing and (root / ".pybridge" / "history" / "journal.jsonl").exists():
                raise OSError(28, "No space left on device")

    with pytest.raises(OutputFailed, match="No space left on device"):
        ScriptStore(workspace.with_disk(Full())).update("map", {"title": "x"})
    assert path.read_text() == FULL + MACRO
    assert [p.name for p in path.parent.iterdir()] == ["map.py"]


def test_renaming_moves_the_file_and_keeps_the_history(store: ScriptStore, root: Path) -> None:
    write(root, "scripts/deep/map.py", FULL + MACRO)
    store.update("map", {"title": "First"})
    done = store.rename("map", "atlas", title="Atlas")
    assert done.after is not None
    assert (done.after.path, done.after.slug, done.after.id) == (
        "scripts/deep/atlas.py",
        "atlas",
        "i-1",
    )
    assert (done.after.info["title"], done.after.info["version"]) == ("Atlas", 5)
    assert not (root / "scripts/deep/map.py").exists()
    _, past = store.past("atlas")
    assert [(entry.event, entry.version) for entry in past] == [("renamed", 4), ("updated", 3)]
    assert is_current(store.workspace)


def test_a_file_without_header_keeps_its_history_under_a_new_name(
    store: ScriptStore, root: Path, workspace: Workspace
) -> None:
    path = write(root, "scripts/a.py", MACRO)
    sync(workspace)
    path.write_text(MACRO + "# 2\n")
    sync(workspace)
    store.rename("a", "b")
    path = root / "scripts" / "b.py"
    assert path.read_text() == MACRO + "# 2\n"
    path.rename(root / "scripts" / "c.py")
    assert [move.new.path for move in sync(workspace).plan.moved] == ["scripts/c.py"]
    _, past = store.past("c")
    assert [entry.event for entry in past] == ["edited"]
    assert is_current(store.workspace)


DOCUMENT = """---
title: "[[map]]"
---
[[map]] and [[Map x="[[map"]] `[[map]]` \\[[map]] [[mapx]] [[/map]]
```
[[map]]
```
é [[map
  y=1]]
"""


def test_renaming_rewrites_real_uses_only(store: ScriptStore, root: Path) -> None:
    write(root, "scripts/map.py", FULL + MACRO)
    post = write(root, "posts/a.md", "\ufeff" + crlf(DOCUMENT))
    write(root, "posts/b.md", "no use of `[[map]]`")
    dry = store.rename("map", "atlas", update_documents=True, dry_run=True)
    assert not dry.is_done
    assert (root / "scripts/map.py").exists()
    [change] = dry.documents
    assert (change.path, change.places) == ("posts/a.md", ((4, 1), (4, 13), (4, 59), (8, 3)))
    assert store.rename("map", "atlas", update_documents=True).documents == dry.documents
    expected = DOCUMENT.replace("[[map]] and [[Map", "[[atlas]] and [[atlas")
    expected = expected.replace("[[/map]]", "[[/atlas]]").replace("é [[map", "é [[atlas")
    assert post.read_bytes() == ("\ufeff" + crlf(expected)).encode()
    assert is_current(store.workspace)


@pytest.mark.parametrize(
    "raw", [b"caf\xe9 [[map]]", b"[[map]]\0", b"\xff\xfe[\0"], ids=["latin", "nul", "utf-16"]
)
def test_documents_that_cannot_be_read_are_named(
    store: ScriptStore, root: Path, raw: bytes
) -> None:
    write(root, "scripts/map.py", FULL + MACRO)
    write(root, "posts/a.md", "[[map]]")
    (root / "posts/odd.md").write_bytes(raw)
    done = store.rename("map", "atlas", update_documents=True)
    assert [change.path for change in done.documents] == ["posts/a.md"]
    assert not done.is_whole
    assert ["posts/odd.md" in note for note in done.to_json()["notes"]] == [True]
    assert (root / "posts/odd.md").read_bytes() == raw
    write(root, "posts/odd.md", "text")
    assert store.rename("atlas", "map", update_documents=True).is_whole


def test_a_rename_says_what_it_left_behind(store: ScriptStore, root: Path) -> None:
    write(root, "scripts/map.py", FULL + MACRO)
    write(root, "a.md", "[[map]]")
    assert store.rename("map", "atlas").notes == ("1 document still uses [[map]]",)
    assert (root / "a.md").read_text() == "[[map]]"


def test_a_deleted_script_comes_back(store: ScriptStore, root: Path, workspace: Workspace) -> None:
    path = write(root, "scripts/map.py", FULL + MACRO)
    store.delete("map")
    assert not path.exists()
    store.restore("map")
    assert path.read_text() == FULL + MACRO
    sync(workspace)
    path.unlink()
    sync(workspace)
    store.restore("scripts/map.py", store.past("map")[1][0].sha256[:8])
    assert path.read_text() == FULL + MACRO
    assert is_current(workspace)


def test_a_header_is_written_on_request_only(store: ScriptStore, root: Path) -> None:
    path = write(root, "scripts/a.py", "\ufeff" + crlf(MACRO))
    with pytest.raises(UsageError, match="no header"):
        store.update("a", {"enabled": False})
    assert path.read_bytes() == ("\ufeff" + crlf(MACRO)).encode()
    before = store.find("a")
    after = store.update("a", {"enabled": False}, header=True).after
    assert after is not None
    assert (after.id, after.info["enabled"], after.info["version"]) == (before.id, False, 2)
    assert after.content.endswith(crlf(MACRO))
    assert after.content.count("\n") == after.content.count("\r\n")
    write(root, "scripts/f.py", '"""Doc."""\nfrom __future__ import annotations\n')
    with pytest.raises(UsageError, match="with a header: SyntaxError"):
        store.update("f", {"enabled": False}, header=True)


Act = Callable[[ScriptStore], object]


@pytest.mark.parametrize(
    ("act", "kind", "words"),
    [
        pytest.param(lambda s: s.find("mpa"), ScriptNotFound, "did you mean 'map'", id="unknown"),
        pytest.param(lambda s: s.rename("map", "my-map"), UsageError, "take 'my_map'", id="hyphen"),
        pytest.param(lambda s: s.rename("map", "other"), Conflict, "other.py is called", id="taken"),
        pytest.param(lambda s: s.rename("map", "thing"), Conflict, "there is a file", id="file"),
        pytest.param(lambda s: s.create("x", slug="MAP"), UsageError, "take 'map'", id="capitals"),
        pytest.param(lambda s: s.create("x", slug="map"), Conflict, "'map' already", id="create"),
        pytest.param(lambda s: s.create("thing"), Conflict, "scripts/thing.py already", id="there"),
        pytest.param(lambda s: s.restore("map"), ScriptNotFound, "the history", id="no-history"),
        pytest.param(lambda s: s.update("map", {"title": "a\nb"}), UsageError, "one line", id="lines"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_says_why(
    store: ScriptStore, root: Path, act: Act, kind: type[PybridgeError], words: str
) -> None:
    write(root, "scripts/map.py", FULL + MACRO)
    write(root, "scripts/other.py", MACRO)
    write(root, "scripts/thing.py", header(slug="unlike") + MACRO)
    with pytest.raises(kind, match=words):
        act(store)
    assert (root / "scripts/map.py").read_text() == FULL + MACRO


def test_two_scripts_of_one_name_both_stay(store: ScriptStore, root: Path) -> None:
    write(root, "scripts/b.py", FULL + MACRO)
    write(root, "scripts/a.py", header(id="i-1", slug="map", enabled=False) + MACRO)
    assert (store.find("map").path, store.find("i-1").path) == ("scripts/b.py", "scripts/b.py")
    assert store.find("scripts/a.py").path == "scripts/a.py"
    assert len(store.records()) == 2


def test_history_is_bounded_and_survives_damage(workspace: Workspace, root: Path) -> None:
    history = History(root, Disk())
    for number in range(MOST_KEPT + 5):
        history.keep(record_of("scripts/a.py", f"x = {number}\n", f"{number:064}"), "edited")
    [identity] = {entry.id for entry in history.entries()}
    journal = root / ".pybridge" / "history" / "journal.jsonl"
    journal.write_bytes(journal.read_bytes() + b'{"id": "torn')
    history.keep(record_of("scripts/a.py", "last", "f" * 64), "edited")
    past = history.of(identity)
    assert (len(past), past[0].sha256) == (MOST_KEPT, "f" * 64)
    assert history.content("f" * 64) is None, "the hash does not fit the content"


def test_a_content_is_named_by_the_beginning_of_its_hash(store: ScriptStore, root: Path) -> None:
    path = write(root, "scripts/a.py", "x = 0\n")
    for number in range(40):
        sync(store.workspace)
        path.write_text(f"x = {number + 1}\n")
    sync(store.workspace)
    _, past = store.past("a")
    begins = [entry.sha256[0] for entry in past]
    twice = next(first for first in begins if begins.count(first) > 1)
    with pytest.raises(AmbiguousName):
        store.restore("a", twice)
    store.restore("a", past[-1].sha256)
    assert path.read_text() == "x = 0\n"


@pytest.mark.parametrize("title", ["", "  ", "\t\u3000"])
def test_a_blank_title_is_refused(store: ScriptStore, root: Path, title: str) -> None:
    with pytest.raises(UsageError, match="needs a title"):
        store.create(title)
    assert not list(root.glob("scripts/script*.py"))


def test_a_name_spells_accented_letters_out(store: ScriptStore) -> None:
    created = store.create("Über die Größe", "macro").after
    assert created is not None
    assert created.slug == "uber_die_grosse"
