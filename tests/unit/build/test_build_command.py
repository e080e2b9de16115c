"""`pybridge build` as a process of its own: from any folder, to any folder, and a failure in one line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pybridge.build import esbuild
from pybridge.build.errors import BuildFailed
from pybridge.build.site import MANIFEST

pytestmark = pytest.mark.timeout(300)
ODD = "Meine Notizen – 日本 ü"
"""Blanks and letters beyond ASCII, as folders of people have them."""
STACK = re.compile(r"^\s+at |node:internal|Node\.js v|\^\s*$", re.MULTILINE)


def pybridge(cwd: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pybridge", *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=200,
        check=False,
    )


def built(cwd: Path, *arguments: str) -> Any:
    done = pybridge(cwd, "build", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["problems"] == []
    return report


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as `pybridge init` makes it, in a folder with an awkward name."""
    parent = tmp_path_factory.mktemp("people") / ODD
    parent.mkdir()
    assert pybridge(parent, "init", "my-notes").returncode == 0
    return parent / "my-notes"


def hello_is_compiled_in(out: Path) -> bool:
    manifest = json.loads((out / MANIFEST).read_text("utf-8"))
    return "scripts/hello.py" in {script["path"] for script in manifest["scripts"]}


def test_the_readme_s_commands_in_a_new_project(notes: Path) -> None:
    assert built(notes, "--out", "app/pybridge")["out"] == str(Path("app/pybridge"))
    assert hello_is_compiled_in(notes / "app" / "pybridge")


def test_every_option_from_a_folder_inside_to_one_outside(notes: Path) -> None:
    built(notes / "posts", "--out", "../../ß neu/tief/pybridge", "--file-protocol", "--studio")
    out = notes.parent / "ß neu" / "tief" / "pybridge"
    assert hello_is_compiled_in(out)
    assert (out / "client.iife.js").is_file()
    assert (out / "studio" / "index.html").is_file()


def test_from_elsewhere_to_an_absolute_folder(notes: Path, tmp_path: Path) -> None:
    out = tmp_path / "a b" / "pybridge"
    built(tmp_path, "--project", str(notes), "--out", str(out))
    assert hello_is_compiled_in(out)


@pytest.mark.parametrize("out", [".", "./pybridge", "pybridge/", "a/../b"])
def test_without_a_project_relative_to_the_working_folder(tmp_path: Path, out: str) -> None:
    place = tmp_path / ODD
    (place / "a").mkdir(parents=True)
    if out == ".":
        (place / "a").rmdir()
    built(place, "--out", out)
    assert (place / out / MANIFEST).is_file()


def test_a_failing_tool_is_one_line_and_a_hint(tmp_path: Path) -> None:
    """The cache is a file: nothing can be fetched, built or kept there."""
    blocked = tmp_path / "cache"
    blocked.write_text("", "utf-8")
    done = pybridge(tmp_path, "build", "--out", "x", PYBRIDGE_CACHE=str(blocked))
    assert done.returncode == 1
    assert not STACK.search(done.stderr)
    assert len(done.stderr.strip().splitlines()) <= 2


@pytest.mark.parametrize(
    ("tool", "request_", "told"),
    [
        ("snapshot.mjs", {"pyodide": Path("nowhere")}, "nowhere/pyodide.mjs"),
        ("classic.mjs", {"folder": Path("nowhere"), "outfile": "x.js"}, "client.js"),
        ("bundle.mjs", {"pyodide": Path("nowhere"), "outdir": Path("nowhere")}, "nowhere/pyodide"),
        ("declarations.mjs", {"outdir": Path("/dev/null/x")}, "/dev/null"),
        ("types.mjs", {"schema": {"$ref": "./nowhere.json"}, "name": "X"}, "nowhere"),
        ("validators.mjs", {"schemas": [{"$id": "x:y", "type": 1}], "validators": {"v": "x:y"}}, ""),
        ("studio.mjs", {"page": Path("nowhere"), "schemas": Path("x"), "outdir": Path("x")}, "main"),
        ("no_such_tool.mjs", {}, "no_such_tool.mjs"),
    ],
)  # fmt: skip
def test_every_tool_fails_in_one_line(tool: str, request_: dict[str, Any], told: str) -> None:
    with pytest.raises(BuildFailed) as failure:
        esbuild.run_tool(tool, request_)
    text = str(failure.value)
    assert told in text
    assert not STACK.search(text)
    assert "\n" not in failure.value.detail
    assert failure.value.hint
