"""The executable for machines without Python: built, moved away, run with nothing around it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import pybridge
from pybridge import resources
from pybridge.build.standalone import build_standalone
from pybridge.python_child import PYTHON_FLAGS
from pybridge.standalone import entry
from tests.amounts import IS_LONG
from tests.service.processes import Served

pytestmark = pytest.mark.timeout(600)  # PyInstaller takes half a minute, more on a busy machine

MACRO = "def render(context):\n    return {'html': '<b>' + context['params']['a'] + '</b>'}\n"


@pytest.fixture(scope="module")
def executable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = build_standalone(tmp_path_factory.mktemp("built") / "pybridge")
    assert built.size < 200_000_000
    folder = tmp_path_factory.mktemp("moved") / "app with spaces"
    shutil.move(built.folder, folder)
    return folder / built.executable.name


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    root = tmp_path / "blog"
    (root / "scripts").mkdir(parents=True)
    (root / "scripts" / "echo.py").write_text(MACRO, "utf-8")
    (root / "trip.md").write_text("[[echo a=x]]", "utf-8")
    return root


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def bare(home: Path) -> list[str]:
    """Begin a command line that runs a program with no PATH and no home but one of its own."""
    return ["/usr/bin/env", "-i", "PATH=", f"HOME={home}", f"PYBRIDGE_CACHE={home / 'cache'}"]


def test_it_serves_where_there_is_no_python(executable: Path, blog: Path, home: Path) -> None:
    command = [*bare(home), str(executable)]
    # The first start compiles the sandbox's Python for this machine.
    with Served(blog, command=command, wait_s=300) as served:
        info = served.call("project.info")
        assert {each["action"] for each in info["defaults"]} == {"current"}
        checked = served.call("check.source", path="scripts/x.py", content="def render(:\n")
        assert checked["problems"][0]["code"] == "syntax"
        created = served.call("scripts.create", title="Photo map")
        assert created["script"]["slug"] == "photo_map"
        (blog / "scripts" / "echo.py").write_text("x = 1\n", "utf-8")
        while "scripts/echo.py" not in served.event("scripts.changed")["changed"]:
            pass
        served.end_input()
        assert served.ended() == 0
        assert served.log == []


def test_the_packaged_electron_example_finds_it(
    executable: Path, tmp_path: Path, home: Path
) -> None:
    """The configuration of the packaging says what lies in the resources, the application what it starts there."""
    config, locations = (
        (resources.root() / "examples" / "electron" / name).as_uri()
        for name in ("forge.config.js", "main/locations.js")
    )
    script = f"""
        const {{ default: {{ packagerConfig }} }} = await import({json.dumps(config)});
        const {{ locations }} = await import({json.dumps(locations)});
        const {{ platform }} = process;
        const where = {{ isPackaged: true, appPath: "/", resourcesPath: process.argv[1], platform }};
        console.log(JSON.stringify([packagerConfig.extraResource, locations(where).service.command]));
    """
    command = ["node", "--input-type=module", "-e", script, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    [[copied], program] = json.loads(done.stdout)
    (tmp_path / Path(copied).name).symlink_to(executable.parent)
    done = subprocess.run(
        [*bare(home), program, "--version"], capture_output=True, text=True, check=True
    )
    assert pybridge.__version__ in done.stdout


def test_its_engine_runs_macros_in_the_sandbox(executable: Path, blog: Path, home: Path) -> None:
    done = subprocess.run(
        [*bare(home), executable, "render", "trip.md", "--json"],
        cwd=blog,
        capture_output=True,
        text=True,
        check=False,
    )
    value: Any = json.loads(done.stdout)
    assert value["documents"][0]["output"] == "<b>x</b>", done.stderr
    assert value["stats"]["engine"] == "wasi"


@pytest.mark.skipif(
    not IS_LONG, reason="builds another executable, and an archive of all its files"
)
@pytest.mark.timeout(900)
def test_as_a_signed_extension_it_is_published_installed_updated_and_run(
    tmp_path: Path, home: Path
) -> None:
    """The steps of examples/publish, with the bundles of examples/python-tools; all but the build take a minute."""
    built = build_standalone(tmp_path / "pybridge", with_mcp=True)
    assert built.size < 200_000_000
    examples = shutil.copytree(resources.root() / "examples", tmp_path / "examples")
    program = tmp_path / "bin" / "pybridge"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m pybridge "$@"\n')
    program.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": os.pathsep.join(
            [str(program.parent), str(Path(sys.executable).parent), os.environ["PATH"]]
        ),
        "PYBRIDGE_DATA": str(home / "data"),
        "PYBRIDGE_STANDALONE": str(built.folder),
    }
    subprocess.run([program, "keys", "new", "release"], env=environment, check=True)
    key = home / "data" / "keys" / "release"
    shutil.copy(key / "ed25519.private", tmp_path / "key")
    shutil.copy(key / "ed25519.public", tmp_path / "key.public")
    tools = examples / "python-tools"
    configs = (tools / "bundle.json", tools / "system.json")
    command = ["./try.sh", *map(str, (tmp_path / "key", *configs))]
    done = subprocess.run(
        command,
        cwd=examples / "publish",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("python-tools", "python-tools-system"):
        assert f"{name} 1.0.0: pybridge\necho: hello\nhealth: ok\nhello: stdout:\n" in done.stdout
        assert f"removed  {name}\n" in done.stdout
    assert done.stdout.count("Hello from wasi") == 2
    assert done.stderr.count("[rule downgrade]") == 4


def test_its_entry_point_is_the_command_line_and_a_python_for_child_processes(
    tmp_path: Path,
) -> None:
    child = tmp_path / "child.py"
    child.write_text("import sys; print(sys.argv[1:])", "utf-8")
    assert entered("--version").startswith("pybridge")
    assert entered(*PYTHON_FLAGS, str(child), "a") == "['a']\n"


def entered(*arguments: str) -> str:
    command = [sys.executable, entry.__file__, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
