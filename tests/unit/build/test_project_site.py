"""A project's scripts in the built folder: listed, compiled, never run."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pybridge import abi, resources
from pybridge.build.on_demand import built_folder
from pybridge.build.project_site import build_project
from pybridge.build.site import BuildReport
from pybridge.commands.build import build
from pybridge.errors import UsageError
from pybridge.project.discover import find_project

HELLO = "def render(context):\n    return {'text': 'hello'}\n"


@dataclass(frozen=True)
class Built:
    """A project, the folder built from it, and the file that one of its scripts would write."""

    root: Path
    report: BuildReport
    marker: Path

    def read(self, name: str) -> Any:
        return json.loads((self.report.out / name).read_text("utf-8"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    root = tmp_path_factory.mktemp("project")
    marker = root.parent / f"{root.name}-pwned"
    (root / "scripts").mkdir()
    sources = {
        "hello": HELLO,
        "greedy": f"open({str(marker)!r}, 'w').write('x')\n{HELLO}",
        "broken": "def render(context:\n",
        "note": HELLO,
    }
    for name, source in sources.items():
        (root / "scripts" / f"{name}.py").write_text(source, "utf-8")
    seeded = {"seeded": {"youtube.py": "0" * 64}}
    (root / "scripts" / ".defaults.json").write_text(json.dumps(seeded), "utf-8")
    report = build(root / "app" / "pybridge", find_project(root))
    return Built(root, report, marker)


def test_no_line_of_a_script_runs_in_a_build(built: Built) -> None:
    assert not built.marker.exists()


def test_the_manifest_lists_the_scripts_by_hash(built: Built) -> None:
    manifest = built.read("manifest.json")
    assert abi.validate("manifest", manifest) == []
    listed = {script["path"]: script for script in manifest["scripts"]}
    assert listed["scripts/hello.py"] == {
        "path": "scripts/hello.py",
        "slug": "hello",
        "sha256": hashlib.sha256(HELLO.encode()).hexdigest(),
        "origin": "project",
    }
    assert listed["default_scripts/vimeo.py"]["origin"] == "default"


def test_a_script_replaces_a_built_in_one_and_a_deleted_one_stays_away(built: Built) -> None:
    paths = {script["path"] for script in built.read("manifest.json")["scripts"]}
    assert "scripts/note.py" in paths
    assert not paths & {"default_scripts/note.py", "default_scripts/youtube.py"}


def test_what_is_listed_is_what_a_runtime_loads(built: Built) -> None:
    loaded = {
        script["path"]: hashlib.sha256(script["content"].encode()).hexdigest()
        for script in built.read("scripts.json")
    }
    listed = {script["path"]: script["sha256"] for script in built.read("manifest.json")["scripts"]}
    assert loaded == listed


def test_every_file_has_its_hash(built: Built) -> None:
    out = built.report.out
    files = {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    manifest = built.read("manifest.json")
    assert {name: entry["sha256"] for name, entry in manifest["files"].items()} == files
    assert manifest["snapshot"]["sha256"] == files["snapshot.bin"]


def test_the_heap_is_small_enough_to_be_restored(built: Built) -> None:
    snapshot = built.read("manifest.json")["snapshot"]
    assert snapshot["bytes"] < snapshot["heapBytes"] <= 30 * 2**20


def test_a_broken_script_is_reported_and_stops_nothing(built: Built) -> None:
    (problem,) = built.report.problems
    assert problem["code"] == "syntax"
    assert problem["script"]["path"] == "scripts/broken.py"


def test_scripts_too_large_for_a_snapshot_are_left_out_of_it(tmp_path: Path) -> None:
    source = f"TEXT = {'x' * 12_000_000!r}\n{HELLO}"
    scripts = [{"path": "scripts/large.py", "content": source, "origin": "project"}]
    report = build_project(built_folder(), tmp_path / "out", scripts)
    (problem,) = report.problems
    assert "are not in the snapshot" in problem["message"]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert [script["path"] for script in manifest["scripts"]] == ["scripts/large.py"]
    assert manifest["snapshot"]["heapBytes"] <= 30 * 2**20


PREPARED = """
import json, sys
sys.path[:0] = sys.argv[1:3]
import pybridge_worker as worker

def ask(kind, **fields):
    return json.loads(worker.handle(json.dumps({"kind": kind, "id": 1, **fields}))[1:])

scripts = json.loads(sys.argv[3])
worker.prepare(json.dumps(scripts))
"""

COMPILED = """
compiled = []
sys.addaudithook(lambda name, args: compiled.append(str(args[1])) if name == "compile" else None)
ask("load", scripts=scripts)
again = len(compiled)
ask("load", scripts=[{**each, "content": each["content"] + "# edited"} for each in scripts])
print(json.dumps({"again": again, "edited": len(compiled) > again}))
"""

CALLED = """
call = {"abi": 1, "macro": {"name": "hello"}, "params": {}, "env": {"isPreview": False}}
print(json.dumps(ask("render", calls=[call], sliceMs=10)))
"""


def prepared(program: str) -> Any:
    """Run *program* in a worker's Python side that has prepared a script, outside of any sandbox."""
    folders = [resources.web_worker() / "worker", resources.engine_sources().parents[1]]
    scripts = [{"path": "scripts/hello.py", "content": HELLO, "origin": "project"}]
    arguments = [*map(str, folders), json.dumps(scripts)]
    command = [sys.executable, "-c", PREPARED + program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_a_prepared_script_is_not_compiled_again_an_edited_one_is() -> None:
    assert prepared(COMPILED) == {"again": 0, "edited": True}


def test_a_prepared_script_that_is_not_loaded_does_not_answer() -> None:
    (outcome,) = prepared(CALLED)["outcomes"]
    assert outcome["error"]["code"] == "not-found"


@pytest.mark.parametrize(
    "table",
    [
        pytest.param('default = "project"', id="all of the project"),
        pytest.param('default = "each"', id="each script"),
        pytest.param('domains = { "scripts/odd.py" = "odd" }', id="one script"),
    ],
)
def test_scripts_of_several_trust_domains_are_not_put_into_one_folder(
    tmp_path: Path, table: str
) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "odd.py").write_text(HELLO, "utf-8")
    (tmp_path / "pybridge.toml").write_text(f"[trust]\n{table}\n", "utf-8")
    with pytest.raises(UsageError, match=r"scripts/odd\.py is of the domain"):
        build(tmp_path / "out", find_project(tmp_path))
    assert not (tmp_path / "out").exists()
