"""Tools for agents in Node and in a page, from the npm package: examples/agent-tool, and the examples of docs/agent-tools.md."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from e2e.conftest import linked
from pybridge import resources
from pybridge.build.esbuild import node
from pybridge.engines.browser.asset_server import AssetServer

EXAMPLE = resources.root() / "examples" / "agent-tool"
GUIDE = (resources.root() / "docs" / "agent-tools.md").read_text("utf-8")
SHOWN = re.compile(r"^```text\n(.*?)^```$", re.M | re.S)
FILES = re.compile(r"^```(?:js|html)\n(?://|<!--) ([\w.-]+).*?\n(.*?)^```$", re.M | re.S)
PROGRAM = f'#!/bin/sh\nexec "{sys.executable}" -m pybridge "$@"\n'


@pytest.fixture
def application(processes_folder: Path, tmp_path: Path) -> Path:
    """A folder with the built one, as an npm package and beside a page."""
    folder = tmp_path / "application"
    (folder / "node_modules").mkdir(parents=True)
    linked(processes_folder, folder / "node_modules" / "pybridge-runtime")
    linked(processes_folder, folder / "pybridge")
    return folder


def printed(application: Path, script: str) -> str:
    """Run a script with Node, where `pybridge` is this one; return its output."""
    place = application / "bin"
    place.mkdir()
    (place / "pybridge").write_text(PROGRAM)
    (place / "pybridge").chmod(0o755)
    done = subprocess.run(
        [node(), script],
        cwd=application,
        env={**os.environ, "PATH": f"{place}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def shown(browser: Browser, application: Path, is_done: str) -> str:
    """Open the page of a folder; return its output once *is_done*."""
    context = browser.new_context()
    with AssetServer({"/": application}, headers={"Content-Security-Policy": ""}) as server:
        page = context.new_page()
        page.goto(f"{server.url}/")
        page.wait_for_function(is_done, timeout=90_000)
        text = page.text_content("#output")
    context.close()
    return text or ""


@pytest.fixture
def example(application: Path) -> Path:
    shutil.copytree(EXAMPLE, application, dirs_exist_ok=True)
    return application


def transcript() -> str:
    [text] = SHOWN.findall((EXAMPLE / "README.md").read_text("utf-8"))
    return str(text)


def test_the_example_runs_in_node(example: Path) -> None:
    assert printed(example, "node.js") == transcript()


def test_the_example_runs_in_a_page(browser: Browser, example: Path) -> None:
    is_done = "() => document.body.dataset.state === 'ended'"
    assert shown(browser, example, is_done) == transcript()


@pytest.fixture
def guide(application: Path) -> Path:
    files = dict(FILES.findall(GUIDE))
    assert set(files) == {"agent.mjs", "index.html", "tool.js"}
    for name, text in files.items():
        (application / name).write_text(text, "utf-8")
    return application


def test_the_guide_runs_in_node(guide: Path) -> None:
    assert printed(guide, "agent.mjs") == SHOWN.findall(GUIDE)[0]


def test_the_guide_runs_in_a_page(browser: Browser, guide: Path) -> None:
    is_done = "() => document.getElementById('output').textContent !== ''"
    assert shown(browser, guide, is_done) == "0 [1, 2]\n"
