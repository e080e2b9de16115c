"""The Electron example as it is installed, and a project for it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from e2e.conftest import linked
from pybridge import resources
from pybridge.build import site
from pybridge.build.studio_files import add_studio

ROOT = resources.root()
EXAMPLE = ROOT / "examples" / "electron"

SCRIPT = """def render(context):
    return {"html": "<b>" + str(context["params"]["n"] * 2) + "</b>"}
"""


@pytest.fixture(scope="session")
def packaged(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with the built folder and the studio's page inside, made once."""
    out = tmp_path_factory.mktemp("packaged") / "application"
    installed = shutil.ignore_patterns("node_modules", "out", "pybridge", "vendor")
    shutil.copytree(EXAMPLE, out, ignore=installed)
    site.copy(folder, out / "pybridge", add_studio)
    return out


@pytest.fixture
def application(packaged: Path, tmp_path: Path) -> Path:
    """The example as it is installed."""
    return linked(packaged, tmp_path / "application")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "Notebook"
    (root / "scripts").mkdir(parents=True)
    (root / "posts").mkdir()
    (root / "scripts" / "double.py").write_text(SCRIPT, "utf-8")
    (root / "posts" / "one.md").write_text("Twice: [[double n=21]] & <i>text</i>\n", "utf-8")
    (root / "posts" / "two.md").write_text("Broken: [[double]]\n", "utf-8")
    return root
