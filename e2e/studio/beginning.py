"""A page and a project that serve many tests: each begins with both as they were at first."""

from __future__ import annotations

import difflib
import functools
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Locator, expect

if TYPE_CHECKING:
    from e2e.studio.conftest import Author

BETWEEN = "scripts/between.py"
"""A script that is there between two tests only: letting it go leaves no script selected."""
ENDS_MS = 1500
"""What runs longer than this is stopped."""
INDEX = ".pybridge"
DRAFTS = "() => Object.keys(localStorage).filter((key) => /^draft[:@]/.test(key))"
SCRATCH_DRAFT = "document:"


@dataclass(frozen=True)
class Beginning:
    """How the page looks and what the project holds before the first test."""

    author: Author
    files: dict[str, bytes]
    scripts: int
    """How many are in the list."""
    look: str

    @classmethod
    def of(cls, author: Author) -> Beginning:
        """Look at a page that was just opened."""
        expect(author.rendered).to_contain_text("Write here to see it rendered.")
        return cls(author, _files(author.root), _listed(author).count(), _look(author))

    def restore(self) -> None:
        """Bring page and project back, and see that they are: nothing of a test is left for the next.

        The outcome of the last run stays in its panel until the next run begins, and Diagnostics goes on counting.
        """
        _stop(self.author)
        self._restore_files()
        _open_between(self.author)
        _drop_unsaved(self.author)
        _open_between(self.author)
        _let_go(self.author)
        _tidy(self.author)
        self._assert_restored()

    def _restore_files(self) -> None:
        """Write the files as they were, and a script that is let go afterwards."""
        root = self.author.root
        shutil.rmtree(root / INDEX, ignore_errors=True)
        for name in _files(root).keys() - self.files.keys():
            (root / name).unlink()
        for name, content in self.files.items():
            path = root / name
            if not path.is_file() or path.read_bytes() != content:
                path.write_bytes(content)
        (root / BETWEEN).write_text("def main():\n    pass\n")
        expect(_listed(self.author)).to_have_count(self.scripts + 1)
        expect(_entry(self.author, BETWEEN)).to_be_visible()

    def _assert_restored(self) -> None:
        author = self.author
        expect(author.page.get_by_role("heading", name="Choose a script")).to_be_visible()
        expect(author.rendered).to_contain_text("Write here to see it rendered.")
        expect(_entry(author, BETWEEN)).to_have_count(0)
        assert author.page.evaluate(DRAFTS) == []
        assert _files(author.root) == self.files
        looks = (self.look.split("\n"), _settled(author, self.look).split("\n"))
        difference = "\n".join(difflib.unified_diff(*looks))
        assert difference == "", difference


def _settled(author: Author, look: str) -> str:
    """Return this look once the page has it, or else the last one; a rendering that begins later may change it again."""
    for _ in range(50):
        if (shown := _look(author)) == look:
            break
        author.page.wait_for_timeout(100)
    return shown


def _files(root: Path) -> dict[str, bytes]:
    """Return the files of a project but for its index, which is made again."""
    found = (path for path in root.rglob("*") if path.is_file() and INDEX not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def _look(author: Author) -> str:
    """Return what the page shows, but for what it measured."""
    shown: str = author.page.locator("body").aria_snapshot()
    return re.sub(r"[\d.,]+ (ms|s|µs)\b", "a while", shown)


def _stop(author: Author) -> None:
    """Close what is open above the page, and end what runs."""
    dialogs = author.page.get_by_role("dialog")
    while dialogs.count():
        author.page.keyboard.press("Escape")
    for name in ("Stop the rendering", "Stop the run"):
        stop = author.button(name)
        try:
            expect(stop).to_have_count(0, timeout=ENDS_MS)
        except AssertionError:
            stop.evaluate_all("(buttons) => buttons.forEach((each) => each.click())")
        expect(stop).to_have_count(0)


def _drop_unsaved(author: Author) -> None:
    """Take back every change that is kept in the browser."""
    script, preview = author.page.locator(".script"), author.page.locator(".preview")
    for key in author.page.evaluate(DRAFTS):
        name: str = key.partition(f":{author.root}:")[2]
        if name.startswith("document:"):
            author.tab("Preview")
            _show(author, name.removeprefix("document:"))
            if name == SCRATCH_DRAFT:  # nothing in the page takes it back
                author.page.evaluate("(key) => localStorage.removeItem(key)", key)
            else:
                _press(preview, "Discard my text", "Take theirs", "Revert the document")
        else:
            _entry(author, name).click()
            _press(script, "Discard my text", "Take theirs", "Revert")


def _show(author: Author, document: str) -> None:
    """Show a document; a file that is shown is not read again, which would bring its draft back."""
    shown = author.page.get_by_role("combobox", name="Document").input_value()
    if document != shown or document == "":
        author.choose(document)


def _press(part: Locator, *names: str) -> None:
    """Press the first of these buttons that is there, once one is, and see it go."""
    buttons = [part.get_by_role("button", name=name, exact=True) for name in names]
    expect(functools.reduce(Locator.or_, buttons).first).to_be_visible()
    button = next(each for each in buttons if each.count())
    button.click()
    expect(button).to_have_count(0)


def _listed(author: Author) -> Locator:
    return author.page.locator(".script-list .entry-name")


def _entry(author: Author, path: str) -> Locator:
    """Return a script in the list; one whose file is gone is there by its path."""
    name = re.compile(rf"^(scripts.)?{Path(path).stem}\b")
    return author.page.locator(".script-list").get_by_role("button", name=name)


def _open_between(author: Author) -> None:
    """Open the script between the tests, from whichever view."""
    _entry(author, BETWEEN).click()
    expect(author.page.get_by_role("region", name=f"Script {BETWEEN}")).to_be_visible()


def _let_go(author: Author) -> None:
    """Let the script between the tests go: no script is selected then."""
    (author.root / BETWEEN).unlink()
    _press(author.page.locator(".script"), "Discard my text")


def _tidy(author: Author) -> None:
    """Show the panel and the document that are shown at first, and put notices away."""
    author.tab("Preview")
    author.choose("")
    notices = author.page.get_by_role("button", name="Dismiss", exact=True)
    notices.evaluate_all("(buttons) => buttons.forEach((each) => each.click())")
    expect(notices).to_have_count(0)
