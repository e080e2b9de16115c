"""What a plain `pip install` brings: render, offline, without Node and without a browser."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pybridge.build.sbom import wheel as sbom

ROOT = Path(__file__).parents[2]

Run = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel; its dependencies are those of this one, by path."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    packages = Path(
        subprocess.run(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
    )
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return python


def pybridge(python: Path, *arguments: str, cwd: Path, given: str = "") -> Run:
    """Run the installed command with nothing on the PATH: neither Node nor a browser."""
    environment = {"PATH": "", "HOME": os.environ.get("HOME", "/"), "NO_PROXY": "*"}
    return subprocess.run(
        [python, "-m", "pybridge", *arguments],
        cwd=cwd,
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


@pytest.fixture(scope="module")
def project(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("projects")
    done = pybridge(installed, "init", "mine", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "mine"


def scripted(project: Path, name: str, body: str) -> None:
    source = f"def render(context):\n    {body}\n"
    (project / "scripts" / f"{name}.py").write_text(source, "utf-8")


def call(python: Path, project: Path, name: str) -> dict[str, Any]:
    arguments = ("call", name, "--context", "-", "--json")
    done = pybridge(python, *arguments, cwd=project, given="{}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_the_installed_package_is_the_wheel(installed: Path, tmp_path: Path) -> None:
    code = "import pybridge, pybridge.resources as r; print(pybridge.__file__); print(r.checkout())"
    done = subprocess.run(
        [installed, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    path, checkout = done.stdout.split()
    assert installed.parents[1] in Path(path).parents
    assert checkout == "None"


def test_the_distribution_has_a_name_of_its_own_and_its_types(wheel: Path) -> None:
    """`pybridge` is another project's name on the registry; the import and the command keep it."""
    assert wheel.name.startswith("pybridge_runtime-")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (info,) = {name.partition("/")[0] for name in names if ".dist-info/" in name}
        commands = archive.read(f"{info}/entry_points.txt").decode()
    assert "pybridge/py.typed" in names
    assert {name.partition("/")[0] for name in names} == {"pybridge", info}
    assert "pybridge = pybridge.cli:main" in commands


def test_the_wheel_has_its_bill_of_materials(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if ".dist-info/sboms/" in name)
        assert archive.read(name) == (ROOT / sbom.FILE).read_bytes()


def test_no_page_or_message_installs_another_project_s_package() -> None:
    wrong = re.compile(r"pip install[^\n`]*[' ]pybridge(?!-runtime)[\s\['`]")
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
    sources = [*(ROOT / "pybridge").rglob("*.py"), *(ROOT / "pybridge" / "studio" / "page").rglob("*.js")]  # fmt: skip
    assert [str(path) for path in (*pages, *sources) if wrong.search(path.read_text("utf-8"))] == []


def test_a_new_project_renders(installed: Path, project: Path) -> None:
    done = pybridge(installed, "render", ".", "--out", "out", "--html", "--json", cwd=project)
    assert done.returncode == 0, done.stderr
    rendered = json.loads(done.stdout)
    assert rendered["stats"]["engine"] == "wasi"
    assert rendered["stats"]["macros"] > 0
    assert list((project / "out").rglob("*.html"))


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("forever", "while True: pass", "timeout"),
        ("bomb", "return {'text': b'x' * (1 << 30)}", "memory"),
        ("connects", "import socket; socket.create_connection(('127.0.0.1', 1))", "capability"),
        ("reads", "return {'text': open('/etc/passwd').read()}", "capability"),
        ("runs", "import os; os.system('id')", "capability"),
    ],
)
def test_a_script_that_goes_too_far_gets_a_clean_error(
    installed: Path, project: Path, name: str, body: str, code: str
) -> None:
    scripted(project, name, body)
    assert call(installed, project, name)["error"]["code"] == code
    line = json.dumps({"text": 'A [[youtube id="abc123"]] B'}) + "\n"
    done = pybridge(installed, "render", "--jsonl", cwd=project, given=line)
    assert "embed/abc123" in json.loads(done.stdout)["output"]


def test_what_needs_a_browser_says_so_in_one_line(installed: Path, project: Path) -> None:
    done = pybridge(installed, "render", ".", "--engine", "browser", cwd=project)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) <= 2, done.stderr
    assert "Traceback" not in done.stderr
