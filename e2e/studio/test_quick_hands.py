"""An author whose hands are quicker than the page: several things in one task of its event loop."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from e2e.studio.conftest import ENDLESS, PASTE, PATIENT, STARS, Author, make_project

PASTE_INTO_BOTH = """([script, post]) => {
  for (const [editor, text] of [[".script .cm-content", script], [".preview .cm-content", post]]) {
    const content = document.querySelector(editor);
    content.focus();
    content.dispatchEvent(new KeyboardEvent("keydown", { key: "a", ctrlKey: true, bubbles: true }));
    (PASTE)(content, text);
  }
}""".replace("PASTE", PASTE)
OPEN_DETAILS_AND_TYPE = """async (text) => {
  [...document.querySelectorAll("[role=tab]")].find((tab) => tab.textContent === "Details").click();
  while (!document.querySelector("[name=aliases]")) await null;  // not one frame is painted
  const field = document.querySelector("[name=aliases]");
  field.focus();
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}"""


@pytest.fixture
def author(shared_author: Author) -> Author:
    return shared_author


@pytest.fixture(scope="module")
def lasting_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("patient"), PATIENT)


def test_a_document_is_rendered_with_the_script_as_it_was_typed(author: Author) -> None:
    """Rendered with the script as it was before, the page would wait for Stop."""
    author.open("stars")
    expect(author.rendered).to_contain_text("**")
    author.write_document("# No macro here\n")
    expect(author.rendered).to_have_text("No macro here")
    author.write("ALIASES = ['endless']\n\n\ndef render(context):\n" + ENDLESS)
    author.tab("Details")
    # Not saved: that it is called so only the worker can know.
    expect(author.page.get_by_role("textbox", name="Aliases")).to_have_value("endless")
    author.tab("Preview")
    author.page.evaluate(PASTE_INTO_BOTH, [STARS, "[[stars given=3]]\n"])
    expect(author.rendered.locator("b")).to_have_text("***", timeout=20_000)


def test_what_is_typed_into_a_field_that_just_appeared_stays(author: Author) -> None:
    author.open("stars")
    expect(author.rendered).to_contain_text("**")
    author.page.evaluate(OPEN_DETAILS_AND_TYPE, "sterne")
    aliases = author.page.get_by_role("textbox", name="Aliases")
    aliases.press("Enter")
    expect(author.code).to_contain_text('ALIASES = ["sterne"]')
    expect(aliases).to_have_value("sterne")


def test_problems_of_a_script_that_is_run_at_once_are_shown(author: Author) -> None:
    author.open("stars")
    author.tab("Run")
    run = author.button("Run").first
    expect(run).to_be_enabled()
    author.write("def render(context)\n    return {}\n")
    run.evaluate("(button) => button.click()")
    expect(author.problems).to_be_visible()
