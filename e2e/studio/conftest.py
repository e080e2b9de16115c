"""The studio as an author has it: the command, a project, a real browser."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from pybridge.build.on_demand import built_folder
from pybridge.build.studio_page import built_page

LISTENING = """
for (const kind of ["error", "unhandledrejection"]) {
  addEventListener(kind, (event) => {
    if (window === top) console.error(kind, String(event.reason ?? event.message));
  });
}
"""
"""Tells the console what nobody caught in the page itself; the sandbox's own are its tests' affair."""

PASTE = """(content, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  content.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""
"""What Ctrl-V does, with a clipboard of the test's own."""

SETTINGS = 'mainLanguage = "en"\n\n[limits]\nitemS = 0.5\nrunS = 20\n'
STARS = """\
PARAMS = {
    "required": ["given"],
    "properties": {"given": {"type": "integer", "description": "How many."}},
}


def render(context: dict) -> dict:
    return {"html": "<b>" + "*" * context["params"]["given"] + "</b>"}
"""
ENDLESS = "    while True: pass\n"
PATIENT = 'mainLanguage = "en"\n\n[limits]\nitemS = 120\nrunS = 120\n'
"""Limits that end nothing while anybody watches: what ends here was stopped."""
SOUP = "---\ntitle: Soup\ntags: [soup]\n---\n# Soup\n\nIt is good: [[stars given=4]]\n"
FOG = "---\ntitle: Fog\n---\n# Fog\n\n[[stars given=2]] and [[stars given=1]]\n"


@dataclass
class Running:
    """A studio that runs: its process and the address it printed."""

    process: subprocess.Popen[str]
    url: str
    root: Path
    talk: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    @property
    def token(self) -> str:
        return self.url.partition("#token=")[2]

    def stop(self) -> None:
        """End it as Ctrl-C does, and see that it ends."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=20)


def make_project(folder: Path) -> Path:
    """Return a small project: one macro, two documents that use it, short limits."""
    root = folder / "blog"
    (root / "scripts").mkdir(parents=True)
    (root / "posts").mkdir()
    (root / "pybridge.toml").write_text(SETTINGS)
    (root / "scripts" / "stars.py").write_text(STARS)
    (root / "posts" / "soup.md").write_text(SOUP)
    (root / "posts" / "fog.md").write_text(FOG)
    return root


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path)


@contextmanager
def running_studio(root: Path, *arguments: str, under: Sequence[str] = ()) -> Iterator[Running]:
    """Run `pybridge studio` on a project.

    Args:
        root: Of the project.
        arguments: Further ones of the command.
        under: A command that runs it.
    """
    command = [
        *under,
        sys.executable,
        "-m",
        "pybridge",
        "studio",
        "--project",
        str(root),
        *arguments,
    ]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    running = Running(process, process.stdout.readline().strip(), root)
    reading = threading.Thread(target=running.talk.extend, args=(process.stderr,))
    reading.start()
    try:
        if not running.url:
            reading.join()
        assert running.url, "".join(running.talk)
        yield running
    finally:
        running.stop()
        reading.join()
        process.stdout.close()
        process.stderr.close()


OpenStudio = Callable[..., Running]


@pytest.fixture(scope="session")
def built() -> None:
    """What the command would build first, out of every test's time."""
    built_folder()
    built_page()


@pytest.fixture
def open_studio(built: None) -> Iterator[OpenStudio]:
    with ExitStack() as stack:
        yield lambda root, *arguments, **more: stack.enter_context(
            running_studio(root, *arguments, **more)
        )


@pytest.fixture
def studio(open_studio: OpenStudio, project: Path) -> Running:
    return open_studio(project)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1360, "height": 860})
    yield opened
    opened.close()


@dataclass
class Author:
    """Somebody at the page, by what they see and press."""

    page: Page
    root: Path = Path()
    """Of the project."""
    complaints: list[str] = field(default_factory=list)
    """What went wrong in the page without anybody being told."""

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name, exact=True).click()

    def open(self, slug: str) -> None:
        """Choose a script in the list and wait until its source is there."""
        self.page.locator(".script-list").get_by_role(
            "button", name=re.compile(rf"^{slug}\b")
        ).click()
        expect(self.code).to_be_visible()

    @property
    def code(self) -> Locator:
        return self.page.locator(".script .cm-content")

    @property
    def source(self) -> Locator:
        """The document that is previewed."""
        return self.page.locator(".preview .cm-content")

    @property
    def problems(self) -> Locator:
        return self.page.get_by_role("region", name="Problems")

    @property
    def rendered(self) -> Locator:
        return self.page.frame_locator(".page").locator("main")

    def write(self, text: str) -> None:
        """Replace the whole script."""
        self._replace(self.code, text)

    def write_document(self, text: str) -> None:
        self._replace(self.source, text)

    def _replace(self, editor: Locator, text: str) -> None:
        """Paste over everything, at once: no rendering sees a text in between."""
        editor.click()
        self.page.keyboard.press("ControlOrMeta+a")
        editor.evaluate(PASTE, text)

    def open_and_hang(self) -> None:
        """Open the script and write one that never ends; its rendering has begun and can be stopped."""
        self.open("stars")
        expect(self.rendered).to_contain_text("**")
        self.write("def render(context):\n" + ENDLESS)
        expect(self.button("Stop the rendering")).to_be_visible()

    def save(self) -> None:
        self.page.keyboard.press("ControlOrMeta+s")
        expect(self.button("Saved")).to_be_visible()


Sit = Callable[..., Author]


@pytest.fixture
def sit_down(context: BrowserContext) -> Iterator[Sit]:
    """Open the page of a studio and wait for Python; nothing may go wrong unseen."""
    authors: list[Author] = []

    def sit(running: Running, *, in_context: BrowserContext | None = None) -> Author:
        author = Author((in_context or context).new_page(), running.root)
        author.page.add_init_script(LISTENING)
        author.page.on(
            "console",
            lambda message: (
                author.complaints.append(message.text) if message.type == "error" else None
            ),
        )
        author.page.goto(running.url)
        expect(author.page.get_by_text("Python is ready")).to_be_visible(timeout=60_000)
        authors.append(author)
        return author

    yield sit
    assert [complaint for author in authors for complaint in author.complaints] == []


@pytest.fixture
def author(studio: Running, sit_down: Sit) -> Author:
    return sit_down(studio)
