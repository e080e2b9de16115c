"""Contrast, labels, keyboard and narrow windows: every main view, dark and light, checked by axe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from e2e.studio.conftest import Author, Sit
from e2e.studio.running import Running
from pybridge import resources
from tests.amounts import IS_LONG

AXE = resources.root() / "node_modules" / "axe-core" / "axe.min.js"
WHOLE_PAGE = ("landmark-one-main", "page-has-heading-one")
"""Rules for pages that show all of themselves at once."""
Rules = dict[str, Any]
"""As axe takes them."""
RULES: Rules = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
}


COLOURS = {"type": "rule", "values": ["color-contrast"]}
"""What can differ between the light and the dark scheme; a long run applies all rules to both."""


def violations(author: Author, *, without: Sequence[str] = (), rules: Rules = RULES) -> list[str]:
    """Return what axe objects to on the page as it is, but for some rules."""
    found: dict[str, Any] = author.page.evaluate(
        """([runOnly, without]) => axe.run(document, {
          iframes: false, runOnly, rules: Object.fromEntries(without.map((id) => [id, { enabled: false }])),
        })""",
        [rules, list(without)],
    )
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def _preview(author: Author) -> None:
    author.open("stars")
    author.tab("Preview")
    author.write("def render(context)\n    return {}\n")
    expect(author.problems).to_be_visible()
    expect(author.page.locator(".chip-error").first).to_be_visible()


def _run(author: Author) -> None:
    author.open("stars")
    author.tab("Run")
    author.page.get_by_role("textbox", name="Macro").fill("[[stars given=3]]")
    author.button("Run").first.click()
    expect(author.page.get_by_role("region", name="Outcome")).to_contain_text("***")


def _details(author: Author) -> None:
    author.open("stars")
    author.tab("Details")
    expect(author.page.get_by_role("heading", name="Used in 2 documents")).to_be_visible()


def _history(author: Author) -> None:
    author.open("stars")
    text = author.code.inner_text()
    author.write(text.replace("How many", "So many"))
    author.save()
    author.tab("History")
    expect(author.page.locator(".comparison .cm-deletedChunk").first).to_be_visible()


def _dialog(author: Author) -> None:
    author.button("New script").first.click()
    expect(author.page.get_by_role("dialog")).to_be_visible()


def _refused(author: Author) -> None:
    author.open("stars")
    author.tab("Details")
    author.page.get_by_role("textbox", name="Aliases").fill("no-name")
    author.page.keyboard.press("Enter")
    expect(author.page.locator(".details").get_by_role("alert")).to_be_visible()


def _alias_goes(author: Author) -> None:
    field = author.page.get_by_role("textbox", name="Aliases")
    field.fill("sterne")
    field.press("Enter")
    expect(author.code).to_contain_text("sterne")
    author.tab("Preview")
    author.write_document("[[sterne given=1]]\n")
    author.source.press("ControlOrMeta+s")
    expect(author.button("Save the document")).to_have_count(0)
    author.tab("Details")
    field.fill("")
    field.press("Enter")
    expect(author.page.get_by_role("dialog", name="Remove [[sterne]]?")).to_be_visible()


def _agreed(author: Author) -> None:
    author.page.keyboard.press("Escape")
    author.button("Files and index").click()
    agree = author.page.get_by_text("Files and index agree.")
    everything = author.button("Take all files")
    expect(agree.or_(everything).first).to_be_visible()
    if everything.count():
        everything.click()
    expect(agree).to_be_visible()


def _differences(author: Author) -> None:
    scripts = author.root / "scripts"
    (scripts / "stars.py").write_text((scripts / "stars.py").read_text() + "# more\n")
    (scripts / "other.py").write_text("x = 1\n")
    (scripts / "note.py").unlink()
    author.button("Compare again").click()
    expect(author.page.get_by_role("article")).to_have_count(3)


def _document_conflict(author: Author) -> None:
    author.open("stars")
    author.tab("Preview")
    author.write_document("# Mine\n")
    expect(author.button("Save the document")).to_be_visible()
    path = author.page.get_by_role("combobox", name="Document").input_value()
    (author.root / path).write_text("# Theirs\n")
    expect(author.page.get_by_role("alert")).to_contain_text("The document changed outside")


def _stopped(author: Author) -> None:
    author.open("stars")
    author.tab("Preview")
    author.write_document("[[stars given=1]]\n")
    author.write("def render(context):\n    while True: pass\n")
    author.button("Stop the rendering").click()
    expect(author.button("Render now")).to_be_visible()


def _diagnostics(author: Author) -> None:
    _run(author)
    author.button("Diagnostics").click()
    expect(author.page.get_by_role("row", name="stars")).to_be_visible()


VIEWS: list[Callable[[Author], None]] = [
    _run, _details, _history, _refused, _alias_goes, _agreed, _differences, _document_conflict, _diagnostics,
    _stopped, _preview, _dialog,
]  # fmt: skip


@pytest.fixture
def project(project: Path) -> Path:
    """With limits that leave time to press Stop."""
    (project / "pybridge.toml").write_text("[limits]\nitemS = 60\n")
    return project


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_objects_to_nothing(
    studio: Running, browser: Browser, sit_down: Sit, scheme: Any
) -> None:
    context = browser.new_context(viewport={"width": 1360, "height": 860}, color_scheme=scheme)
    author = sit_down(studio, in_context=context)
    author.page.evaluate(AXE.read_text("utf-8"))
    rules = RULES if scheme == "light" or IS_LONG else COLOURS
    objections = {"start": violations(author, rules=rules)}
    for view in VIEWS:
        view(author)
        author.page.mouse.move(0, 0)
        objections[view.__name__] = violations(author, rules=rules)
    context.close()
    assert {name: found for name, found in objections.items() if found} == {}


def test_a_narrow_window_shows_one_part_at_a_time(
    studio: Running, browser: Browser, sit_down: Sit
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 720})
    author = sit_down(studio, in_context=context)
    author.page.evaluate(AXE.read_text("utf-8"))
    author.open("stars")
    expect(author.page.locator(".sidebar")).to_be_hidden()
    author.button("Preview").click()
    expect(author.rendered).to_contain_text("**")
    expect(author.code).to_be_hidden()
    for part in ("Scripts", "Code", "Preview"):
        author.button(part).click()
        assert violations(author, without=WHOLE_PAGE) == []
        width = author.page.evaluate("document.documentElement.scrollWidth")
        assert width == 360, f"{part} is wider than the window"
    context.close()


def test_the_keyboard_alone_is_enough(author: Author) -> None:
    keys = author.page.keyboard
    author.page.get_by_role("searchbox", name="Filter scripts").focus()
    keys.type("stars")
    keys.press("Tab")
    keys.press("Enter")
    expect(author.code).to_be_visible()
    author.code.focus()
    keys.press("ControlOrMeta+End")
    keys.type("# more")
    keys.press("Escape")  # what completion offers
    keys.press("Escape")
    keys.press("Tab")
    expect(author.code).not_to_be_focused()
    keys.press("ControlOrMeta+s")
    expect(author.button("Saved")).to_be_visible()
    author.page.get_by_role("tab", name="Preview").focus()
    keys.press("ArrowRight")
    expect(author.page.get_by_role("tab", name="Run")).to_be_focused()
    keys.press("End")
    expect(author.page.get_by_role("tab", name="History")).to_have_attribute(
        "aria-selected", "true"
    )
    author.button("New script").first.focus()
    keys.press("Enter")
    expect(author.page.get_by_role("textbox", name="Title")).to_be_focused()
    keys.press("Escape")
    expect(author.page.get_by_role("dialog")).to_have_count(0)
    expect(author.button("New script").first).to_be_focused()


def walk_to(author: Author, target: Locator, key: str = "Tab") -> None:
    """Press Tab until *target* has the focus: it can be reached without a pointer."""
    in_editor = "document.activeElement.closest('.cm-content') !== null"
    for _ in range(80):
        if target.evaluate("(element) => element === document.activeElement"):
            return
        for _ in range(2 if author.page.evaluate(in_editor) else 0):
            author.page.keyboard.press("Escape")
        author.page.keyboard.press(key)
    raise AssertionError(f"{target} cannot be reached by Tab")


def test_an_authors_day_by_keyboard_alone(author: Author) -> None:
    keys, page = author.page.keyboard, author.page
    walk_to(author, author.button("New script").first)
    keys.press("Enter")
    expect(page.get_by_role("textbox", name="Title")).to_be_focused()
    keys.type("Wave")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Wave")).to_be_visible()

    walk_to(author, author.code)
    keys.press("ControlOrMeta+a")
    keys.press("Delete")
    keys.insert_text("def render(context):\n    return {'text': 'wave'}\n")
    keys.press("ControlOrMeta+s")
    expect(author.button("Saved")).to_be_visible()
    walk_to(author, page.get_by_role("tab", name="Preview"))
    walk_to(author, author.source)
    keys.press("ControlOrMeta+End")
    keys.type("\n[[wave]] again")
    expect(author.rendered).to_contain_text("wave again")

    keys.press("ControlOrMeta+Enter")
    expect(page.get_by_role("region", name="Outcome")).to_contain_text("wave")
    page.get_by_role("tab", name="Run").focus()
    keys.press("ArrowRight")
    expect(page.get_by_role("tab", name="Details")).to_be_focused()
    aliases = page.get_by_role("textbox", name="Aliases")
    walk_to(author, aliases)
    keys.type("welle")
    keys.press("Enter")
    expect(author.code).to_contain_text('ALIASES = ["welle"]')
    walk_to(author, author.button("Rename …"), "Shift+Tab")
    keys.press("Enter")
    expect(page.get_by_role("textbox", name="Slug")).to_be_focused()
    keys.press("ControlOrMeta+a")
    keys.type("greeting")
    keys.press("Enter")
    entry = page.locator(".script-list").get_by_role("button", name="greeting")
    expect(entry).to_have_attribute("aria-current", "true")

    walk_to(author, author.button("Files and index"), "Shift+Tab")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Files and index")).to_be_visible()
    walk_to(author, entry, "Shift+Tab")
    keys.press("Enter")
    walk_to(author, page.get_by_role("tab", name="Details"))
    walk_to(author, author.button("Delete …"))
    keys.press("Enter")
    walk_to(author, page.get_by_role("dialog").get_by_role("button", name="Delete"))
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Choose a script")).to_be_visible()
    assert not (author.root / "scripts" / "greeting.py").exists()
