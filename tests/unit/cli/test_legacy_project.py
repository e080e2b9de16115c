"""A folder of the legacy application opens and renders as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pybridge.project.discover import Project
from pybridge.scripts_store.store import ScriptStore
from pybridge.scripts_store.workspace import Workspace
from tests.unit.cli.conftest import Cli

LEGACY = Path(__file__).parents[2] / "scripts" / "legacy"
POST = """---
id: 0d4c2a52-9d9f-4a58-8f3b-3c6f6e7c2d11
title: A walk
slug: a-walk
status: published
createdAt: '2026-03-01T10:00:00.000Z'
updatedAt: '2026-03-01T10:00:00.000Z'
tags:
  - walk
categories:
  - article
publishedAt: '2026-03-01T10:00:00.000Z'
---
[[reading_time text="a b c" wpm=1]] [[gallery columns="2" caption="Trip Photos"]] [[tag_cloud]]
"""
SIDECAR = """---
id: media-1
originalName: "DSC "1".jpg"
mimeType: image/jpeg
size: 1024
createdAt: 2026-02-28T12:00:00.000Z
updatedAt: 2026-02-28T12:00:00.000Z
tags: ["walk"]
linkedPostIds: ["0d4c2a52-9d9f-4a58-8f3b-3c6f6e7c2d11"]
---
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in {
        "posts/2026/03/a-walk.md": POST,
        "media/2026/02/media-1.jpg.meta": SIDECAR,
        "media/2026/02/media-1.jpg": "",
        "meta/project.json": json.dumps({"name": "Walks", "mainLanguage": "en"}),
        "meta/tags.json": "[]",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "scripts").mkdir()
    for script in LEGACY.glob("*.py"):
        (tmp_path / "scripts" / script.name).write_bytes(script.read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_opens_and_renders(cli: Cli, folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    listed = {each["slug"]: each for each in cli("scripts", "list", "--json").json}
    assert listed["bgg_link"]["entrypoint"] == "normalize_blogmark"
    assert listed["reading_time"]["title"] == 'Reading "time" – C:\\words'
    assert [each["problems"] for each in listed.values()] == [[]] * len(listed)
    done = cli("render", "posts/2026/03/a-walk.md")
    assert (done.code, done.err.count("0 failed, 0 unknown")) == (0, 1)
    assert '<span class="reading-time">3 min</span>' in done.out
    assert 'class="macro-gallery gallery-cols-2"' in done.out
    assert "media-1.jpg" in done.out
    assert "&quot;text&quot;:&quot;walk&quot;" in done.out
    after = {path: raw for path in before if (raw := path.read_bytes())}
    assert after == {path: raw for path, raw in before.items() if raw}


@pytest.mark.parametrize("name", ["bgg_link", "reading_time"])
def test_its_scripts_round_trip_byte_for_byte(folder: Path, name: str) -> None:
    store = ScriptStore(Workspace(Project(folder)))
    path = folder / "scripts" / f"{name}.py"
    original = path.read_bytes()
    before = store.find(name)
    assert before.content.encode() == original
    title = before.info["title"]
    store.update(name, {"title": 'Another "title" \\ here'})
    assert store.find(name).info["title"] == 'Another "title" \\ here'
    store.update(name, {"title": title})
    after = store.find(name)
    assert after.info["version"] == before.info["version"] + 2
    lines = after.content.encode().split(b"\n")
    for number, line in enumerate(original.split(b"\n")):
        if not line.startswith((b"version: ", b"updatedAt: ")):
            assert lines[number] == line
