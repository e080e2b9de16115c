"""What the built folder records of its Python is what Pyodide's own lock and the sandbox itself say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pybridge import run_python
from pybridge.build import pins, pyodide_assets
from pybridge.build.on_demand import built_folder
from pybridge.build.sbom import folder as of_folder
from pybridge.build.sbom import interpreters
from pybridge.packages.sandbox import Sandbox
from tests.pyodide_in_node import printed_by_pyodide

VARIABLES = Path(__file__).with_name("marker_variables.py")
"""Prints the variables of environment markers, as `packaging` finds them."""
IN_WORKER = re.compile(
    r'\{abi_version:"([^"]+)",arch:"([^"]+)",platform:"([^"]+)",python:"([^"]+)"\}'
)


@pytest.fixture(scope="module")
def info() -> dict[str, Any]:
    """The `info` of the lock in the npm package."""
    text = (pyodide_assets.ensure() / "pyodide-lock.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)["info"]
    return found


def test_the_pins_are_those_of_the_lock(info: dict[str, Any]) -> None:
    assert info == {
        "abi_version": interpreters.PYODIDE_ABI,
        "arch": "wasm32",
        "platform": f"emscripten_{interpreters.EMSCRIPTEN_VERSION.replace('.', '_')}",
        "python": pins.PYTHON_VERSION,
    }
    package = json.loads((pyodide_assets.ensure() / "package.json").read_text("utf-8"))
    assert package["version"] == pins.PYODIDE_VERSION


def test_the_built_folder_has_the_info_of_the_lock(info: dict[str, Any]) -> None:
    folder = built_folder()
    found = IN_WORKER.findall((folder / "worker.bin").read_text("utf-8"))
    assert found == [tuple(info[name] for name in ("abi_version", "arch", "platform", "python"))]
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["pyodide"]["version"] == pins.PYODIDE_VERSION
    assert manifest["packages"] == []
    sbom = json.loads((folder / of_folder.FILE).read_text("utf-8"))
    versions = {each["name"]: each.get("version") for each in sbom["components"]}
    sandbox = Sandbox.of_lock(info)
    assert versions["pyodide"] == pins.PYODIDE_VERSION
    assert versions["cpython"] == sandbox.python
    assert versions["emscripten"] == sandbox.release


def test_markers_have_the_values_that_the_sandbox_has(info: dict[str, Any]) -> None:
    assert json.loads(printed_by_pyodide(VARIABLES)) == Sandbox.of_lock(info).markers()


def test_markers_of_wasi_have_the_values_that_the_sandbox_has() -> None:
    ended = run_python(VARIABLES.read_text("utf-8"))
    assert json.loads(ended.stdout) == Sandbox.of_wasi(pins.WASM_PYTHON_VERSION).markers()
