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
from pybridge.commands.projects.build import build
from pybridge.project.discover import require_project

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
    report = build(root / "app" / "pybridge", require_project(root))
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
        for script in built.read("scripts.bin")
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
    folders = [resources.web_worker() / "worker" / "pyodide", resources.engine_sources().parents[1]]
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


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Return a project with scripts of three trust domains, and the folder built from it."""
    root = tmp_path_factory.mktemp("apart")
    (root / "scripts" / "vendor").mkdir(parents=True)
    sources = {"ours": "ours", "odd": "odd", "vendor/theirs": "theirs"}
    for name, word in sources.items():
        source = f"WORD = 'constant of {word}'\n{HELLO}"
        (root / "scripts" / f"{name}.py").write_text(source, "utf-8")
    (root / "scripts" / "vendor" / "broken.py").write_text("def render(context:\n", "utf-8")
    table = '[trust]\ndomains = { "scripts/vendor/" = "vendor", "scripts/odd.py" = "odd" }\n'
    (root / "pybridge.toml").write_text(table, "utf-8")
    return Built(root, build(root / "out", require_project(root)), root / "none")


def test_each_script_is_listed_with_its_trust_domain(apart: Built) -> None:
    listed = {each["path"]: each.get("domain") for each in apart.read("scripts.bin")}
    assert {path: domain for path, domain in listed.items() if path.startswith("scripts/")} == {
        "scripts/ours.py": None,
        "scripts/odd.py": "odd",
        "scripts/vendor/theirs.py": "vendor",
        "scripts/vendor/broken.py": "vendor",
    }
    assert {each["path"] for each in apart.read("manifest.json")["scripts"]} == listed.keys()


def test_the_snapshot_holds_nothing_of_other_trust_domains(apart: Built) -> None:
    heap = (apart.report.out / "snapshot.bin").read_bytes()
    found = {word: f"constant of {word}".encode() in heap for word in ("ours", "odd", "theirs")}
    assert found == {"ours": True, "odd": False, "theirs": False}


def test_a_broken_script_of_another_trust_domain_is_reported(apart: Built) -> None:
    assert [(each["code"], each["script"]["path"]) for each in apart.report.problems] == [
        ("syntax", "scripts/vendor/broken.py")
    ]
