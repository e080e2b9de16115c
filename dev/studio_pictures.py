"""Photograph the studio in a real browser: docs/images/studio/<view>.png.

What docs/studio.md shows. The example blog is copied, opened with `pybridge studio`, and worked in as
an author would.
"""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pybridge.engines.browser import chromium  # noqa: E402 – the checkout's own, whatever is installed

OUT = ROOT / "docs" / "images" / "studio"
WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 390, "height": 760}


def main() -> int:
    """Photograph every view, or those that are named."""
    named = {name: view for name, view in VIEWS.items() if name in sys.argv[1:]} or VIEWS
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        blog = Path(scratch) / "blog"
        shutil.copytree(ROOT / "examples" / "blog", blog)
        program = chromium.find(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=program, args=chromium.flags())
        with _studio(blog) as address:
            for name, (take, options) in named.items():
                _photograph(browser, address(), blog, name, take, options)
        browser.close()
    return 0


@contextmanager
def _studio(blog: Path) -> Iterator[Callable[[], str]]:
    command = [sys.executable, "-m", "pybridge", "studio", "--project", str(blog)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield lambda: _address(process)
        finally:
            process.send_signal(signal.SIGINT)


def _address(process: subprocess.Popen[str]) -> str:
    """Press Enter and return the address that is printed; it works once."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def _photograph(
    browser: Browser,
    url: str,
    blog: Path,
    name: str,
    take: Callable[[Page, Path], None],
    options: dict[str, Any],
) -> None:
    context = browser.new_context(**{"viewport": WIDE, **options})
    page = context.new_page()
    page.goto(url)
    expect(page.get_by_text("Python is ready")).to_be_visible(timeout=60_000)
    take(page, blog)
    page.mouse.move(0, 0)
    expect(page.locator(".notice")).to_have_count(0, timeout=20_000)
    page.screenshot(path=OUT / f"{name}.png", animations="disabled", caret="initial")
    context.close()
    sys.stdout.write(f"{(OUT / f'{name}.png').relative_to(ROOT)}\n")


def _open(page: Page, slug: str) -> None:
    entry = page.locator(".script-list").get_by_role("button", name=re.compile(rf"^{slug}\b"))
    entry.click()
    expect(page.locator(".script .cm-content")).to_be_visible()


def _append(page: Page, text: str) -> None:
    page.locator(".script .cm-content").click()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.insert_text(text)
    page.keyboard.press("Escape")


def _preview(page: Page, blog: Path) -> None:
    _open(page, "recipe")
    expect(page.frame_locator(".page").get_by_text("Serves 2")).to_be_visible()


def _problem(page: Page, blog: Path) -> None:
    _preview(page, blog)
    _append(page, "\n\ndef salted(text: str) -> str\nreturn text")
    expect(page.get_by_role("region", name="Problems")).to_be_visible()
    expect(page.locator(".chip-error").first).to_be_visible()


def _run(page: Page, blog: Path) -> None:
    _open(page, "word_count")
    page.get_by_role("tab", name="Run", exact=True).click()
    page.get_by_role("textbox", name="Arguments").fill('"The slow train stops" everywhere')
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Outcome")).to_be_visible()


def _transform(page: Page, blog: Path) -> None:
    _open(page, "tidy_title")
    page.get_by_role("tab", name="Run", exact=True).click()
    page.get_by_role("textbox", name="Title", exact=True).fill("Great   Game | Some Site")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Outcome")).to_be_visible()


def _details(page: Page, blog: Path) -> None:
    _open(page, "season")
    page.get_by_role("tab", name="Details", exact=True).click()
    expect(page.get_by_text("Used in 9 documents")).to_be_visible()


def _history(page: Page, blog: Path) -> None:
    _open(page, "note")
    _append(page, "\n\n# The kinds are those of the style sheet.\n")
    page.keyboard.press("ControlOrMeta+s")
    expect(page.get_by_role("button", name="Saved")).to_be_visible()
    page.get_by_role("tab", name="History", exact=True).click()
    expect(page.locator(".comparison .cm-deletedChunk").first).to_be_visible()


def _conflict(page: Page, blog: Path) -> None:
    _open(page, "season")
    _append(page, "\n# What I was about to add.\n")
    path = blog / "scripts" / "season.py"
    path.write_text(path.read_text("utf-8") + "\n\n# Pulled from the repository.\n", "utf-8")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("dialog").locator(".cm-changedLine").first.wait_for()


def _differences(page: Page, blog: Path) -> None:
    sync = (sys.executable, "-m", "pybridge", "sync", "--project", str(blog))
    subprocess.run(sync, check=True, capture_output=True, cwd=ROOT)  # other views changed files
    page.get_by_role("button", name="Files and index", exact=True).click()
    expect(page.get_by_text("Files and index agree.")).to_be_visible()
    season = blog / "scripts" / "season.py"
    before = season.read_text("utf-8")
    season.write_text(before.replace('title: "Season"', 'title: "Time of year"'), "utf-8")
    (blog / "scripts" / "timetable.py").rename(blog / "timetable.py.away")
    page.get_by_role("button", name="Compare again").click()
    expect(page.get_by_role("article")).to_have_count(2)


def _diagnostics(page: Page, blog: Path) -> None:
    _open(page, "stats")
    _open(page, "recipe")
    expect(page.frame_locator(".page").get_by_text("Serves 2")).to_be_visible()
    _spin(page)
    page.get_by_role("button", name="Diagnostics").click()
    expect(page.locator(".restarts li").first).to_be_visible()


def _spin(page: Page) -> None:
    _open(page, "word_count")
    _append(page, "\nwhile True: pass\n")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(page.get_by_role("timer")).to_be_visible()
    page.get_by_role("button", name="Stop the run").click()
    expect(page.get_by_role("region", name="Outcome")).to_be_visible()
    page.get_by_role("button", name="Revert").click()


def _scripts(page: Page, blog: Path) -> None:
    expect(page.locator(".script-list .entry").first).to_be_visible()


VIEWS: dict[str, tuple[Callable[[Page, Path], None], dict[str, Any]]] = {
    "preview": (_preview, {}),
    "dark": (_preview, {"color_scheme": "dark"}),
    "problem": (_problem, {}),
    "run": (_run, {}),
    "transform": (_transform, {}),
    "details": (_details, {}),
    "history": (_history, {}),
    "diagnostics": (_diagnostics, {}),
    "conflict": (_conflict, {}),
    "narrow": (_scripts, {"viewport": NARROW}),
    "differences": (_differences, {}),  # the last one: it takes a file away
}

if __name__ == "__main__":
    sys.exit(main())
