"""Applications for the tests of bundlers: files of the docs, the package as npm installs it, a page that is read."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

from playwright.sync_api import Browser, Page

from pybridge import resources
from pybridge.engines.browser.asset_server import AssetServer

ROOT = resources.root()
BUNDLERS = ROOT / "e2e" / "bundlers"
"""Where the bundlers are installed that only tests need."""
PAGE = (ROOT / "examples" / "vite" / "index.html").read_text("utf-8")
RENDERED = "<strong>Note:</strong> Built in."
"""What the docs' document shows."""


def tool(cwd: Path, *command: str, timeout: float = 100) -> str:
    """Run a command that has to succeed; return what it prints."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def install(application: Path, packages: Path, *, names: tuple[str, ...]) -> None:
    """Make packages of another folder importable in the *application*."""
    assert (packages / "node_modules").is_dir(), f"run `npm ci` in {packages}"
    for name in names:
        target = application / "node_modules" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(packages / "node_modules" / name)


def write_example(application: Path, heading: str, *, main: str | None = None) -> None:
    """Write the files of a section of docs/bundlers.md, and the page; *main* names the section of main.js."""
    for title in (main or heading, heading):
        for name, content in _files(title):
            (application / name).write_text(content, "utf-8")
    (application / "package.json").write_text('{"type": "module"}', "utf-8")
    (application / "index.html").write_text(PAGE, "utf-8")


def _files(title: str) -> list[tuple[str, str]]:
    text = (ROOT / "docs" / "bundlers.md").read_text("utf-8")
    section = text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    found = re.findall(r"```js\n// (\S+)\n(.*?)```", section, re.DOTALL)
    assert found, f"docs/bundlers.md has no example of {title}"
    return found


def add_page(application: Path) -> Path:
    """Put the page beside the bundle in dist/; return that folder."""
    shutil.copy(application / "index.html", application / "dist")
    return application / "dist"


def rendered(page: Page) -> str:
    """Return what the page shows once it has rendered."""
    page.wait_for_function(
        "() => !document.getElementById('output')?.textContent.startsWith('Starting')",
        timeout=30_000,
    )
    return page.inner_html("#output")


@contextmanager
def opened(browser: Browser, address: str, *, heard: list[str]) -> Iterator[Page]:
    """Open a page; *heard* gets what it says on the console."""
    context = browser.new_context()
    try:
        page = context.new_page()
        # Every browser asks for it, no example has one.
        page.route("**/favicon.ico", lambda route: route.fulfill(status=HTTPStatus.NO_CONTENT))
        page.on("console", lambda said: heard.append(f"{said.type}: {said.text} ({said.location['url']})"))  # fmt: skip
        page.on("pageerror", lambda error: heard.append(f"error: {error}"))
        page.goto(address)
        yield page
    finally:
        context.close()


def shown(browser: Browser, folder: Path) -> str:
    """Serve a finished application; return what its page shows, which says nothing on the console."""
    heard: list[str] = []
    # The pages state their policy themselves: a server's would fall on a renamed frame, too.
    with (
        AssetServer({"/": folder}, headers={"Content-Security-Policy": ""}) as server,
        opened(browser, f"{server.url}/index.html", heard=heard) as page,
    ):
        try:
            html = rendered(page)
        except Exception as error:
            raise AssertionError(heard, page.inner_html("body")) from error
    assert heard == [], (heard, html)
    return html


@contextmanager
def vite_dev(application: Path) -> Iterator[str]:
    """Run `vite dev`; yields its address."""
    command = ["node", "node_modules/vite/bin/vite.js", "--host", "127.0.0.1", "--port", "0"]
    with (application / "vite.log").open("w") as log:
        server = subprocess.Popen(command, cwd=application, stdout=log, stderr=log)
    try:
        yield _address(application / "vite.log", server)
    finally:
        server.terminate()
        server.wait(20)


def _address(log: Path, server: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        plain = re.sub(r"\x1b\[[0-9;]*m", "", log.read_text("utf-8"))
        if found := re.search(r"http://127\.0\.0\.1:\d+/", plain):
            return found[0]
        time.sleep(0.05)
    raise AssertionError(log.read_text("utf-8"))
