"""Disk and index are compared by field, and either can be brought to the other."""

from __future__ import annotations

from pathlib import Path

from pybridge.project.discover import Project
from pybridge.scripts_store.compare import bring_back, compare
from pybridge.scripts_store.storage.disk import Disk
from pybridge.scripts_store.sync import sync
from tests.unit.store.conftest import MACRO, LaterDisk, header

MAP = header(id="i", slug="map", title="Map", kind="macro", entrypoint="render", enabled=True, version=3)  # fmt: skip


def arrange(project: Project, root: Path) -> None:
    scripts = root / "scripts"
    (scripts / "map.py").write_text(MAP + MACRO)
    (scripts / "gone.py").write_text("x = 1\n")
    (scripts / "old.py").write_text(header(id="j", slug="old", title="Old") + "y = 1\n")
    sync(project)
    changed = MAP.replace('"Map"', '"Atlas"').replace("enabled: true", "enabled: false")
    (scripts / "map.py").write_text(changed + MACRO + "# edited\n")
    (scripts / "gone.py").unlink()
    (scripts / "old.py").rename(scripts / "moved.py")
    (scripts / "new.py").write_text("z = 1\n")


def test_every_difference_is_told_by_field(project: Project, root: Path) -> None:
    assert compare(project).differences == ()
    arrange(project, root)
    for _ in range(2):
        found = {each.path: each.to_json() for each in compare(project).differences}
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


def test_the_index_can_be_preferred(project: Project, root: Path) -> None:
    arrange(project, root)
    would = {each.path for each in compare(project).differences if each.writable}
    written = bring_back(project, compare(project), disk=Disk())
    assert written == ["scripts/gone.py", "scripts/map.py"]
    assert would == {"scripts/map.py"}
    assert (root / "scripts/map.py").read_text() == MAP + MACRO + "# edited\n"
    assert (root / "scripts/gone.py").read_text() == "x = 1\n"
    assert (root / "scripts/new.py").exists(), "what the index does not know is no one's to delete"
    sync(project, disk=LaterDisk())
    assert compare(project).differences == ()


def test_the_disk_is_preferred_else(project: Project, root: Path) -> None:
    arrange(project, root)
    before = {path.name: path.read_bytes() for path in (root / "scripts").iterdir()}
    sync(project)
    assert compare(project).differences == ()
    assert {path.name: path.read_bytes() for path in (root / "scripts").iterdir()} == before
