"""Disk and index are compared by field, and either can be brought to the other."""

from __future__ import annotations

from pathlib import Path

from pybridge.scripts_store.compare import bring_back, compare
from pybridge.scripts_store.sync import sync
from pybridge.scripts_store.workspace import Workspace
from tests.unit.store.conftest import MACRO, LaterDisk, header

MAP = header(id="i", slug="map", title="Map", kind="macro", entrypoint="render", enabled=True, version=3)  # fmt: skip


def arrange(workspace: Workspace, root: Path) -> None:
    scripts = root / "scripts"
    (scripts / "map.py").write_text(MAP + MACRO)
    (scripts / "gone.py").write_text("x = 1\n")
    (scripts / "old.py").write_text(header(id="j", slug="old", title="Old") + "y = 1\n")
    sync(workspace)
    changed = MAP.replace('"Map"', '"Atlas"').replace("enabled: true", "enabled: false")
    (scripts / "map.py").write_text(changed + MACRO + "# edited\n")
    (scripts / "gone.py").unlink()
    (scripts / "old.py").rename(scripts / "moved.py")
    (scripts / "new.py").write_text("z = 1\n")


def test_every_difference_is_told_by_field(workspace: Workspace, root: Path) -> None:
    assert compare(workspace).differences == ()
    arrange(workspace, root)
    for _ in range(2):
        found = {each.path: each.to_json() for each in compare(workspace).differences}
        assert {path: each["state"] for path, each in found.items()} == {
            "scripts/gone.py": "removed",
            "scripts/map.py": "changed",
            "scripts/moved.py": "moved",
            "scripts/new.py": "added",
        }
    fields = {
        each["field"]: (each["disk"], each["index"]) for each in found["scripts/map.py"]["fields"]
    }
    assert fields.pop("body")
    assert fields == {"title": ("Atlas", "Map"), "enabled": (False, True)}
    assert {path: each["writes"] for path, each in found.items() if each["writes"]} == {
        "scripts/map.py": ["title", "enabled"]
    }
    assert found["scripts/moved.py"]["from"] == "scripts/old.py"
    assert found["scripts/moved.py"]["fields"] == []
    slugs = [each for each in found["scripts/new.py"]["fields"] if each["field"] == "slug"]
    assert slugs == [{"field": "slug", "disk": "new", "index": None}]


def test_the_index_can_be_preferred(workspace: Workspace, root: Path) -> None:
    arrange(workspace, root)
    would = {each.path for each in compare(workspace).differences if each.writable}
    written = bring_back(workspace, compare(workspace))
    assert written == ["scripts/gone.py", "scripts/map.py"]
    assert would == {"scripts/map.py"}
    assert (root / "scripts/map.py").read_text() == MAP + MACRO + "# edited\n"
    assert (root / "scripts/gone.py").read_text() == "x = 1\n"
    assert (root / "scripts/new.py").exists(), "nobody deletes what the index does not know"
    sync(workspace.with_disk(LaterDisk()))
    assert compare(workspace).differences == ()


def test_the_disk_is_preferred_else(workspace: Workspace, root: Path) -> None:
    arrange(workspace, root)
    before = {path.name: path.read_bytes() for path in (root / "scripts").iterdir()}
    sync(workspace)
    assert compare(workspace).differences == ()
    assert {path.name: path.read_bytes() for path in (root / "scripts").iterdir()} == before
