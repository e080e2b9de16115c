"""The studio as an author has it: the command, a project, a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from e2e.studio.beginning import Beginning
from e2e.studio.running import Running, running_studio

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

WINDOW: dict[str, Any] = {"viewport": {"width": 1360, "height": 860}}
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


def make_project(folder: Path, settings: str = SETTINGS) -> Path:
    """Return a small project: one macro, two documents that use it, short limits."""
    root = folder / "blog"
    (root / "scripts").mkdir(parents=True)
    (root / "posts").mkdir()
    (root / "pybridge.toml").write_text(settings)
    (root / "scripts" / "stars.py").write_text(STARS)
    (root / "posts" / "soup.md").write_text(SOUP)
    (root / "posts" / "fog.md").write_text(FOG)
    return root


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path)


OpenStudio = Callable[..., Running]


@pytest.fixture
def open_studio() -> Iterator[OpenStudio]:
    with ExitStack() as stack:
        yield lambda root, *arguments, **more: stack.enter_context(
            running_studio(root, *arguments, **more)
        )


@pytest.fixture
def studio(open_studio: OpenStudio, project: Path) -> Running:
    return open_studio(project)


@pytest.fixture(scope="module")
def lasting_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of a module whose tests share one studio; a module may override it."""
    return make_project(tmp_path_factory.mktemp("lasting"))


@pytest.fixture(scope="module")
def lasting_author(browser: Browser, lasting_project: Path) -> Iterator[Author]:
    """A studio and its page for all tests of a module."""
    context = browser.new_context(**WINDOW)
    with running_studio(lasting_project) as running:
        yield opened(running, context)
        context.close()


@pytest.fixture(scope="module")
def beginning(lasting_author: Author) -> Beginning:
    return Beginning.of(lasting_author)


@pytest.fixture
def shared_author(beginning: Beginning) -> Iterator[Author]:
    """The page that the tests of a module share, and its project, as both are at first."""
    author = beginning.author
    yield author
    beginning.restore()
    complaints, author.complaints = author.complaints, []
    assert complaints == []


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(**WINDOW)
    yield context
    context.close()


@dataclass
class Author:
    """Somebody at the page, by what they see and press."""

    page: Page
    root: Path = Path()
    """Of the project."""
    restarts: int = 0
    """Workers that were replaced before a test began."""
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

    def choose(self, document: str) -> None:
        """Show a document by its path, the scratch document by none; until it is there, the editor has the one before."""
        self.page.get_by_role("combobox", name="Document").select_option(document)
        shown = re.compile(rf"Source of {re.escape(document or 'the scratch document')}\.")
        expect(self.source).to_have_attribute("aria-label", shown)

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


def opened(running: Running, context: BrowserContext) -> Author:
    """Open the page of a studio and wait for Python."""
    author = Author(context.new_page(), running.root)
    author.page.add_init_script(LISTENING)
    author.page.on(
        "console",
        lambda message: author.complaints.append(message.text) if message.type == "error" else None,
    )
    author.page.goto(running.address())
    expect(author.page.get_by_text("Python is ready")).to_be_visible(timeout=60_000)
    return author


Sit = Callable[..., Author]


@pytest.fixture
def sit_down(context: BrowserContext) -> Iterator[Sit]:
    """Open the page of a studio and wait for Python; nothing may go wrong unseen."""
    authors: list[Author] = []

    def sit(running: Running, *, in_context: BrowserContext | None = None) -> Author:
        author = opened(running, in_context or context)
        authors.append(author)
        return author

    yield sit
    assert [complaint for author in authors for complaint in author.complaints] == []


@pytest.fixture
def author(studio: Running, sit_down: Sit) -> Author:
    return sit_down(studio)
