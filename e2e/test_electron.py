"""The Electron example without Electron's binary, and with it where one is found."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from e2e.conftest import linked
from pybridge import resources
from pybridge.build import site
from pybridge.build.studio_files import add_studio

ROOT = resources.root()
EXAMPLE = ROOT / "examples" / "electron"
HERE = Path(__file__).parent / "electron"


def test_a_packaged_application_serves_every_file_of_the_runtime_unchanged(
    application: Path, tmp_path: Path
) -> None:
    command = ["node", str(HERE / "asar.mjs"), str(application), str(tmp_path / "app.asar")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    served = json.loads(done.stdout)
    manifest = json.loads((application / "pybridge" / "manifest.json").read_text("utf-8"))
    expected = {
        name: {"status": 200, "sha256": entry["sha256"]}
        for name, entry in manifest["files"].items()
    }
    assert {name: served[name] for name in expected} == expected
    assert served["manifest.json"]["status"] == 200
    assert served["studio/index.html"]["status"] == 200


SCRIPT = """def render(context):
    return {"html": "<b>" + str(context["params"]["n"] * 2) + "</b>"}
"""


@pytest.fixture(scope="module")
def packaged(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with the built folder and the studio's page inside, made once."""
    out = tmp_path_factory.mktemp("packaged") / "application"
    shutil.copytree(EXAMPLE, out)
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


@pytest.fixture
def served(application: Path, project: Path) -> Iterator[str]:
    """The address at which the example answers as its scheme does."""
    command = ["node", str(HERE / "serve.mjs"), str(application), str(project)]
    with subprocess.Popen(
        [*command, sys.executable, "-m", "pybridge"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdin
        assert process.stdout
        yield process.stdout.readline().strip()
        process.stdin.close()
        assert process.wait(timeout=20) == 0


@pytest.fixture
def page(browser: Browser, served: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1360, "height": 860})
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text))
    context.on("weberror", lambda error: said.append(str(error.error)))
    context.add_init_script(path=HERE / "door.js")
    opened = context.new_page()
    opened.goto(served + "/")
    yield opened
    context.close()
    assert [line for line in said if "favicon" not in line and "404" not in line] == []


def test_the_page_works_under_exactly_the_headers_of_the_scheme(page: Page, project: Path) -> None:
    expect(page.locator("#state")).to_have_text("Ready", timeout=30_000)
    assert page.evaluate("crossOriginIsolated") is True
    expect(page.locator("#page")).to_have_text("Twice: 42 & <i>text</i>")
    assert page.locator("#page b").inner_text() == "42"
    page.get_by_role("button", name="posts/two.md").click()
    expect(page.locator("#problems")).to_contain_text("KeyError: 'n'")
    page.get_by_role("button", name="posts/one.md").click()
    expect(page.locator("#problems")).to_be_hidden()
    edited = SCRIPT.replace("* 2", "* 3")
    (project / "scripts" / "double.py").write_text(edited, "utf-8")
    expect(page.locator("#page b")).to_have_text("63", timeout=15_000)


def test_the_studio_writes_scripts_through_the_applications_door(
    page: Page, served: str, application: Path, project: Path
) -> None:
    expect(page.locator("#page b")).to_have_text("42", timeout=30_000)
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    with page.context.expect_page() as opening:
        page.get_by_role("link", name="Scripts").click()
    studio = opening.value
    expect(studio.get_by_text("Python is ready")).to_be_visible(timeout=60_000)
    assert studio.url == f"{served}/pybridge/studio/"
    studio.locator(".script-list").get_by_role("button", name=re.compile(r"^double\b")).click()
    code, rendered = studio.locator(".script .cm-content"), studio.frame_locator(".page")
    expect(code).to_contain_text("def render")
    expect(rendered.locator("main b")).to_have_text("42")
    edited = SCRIPT.replace("* 2", "* 4")
    code.click()
    for key in ("ControlOrMeta+a", "Delete"):
        studio.keyboard.press(key)
    studio.keyboard.insert_text(edited)
    expect(rendered.locator("main b")).to_have_text("84")
    studio.keyboard.press("ControlOrMeta+s")
    expect(studio.get_by_role("button", name="Saved", exact=True)).to_be_visible()
    assert (project / "scripts" / "double.py").read_text("utf-8").rstrip() == edited.rstrip()
    expect(page.locator("#page b")).to_have_text("84", timeout=15_000)
    unexpected = {url for url in asked if not _is_expected(url, served, application)}
    assert unexpected == set()


def test_the_studio_goes_on_when_the_service_ended_and_was_started_again(
    page: Page, served: str, project: Path
) -> None:
    page.goto(f"{served}/pybridge/studio/")
    expect(page.get_by_text("Python is ready")).to_be_visible(timeout=60_000)
    page.request.post(f"{served}/door/kill")
    expect(page.get_by_text("The project cannot be reached")).to_be_visible()
    expect(page.get_by_text("The project cannot be reached")).to_be_hidden(timeout=20_000)
    (project / "scripts" / "late.py").write_text(SCRIPT, "utf-8")
    expect(page.locator(".script-list").get_by_role("button", name="late")).to_be_visible()


def _is_expected(url: str, served: str, application: Path) -> bool:
    """Tell whether a request is for a file of the application, or through the door.

    The sandbox's own attempts to get out, which its policy refuses, go to names that nobody has.
    """
    if url.startswith(("blob:", "data:")) or (urlsplit(url).hostname or "").endswith(".invalid"):
        return True
    name = url.removeprefix(f"{served}/")
    if name.endswith("/"):
        name += "index.html"
    return name == "door" or (name != url and (application / name).is_file())


def electron() -> str | None:
    """Return Electron's binary, if there is one: ELECTRON names it, or npm has downloaded it."""
    named = os.environ.get("ELECTRON")
    for found in (named, ROOT / "node_modules" / "electron" / "dist" / "electron"):
        if found and Path(found).is_file():
            return str(found)
    return shutil.which("electron")


@pytest.mark.skipif(electron() is None, reason="no Electron binary here: set ELECTRON to its path")
def test_real_electron_renders_the_first_document(
    application: Path, project: Path, tmp_path: Path, playwright: Playwright
) -> None:
    binary = electron()
    assert binary
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "pybridge").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pybridge "$@"\n')
    (tools / "pybridge").chmod(0o755)
    settings = ["--remote-debugging-port=0", "--no-sandbox", f"--user-data-dir={tmp_path / 'user'}"]
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "NOTEBOOK_PROJECT": str(project), "PATH": path}
    with subprocess.Popen(
        [binary, *settings, str(application)], env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            browser = playwright.chromium.connect_over_cdp(_debugging_address(process))
            window = browser.contexts[0].pages[0]
            expect(window.locator("#page b")).to_have_text("42", timeout=60_000)
            assert window.evaluate("typeof require") == "undefined"
            assert window.url == "app://notebook/"
        finally:
            process.terminate()


def _debugging_address(process: subprocess.Popen[str]) -> str:
    assert process.stderr
    for line in process.stderr:
        if "DevTools listening on " in line:
            return line.partition("DevTools listening on ")[2].strip()
    raise AssertionError("Electron ended before it listened")
