"""A page opened by `file:`: no server, no fetch, no modules, and the same sandbox."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from pybridge import resources
from pybridge.commands.projects.build import build
from pybridge.project.discover import require_project

pytestmark = [pytest.mark.timeout(300), pytest.mark.every_browser]

PAGE = """<!doctype html>
<meta charset="utf-8">
<script src="pybridge/client.iife.js"></script>
<script src="pybridge/pybridge-assets.js"></script>
"""

RENDER = """async (changes) => {
  const files = { ...pybridgeAssets.files, ...changes };
  const started = await pybridge.PythonRuntime.start({ assets: { ...pybridgeAssets, files }, spares: 0 }).catch(
    ({ code, message }) => ({ code, message }),
  );
  if (started.code) return started;
  const [document] = await started.renderDocuments([{ path: "post.md", text: "[[hello]]" }]);
  return { output: document.output, warnings: started.stats().warnings };
}"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("page")
    (root / "scripts").mkdir()
    hello = "def render(context):\n    return {'text': 'from a file'}\n"
    (root / "scripts" / "hello.py").write_text(hello, "utf-8")
    (root / "index.html").write_text(PAGE, "utf-8")
    build(root / "pybridge", require_project(root), file_pages=True)
    return root


@pytest.fixture
def page(browser: Browser, root: Path) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    page.goto((root / "index.html").as_uri())
    yield page
    context.close()


def render(page: Page, **changes: str) -> Any:
    return page.evaluate(RENDER, changes)


def test_a_document_renders(page: Page) -> None:
    assert render(page) == {"output": "from a file", "warnings": []}


def test_what_is_damaged_is_refused(page: Page) -> None:
    scripts = page.evaluate("() => pybridgeAssets.files['scripts.bin']")
    swapped = render(page, **{"engine.zip": scripts})
    assert swapped["code"] == "boot"
    assert "engine.zip was changed or damaged" in swapped["message"]
    broken = render(page, **{"engine.zip": "AAAA" + scripts[4:]})
    assert "engine.zip cannot be unpacked" in broken["message"]


def test_what_is_added_is_in_the_manifest(root: Path) -> None:
    manifest = json.loads((root / "pybridge" / "manifest.json").read_text("utf-8"))
    for name in ("client.iife.js", "client.iife.js.map", "pybridge-assets.js"):
        content = (root / "pybridge" / name).read_bytes()
        assert manifest["files"][name]["sha256"] == hashlib.sha256(content).hexdigest()


def test_the_source_map_of_the_client_leads_to_its_sources(root: Path) -> None:
    known = json.loads((root / "pybridge" / "client.iife.js.map").read_text("utf-8"))
    of_module = json.loads((root / "pybridge" / "client.js.map").read_text("utf-8"))
    assert set(known["sources"]) <= set(of_module["sources"])
    at = known["sources"].index("web_worker/host/client.js")
    assert known["sourcesContent"][at] == (resources.root() / "web_worker/host/client.js").read_text("utf-8")  # fmt: skip
