"""The workflow of examples/publish: its commands run as CI runs them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import pybridge
from pybridge import abi
from pybridge.bundles.versions import this_platform
from tests.amounts import IS_LONG
from tests.unit.registry.conftest import PUBLISHER, Cli, made, running

EXAMPLE = Path(__file__).parents[3] / "examples" / "publish"
pytestmark = pytest.mark.skipif(this_platform() != "linux_x86_64", reason="for this platform")


def steps() -> list[dict[str, Any]]:
    value = yaml.safe_load((EXAMPLE / "publish.yml").read_text())
    [job] = value["jobs"].values()
    found: list[dict[str, Any]] = job["steps"]
    return found


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the example, with `pybridge` being this one."""
    programs = tmp_path / "bin"
    programs.mkdir()
    program = programs / "pybridge"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m pybridge "$@"\n')
    program.chmod(0o755)
    shutil.copytree(EXAMPLE, tmp_path / "checkout")
    (tmp_path / "temp").mkdir()
    return tmp_path / "checkout"


def run(checkout: Path, script: str, values: Mapping[str, str]) -> str:
    above = checkout.parent
    own = {
        "PATH": f"{above / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "RUNNER_TEMP": str(above / "temp"),
        "PYBRIDGE_DATA": str(above / "data"),
    }
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=checkout,
        env={**os.environ, **own, **values},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_step_is_known() -> None:
    config = abi.parse_json((EXAMPLE / "bundle.json").read_text())
    assert abi.validate("bundle-config", config) == []
    assert [each.get("name", each.get("uses")) for each in steps()] == [
        "actions/checkout@v5",
        "actions/setup-python@v6",
        "Install pybridge",
        "Take the key and the token from secrets",
        "Build and verify",
        "Try a registry on this machine",
        "Publish",
    ]


@pytest.mark.timeout(300)  # a process for each of its commands
def test_the_steps_run(checkout: Path, tmp_path: Path) -> None:
    made(tmp_path / "registry")
    with running(tmp_path / "registry") as served:
        secrets = {
            "BUNDLE_KEY": PUBLISHER.text,
            "BUNDLE_KEY_PUBLIC": PUBLISHER.public.text,
            "REGISTRY_TOKEN": served.token,
            "REGISTRY_URL": served.url,
        }
        told = {}
        for step in steps():
            name = step.get("name", "")
            if "run" not in step or name == "Install pybridge":
                continue
            if name == "Try a registry on this machine" and not IS_LONG:
                continue
            told[name] = run(checkout, step["run"], secrets)
        found = served.service.published()
        assert {name for name, _ in found.releases} == {"echo", "echo-large"}
    assert "signed by" in told["Build and verify"]
    if IS_LONG:
        tried = told["Try a registry on this machine"]
        assert (
            tried.count("unchanged") == 2
        )  # the second publication, and a variant without a new version
        assert "echo        1000.0.0  updated" in tried
        assert tried.rstrip().endswith("== Done")
    assert [each.stat().st_mode & 0o077 for each in (tmp_path / "temp").iterdir()] == [0, 0, 0]


TOOLS = EXAMPLE.parent / "python-tools"
PLATFORMS = ["macos_universal", "windows_x86_64", "linux_x86_64"]


@pytest.mark.parametrize("name", ["bundle", "system", "ds"])
def test_the_configurations_of_python_tools_are_complete(name: str) -> None:
    config = abi.parse_json((TOOLS / f"{name}.json").read_text("utf-8"))
    wheels = [each["dest"] for each in config["payloads"] if each["dest"].endswith(".whl")]
    own = f"environment/pybridge_runtime-{pybridge.__version__}-py3-none-any.whl"
    assert wheels == ([own] if name == "ds" else [])
    assert abi.validate("bundle-config", config) == []
    assert config["platforms"] == PLATFORMS
    assert sorted(config["workers"][0]["entrypoints"]) == sorted(PLATFORMS)
    presets = {each["source"] for each in config["payloads"] if each.get("resource")}
    every = {f"presets/{each.name}" for each in (TOOLS / "presets").iterdir()}
    assert presets == every if name != "ds" else "ds/frame.json" in presets


