"""Built-in macros come, are brought up to date, and never overwrite anyone's work."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from pybridge.commands.projects.init import fill
from pybridge.project.scripts import SEEDED_FILE
from pybridge.scripts_store.history import History
from pybridge.scripts_store.seed import look_at, read_record, seed, shipped
from pybridge.scripts_store.storage.disk import Disk
from pybridge.scripts_store.workspace import Workspace


def package(folder: Path, history: dict[str, list[str]]) -> Path:
    """A package that shipped these versions of each script, the last one now."""
    folder.mkdir()
    entries = []
    for slug, versions in history.items():
        (folder / f"{slug}.py").write_text(versions[-1])
        hashes = [hashlib.sha256(text.encode()).hexdigest() for text in versions]
        entries.append(
            {"slug": slug, "path": f"{slug}.py", "version": len(versions), "sha256": hashes[-1], "history": hashes}
        )  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps({"scripts": entries}))
    return folder


OLD = {"note": ["v1\n"], "map": ["m1\n"], "pic": ["p1\n"], "tag": ["t1\n"]}
NEW = {
    "note": ["v1\n", "v2\n"], "map": ["m1\n", "m2\n"], "pic": ["p1\n", "p2\n"], "tag": ["t1\n"], "new": ["n1\n"],
}  # fmt: skip


def test_an_upgrade_touches_only_what_nobody_touched(tmp_path: Path, root: Path) -> None:
    scripts = root / "scripts"
    done = seed(root, shipped(package(tmp_path / "old", OLD)), disk=Disk())
    assert {each.action for each in done} == {"seeded"}
    (scripts / "map.py").write_text("m1\nmine\n")
    (scripts / "pic.py").unlink()
    newer = shipped(package(tmp_path / "new", NEW))
    expected = {"note": "upgraded", "map": "kept", "pic": "deleted", "tag": "current", "new": "seeded"}  # fmt: skip
    planned = look_at(root, newer)
    assert {each.default.slug: each.action for each in planned} == expected
    assert (scripts / "note.py").read_text() == "v1\n", "a look changes nothing"
    done = seed(root, newer, disk=Disk())
    assert [each.to_json() for each in done] == [each.to_json() for each in planned]
    [kept] = [each.to_json() for each in done if each.action == "kept"]
    assert kept["diff"] == (
        "--- scripts/map.py\n+++ built in: map.py\n@@ -1,2 +1 @@\n-m1\n-mine\n+m2\n"
    )
    texts = {path.stem: path.read_text() for path in scripts.glob("*.py")}
    assert texts == {"note": "v2\n", "map": "m1\nmine\n", "tag": "t1\n", "new": "n1\n"}
    assert History(root, Disk()).content(hashlib.sha256(b"v1\n").hexdigest()) == b"v1\n"
    again = {each.default.slug: each.action for each in seed(root, newer, disk=Disk())}
    assert again == {**expected, "note": "current", "new": "current"}


@pytest.mark.parametrize(
    ("text", "action"),
    [
        pytest.param("v1\n", "upgraded", id="an-old-default"),
        pytest.param("v2\n", "current", id="the-default"),
        pytest.param("mine\n", "kept", id="a-script-of-ones-own"),
    ],
)
def test_files_of_unknown_origin_are_known_by_their_hashes(
    tmp_path: Path, root: Path, text: str, action: str
) -> None:
    (root / "scripts" / "note.py").write_text(text)
    [done] = seed(root, shipped(package(tmp_path / "new", {"note": NEW["note"]})), disk=Disk())
    assert done.action == action
    assert ("note.py" in read_record(root)) is (action != "kept")


def test_a_broken_record_overwrites_nothing(tmp_path: Path, root: Path) -> None:
    (root / "scripts" / SEEDED_FILE).write_text("{")
    (root / "scripts" / "note.py").write_text("mine\n")
    seed(root, shipped(package(tmp_path / "new", NEW)), disk=Disk())
    assert (root / "scripts" / "note.py").read_text() == "mine\n"


def test_what_init_seeded_is_current(tmp_path: Path) -> None:
    fill(tmp_path / "site")
    actions = {each.action for each in look_at(tmp_path / "site")}
    assert actions == {"current"}


def test_the_manifest_tells_the_truth(workspace: Workspace) -> None:
    for default in shipped():
        assert default.sha256 in default.shipped
