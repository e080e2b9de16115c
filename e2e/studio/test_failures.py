"""What fails in a script is shown at its line, linked, and counted."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.studio.conftest import Author

FAILS = (
    "def half(n):\n    return n / 0\n\n\ndef render(context):\n    return {'text': str(half(4))}\n"
)
WARNS = "def render(context):\n    return {'text': 'x', 'warnings': ['thin ice']}\n"


@pytest.fixture
def author(shared_author: Author) -> Author:
    return shared_author


def test_a_line_that_fails_is_marked_and_linked(author: Author) -> None:
    author.open("stars")
    author.choose("posts/soup.md")
    author.write(FAILS)
    errors = author.page.get_by_role("region", name="Errors in the document")
    expect(errors).to_contain_text("division by zero")
    expect(author.page.locator(".script .cm-lint-marker-error")).to_be_visible()
    expect(author.page.locator(".script .cm-lintRange-error")).to_be_visible()
    author.open("note")
    place = errors.get_by_role("button", name="scripts/stars.py:2")
    author.choose("posts/soup.md")
    place.click()
    expect(author.page.get_by_role("heading", name="stars", exact=True)).to_be_visible()
    expect(author.page.locator(".script .cm-activeLine")).to_have_text("    return n / 0")
    expect(author.page.get_by_role("combobox", name="Document")).to_have_value("posts/soup.md")
    author.write(FAILS.replace("n / 0", "n / 2"))
    expect(author.rendered).to_contain_text("2.0")
    expect(author.page.locator(".script .cm-lint-marker-error")).to_have_count(0)


def test_a_failed_run_links_to_its_line(author: Author) -> None:
    author.open("stars")
    author.tab("Run")
    author.write(FAILS)
    author.page.get_by_role("textbox", name="Macro").fill("[[stars given=1]]")
    author.button("Run").first.click()
    outcome = author.page.get_by_role("region", name="Outcome")
    outcome.get_by_role("button", name="scripts/stars.py:2").click()
    expect(author.page.locator(".script .cm-activeLine")).to_have_text("    return n / 0")


def test_warnings_are_listed_and_counted(author: Author) -> None:
    author.open("stars")
    author.choose("posts/soup.md")
    author.write(WARNS)
    found = author.page.get_by_role("region", name="Errors in the document")
    expect(found.get_by_role("heading")).to_have_text("1 warning")
    expect(found).to_contain_text("thin ice")


def test_what_the_page_loses_of_a_documents_own_html_is_listed(author: Author) -> None:
    author.choose("posts/soup.md")
    author.write_document("Use <script> and <use> here.")
    found = author.page.get_by_role("region", name="Errors in the document")
    expect(found.get_by_role("heading")).to_have_text("1 warning")
    expect(found).to_contain_text("left out of the HTML: <script>, <use>")
    expect(author.rendered).to_contain_text("here.")