@pytest.mark.parametrize("platform", PLATFORMS)
def test_python_tools_for_the_machines_own_python_is_built_anywhere(
    cli: Cli, tmp_path: Path, platform: str
) -> None:
    built = cli("bundle", "build", TOOLS / "system.json", "--platform", platform, "--unsigned", "--out", tmp_path, "--json")  # fmt: skip
    assert built.code == 0
    with zipfile.ZipFile(built.json["path"]) as archive:
        [worker] = json.loads(archive.read("plugin.json"))["workers"]
        program = archive.read(worker["entrypoint"][platform])
    assert b"-P -m pybridge mcp" in program
    assert (b"\r\n" in program) == (platform == "windows_x86_64")


def test_an_executable_of_another_platform_is_no_python_tools(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYBRIDGE_STANDALONE", raising=False)
    arguments = ("bundle", "build", TOOLS / "bundle.json", "--unsigned", "--out", tmp_path)
    assert "PYBRIDGE_STANDALONE is not set" in cli(*arguments).err
    (tmp_path / "built").mkdir()
    shutil.copy(Path(sys.executable).resolve(), tmp_path / "built" / "pybridge")
    monkeypatch.setenv("PYBRIDGE_STANDALONE", str(tmp_path / "built"))
    refused = cli(*arguments, "--platform", "macos_universal")
    assert (refused.code, "a program for linux_x86_64" in refused.err) == (1, True)
    assert cli(*arguments).code == 0


def test_the_presets_run_in_the_worker_of_the_machines_own_python(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = cli("bundle", "build", TOOLS / "system.json", "--unsigned", "--out", tmp_path, "--json")
    shutil.unpack_archive(built.json["path"], tmp_path / "installed")
    (tmp_path / "installed" / "bin" / "worker").chmod(0o755)
    command = [sys.executable, str(TOOLS / "smoke.py"), str(tmp_path / "installed")]
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "echo: hello\nhealth: ok\nhello: stdout:\nHello from wasi\n" in done.stdout
    assert '"total": 7' in done.stdout
    monkeypatch.setenv("PATH", "/nowhere")
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert (done.returncode, "pip install 'pybridge-runtime[mcp]'" in done.stderr) == (1, True)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """An installed python-tools-ds that installs a wheel of the test: it prints its arguments."""
    folder = tmp_path / "installed"
    (folder / "bin").mkdir(parents=True)
    for name, kept in (("worker.sh", "worker"), ("worker.py", "worker.py")):
        shutil.copy(TOOLS / "ds" / name, folder / "bin" / kept)
    shutil.copytree(TOOLS / "ds" / "environment", folder / "environment")
    (folder / "environment" / "requirements.txt").write_text("# nothing\n")
    wheel = folder / "environment" / "pybridge_runtime-0.1.0-py3-none-any.whl"
    about = "pybridge_runtime-0.1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("pybridge/__init__.py", "")
        archive.writestr("pybridge/__main__.py", "import sys; print(sys.argv[1:], sys.prefix)")
        archive.writestr(
            f"{about}/METADATA", "Metadata-Version: 2.1\nName: pybridge-runtime\nVersion: 0.1.0\n"
        )
        archive.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{about}/RECORD", "")
    return folder


def started(bundle: Path, *arguments: str) -> subprocess.Popen[str]:
    data = {"PYBRIDGE_DATA": str(bundle.parent / "data"), "PIP_NO_INDEX": "1"}
    command = ["/bin/sh", str(bundle / "bin" / "worker"), *arguments]
    return subprocess.Popen(
        command,
        env={**os.environ, **data},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.timeout(300)  # environments are made
def test_python_tools_for_data_makes_its_environment_once(bundle: Path) -> None:
    both = [started(bundle, str(number)) for number in range(2)]
    told = [process.communicate(timeout=200) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    [place] = (bundle.parent / "data" / "environments").iterdir()
    for number, (printed, said) in enumerate(told):
        assert printed == f"{['mcp', '--max', 'yolo', str(number)]} {place}\n"
        assert "making the environment" in said
    again = started(bundle)
    assert again.communicate(timeout=200)[1] == ""
    (bundle / "environment" / "requirements.txt").write_text("numpy==1.0 --hash=sha256:00\n")
    failed = started(bundle)
    printed, said = failed.communicate(timeout=200)
    assert (failed.returncode, printed) == (1, "")
    assert "the environment of python-tools-ds cannot be made" in said
    assert [*(bundle.parent / "data" / "environments").iterdir()] == [place]
