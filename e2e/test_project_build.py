"""A folder that was built in a project: its scripts answer at once, changed ones on top."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e.conftest import OpenHost
from pybridge.commands.projects.build import build
from pybridge.project.discover import require_project


def greeting(word: str) -> str:
    return f"def render(context):\n    return {{'text': {word!r}}}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    (root / "scripts").mkdir()
    (root / "scripts" / "hello.py").write_text(greeting("built"), "utf-8")
    (root / "scripts" / "note.py").write_text(greeting("mine"), "utf-8")
    return build(root / "pybridge", require_project(root)).out


@pytest.mark.parametrize("isolation", ["origin", "worker"])
def test_its_scripts_answer_without_being_loaded(open_host: OpenHost, isolation: str) -> None:
    host = open_host()
    host.start(isolation=isolation, spares=0)
    assert host.call("hello")["result"] == {"text": "built"}
    assert host.call("note")["result"] == {"text": "mine"}
    assert "embed/x" in host.call("youtube", id="x")["result"]["html"]
    assert host.do("stats")["warnings"] == []


def test_a_changed_script_is_loaded_on_top(open_host: OpenHost) -> None:
    host = open_host()
    host.start(spares=0)
    (info,) = host.load(hello=greeting("edited"))
    assert info["problems"] == []
    assert host.call("hello")["result"] == {"text": "edited"}
    host.do("restart")
    assert host.call("hello")["result"] == {"text": "edited"}


def test_without_preload_only_what_is_loaded_answers(open_host: OpenHost) -> None:
    host = open_host()
    host.start(preload=False, spares=0)
    assert host.call("hello")["error"]["code"] == "not-found"
    assert host.call("youtube", id="x")["error"]["code"] == "not-found"
    host.load(hello=greeting("built"))
    assert host.call("hello")["result"] == {"text": "built"}
