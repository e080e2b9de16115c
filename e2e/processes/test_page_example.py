"""The example page of docs/python-processes.md runs its process."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser

from e2e.conftest import linked
from e2e.processes.browsers import IN_BROWSERS
from pybridge import resources
from pybridge.engines.browser.asset_server import AssetServer

pytestmark = IN_BROWSERS

GUIDE = (resources.root() / "docs" / "python-processes.md").read_text("utf-8")
EXAMPLE = re.compile(r"```(?:js|html)\n(?://|<!--) ([\w.-]+).*?\n(.*?)```", re.DOTALL)


def test_the_example_shows_what_its_process_prints(
    browser: Browser, processes_folder: Path, tmp_path: Path
) -> None:
    files = dict(EXAMPLE.findall(GUIDE))
    assert set(files) == {"index.html", "main.js"}
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    linked(processes_folder, tmp_path / "pybridge")
    context = browser.new_context()
    with AssetServer({"/": tmp_path}) as server:
        page = context.new_page()
        page.goto(f"{server.url}/")
        page.wait_for_function("() => document.getElementById('output').textContent !== ''")
        assert page.evaluate("() => document.getElementById('output').textContent") == "6\n"
    context.close()
