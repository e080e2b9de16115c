"""Sidecars, tag counts and script files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pybridge.project.discover import BuiltIns, Project
from pybridge.project.documents import find_documents, read_document
from pybridge.project.media import parse_sidecar, read_media
from pybridge.project.scripts import default_files, read_helpers, read_scripts
from pybridge.project.site_data import shared_data, tag_usage

LIMIT = 10_000

SIDECAR = """---
id: 871320a8
originalName: "DSC "1".jpg"
mimeType: image/jpeg
size: 4011207
# a comment
title: "Gällivare: 21:02"
alt: ''
caption: 12
createdAt: 2023-07-18T21:02:19.000Z
tags: ["a", 'b', c d]
linkedPostIds: []
odd line
---
"""


def test_sidecars_are_read_tolerantly() -> None:
    assert parse_sidecar(SIDECAR) == {
        "id": "871320a8",
        "originalName": 'DSC "1".jpg',
        "mimeType": "image/jpeg",
        "size": 4011207,
        "title": "Gällivare: 21:02",
        "alt": "",
        "caption": "12",
        "createdAt": "2023-07-18T21:02:19.000Z",
        "tags": ["a", "b", "c d"],
        "linkedPostIds": [],
    }


def test_media_of_a_project(tmp_path: Path) -> None:
    folder = tmp_path / "media" / "2024"
    folder.mkdir(parents=True)
    (folder / "b.jpg.meta").write_text("---\nid: b\n---\n")
    (folder / "b.jpg.de.meta").write_text("---\nid: b\ntitle: x\n---\n")
    (folder / "a.jpg.meta").write_text("---\nid: a\n---\n")
    (folder / "c.jpg.meta").write_bytes(b"\xff\x00")
    assert read_media(tmp_path) == [
        {"filename": "a.jpg", "id": "a"},
        {"filename": "b.jpg", "id": "b"},
    ]
    assert read_media(folder) == []


def test_tags_of_published_posts_are_counted() -> None:
    posts: list[dict[str, Any] | None] = [
        {"tags": ["b", " a ", "a", "", 3], "status": "published"},
        {"tags": ["b", "c"]},
        {"tags": ["c"], "status": "draft"},
        {"tags": "c"},
        {},
        None,
    ]
    assert tag_usage(posts) == [
        {"tag": "b", "count": 2},
        {"tag": "a", "count": 1},
        {"tag": "c", "count": 1},
    ]


def test_shared_data_covers_the_whole_project(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntags: [x]\n---\n")
    (tmp_path / "b.md").write_text("---\ntags: [x, y]\n---\n")
    (tmp_path / "c.md").write_bytes(b"\xff")
    project = Project(tmp_path)
    [file] = find_documents([tmp_path / "a.md"], project)
    documents = [read_document(file, limit=LIMIT)]
    usage = [{"tag": "x", "count": 2}, {"tag": "y", "count": 1}]
    assert shared_data(project, documents, limit=LIMIT) == {"media": [], "tagUsage": usage}
    alone = shared_data(BuiltIns(), documents, limit=LIMIT)
    assert alone == {"media": [], "tagUsage": [{"tag": "x", "count": 1}]}


def test_scripts_of_a_project(tmp_path: Path) -> None:
    folder = tmp_path / "scripts" / "deep"
    folder.mkdir(parents=True)
    (folder / "map.py").write_text("x")
    (folder / "_helper.py").write_text("x")
    (folder / "__init__.py").write_text("x")
    (folder / "broken.py").write_bytes(b"a = '\xff'")
    files = read_scripts(Project(tmp_path), limit=LIMIT)
    own = [script for script in files.scripts if script.origin == "project"]
    assert [(script.path, script.content) for script in own] == [
        ("scripts/deep/_helper.py", "x"),
        ("scripts/deep/map.py", "x"),
    ]
    assert [(u.path, u.error.code) for u in files.unreadable] == [
        ("scripts/deep/broken.py", "encoding")
    ]


def test_helpers_of_a_project(tmp_path: Path) -> None:
    folder = tmp_path / "scripts"
    folder.mkdir()
    (folder / "map.py").write_text("x")
    (folder / "_dates.py").write_text("y")
    (folder / "_broken.py").write_bytes(b"a = '\xff'")
    files = read_helpers(Project(tmp_path), limit=LIMIT)
    assert [(script.path, script.content) for script in files.scripts] == [
        ("scripts/_dates.py", "y")
    ]
    assert [script.path for script in files.unreadable] == ["scripts/_broken.py"]
    assert read_helpers(BuiltIns(), limit=LIMIT).scripts == ()


@pytest.mark.skipif(not default_files(), reason="no built-in scripts yet")
def test_seeded_scripts(tmp_path: Path) -> None:
    folder = tmp_path / "scripts"
    folder.mkdir()
    first, second = default_files()[:2]
    (folder / first.name).write_bytes(first.read_bytes())
    (folder / ".defaults.json").write_text(
        json.dumps({"seeded": {first.name: "", second.name: ""}})
    )
    files = read_scripts(Project(tmp_path), limit=1_000_000)
    found = {Path(script.path).name: (script.path, script.origin) for script in files.scripts}
    assert found[first.name] == (f"scripts/{first.name}", "default")
    assert second.name not in found
    (folder / first.name).write_text("changed")
    files = read_scripts(Project(tmp_path), limit=1_000_000)
    assert [script.origin for script in files.scripts if script.content == "changed"] == ["project"]
