"""The workflow of examples/publish: its commands run as CI runs them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from pybridge import abi
from pybridge.bundles.versions import this_platform
from tests.amounts import IS_LONG
from tests.unit.registry.conftest import PUBLISHER, made, running

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
        assert "unchanged" in told["Try a registry on this machine"]
    assert [each.stat().st_mode & 0o077 for each in (tmp_path / "temp").iterdir()] == [0, 0, 0]
