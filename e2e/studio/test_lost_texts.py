"""No text is lost: two tabs with one studio, and a folded header that nobody sees."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from e2e.studio.conftest import Author

PATIENT_MS = 30_000
ONE = 'def render(context):\n    return {"text": "one"}\n'
TWO = 'def render(context):\n    return {"text": "two"}\n'


@pytest.fixture
def other(author: Author) -> Author:
    """The same studio in a second tab of the same browser."""
    second = Author(author.page.context.new_page(), author.root)
    second.page.goto(author.page.url.partition("#")[0])
    return second


def test_what_one_tab_saves_takes_no_text_from_the_other(
    author: Author, other: Author, project: Path
) -> None:
    author.open("stars")
    other.open("stars")
    author.write(ONE)
    other.write(TWO)
    author.page.bring_to_front()
    author.save()
    expect(other.page.get_by_role("alert")).to_contain_text("The file changed outside")
    other.page.reload()
    expect(other.code).to_contain_text('"two"', timeout=PATIENT_MS)
    expect(other.page.get_by_role("alert")).to_contain_text("The file changed outside")
    author.page.reload()
    expect(author.code).to_contain_text('"one"', timeout=PATIENT_MS)
    expect(author.button("Saved")).to_be_visible()
    other.button("Keep mine").click()
    expect(other.button("Saved")).to_be_visible()
    assert '"two"' in (project / "scripts" / "stars.py").read_text()


def test_the_text_of_a_tab_that_was_closed_is_in_the_next_one(
    author: Author, other: Author
) -> None:
    author.open("stars")
    other.open("stars")
    author.write(ONE)
    other.write(TWO)
    expect(other.button("Save")).to_be_visible()
    other.page.close()
    author.page.reload()
    expect(author.code).to_contain_text('"one"', timeout=PATIENT_MS)
    author.save()
    third = Author(author.page.context.new_page(), author.root)
    third.page.goto(author.page.url.partition("#")[0])
    third.open("stars")
    expect(third.code).to_contain_text('"two"', timeout=PATIENT_MS)
    expect(third.page.get_by_role("alert")).to_contain_text("The file changed outside")


def test_all_of_a_text_is_replaced_and_its_header_stays(author: Author, project: Path) -> None:
    path = project / "scripts" / "stars.py"
    author.open("stars")
    author.tab("Details")
    title = author.page.get_by_role("textbox", name="Title")
    title.fill("Stars of the night")
    title.press("Enter")
    expect(author.page.locator(".script .cm-foldPlaceholder")).to_be_visible(timeout=PATIENT_MS)
    id_ = path.read_text().split("\n")[2]
    assert id_.startswith("id: ")
    author.write(ONE)
    author.save()
    written = path.read_text()
    assert (id_ in written, written.endswith(ONE)) == (True, True)
    author.code.click()
    author.page.keyboard.press("ControlOrMeta+a")
    author.page.keyboard.press("Delete")
    author.save()
    assert id_ in path.read_text()
    assert "render(context)" not in path.read_text()
