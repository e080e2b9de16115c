"""The address names what is open: a reload and a bookmark show it again."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from e2e.studio.conftest import Author

PATIENT_MS = 20_000
DOCUMENT = "posts/Größe & mehr.md"


def write_document(author: Author, project: Path) -> None:
    """Write a document that uses no macro of the script that is open beside it, and wait until the page has it."""
    (project / DOCUMENT).write_text("# Another\n\nWithout a macro.\n", "utf-8")
    expect(author.page.get_by_role("option", name=DOCUMENT)).to_have_count(1)


def test_script_document_and_panel_are_open_again(author: Author, project: Path) -> None:
    write_document(author, project)
    author.open("stars")
    author.choose(DOCUMENT)
    author.tab("Details")
    author.page.reload()
    expect(author.code).to_be_visible(timeout=PATIENT_MS)
    expect(author.page.get_by_role("heading", name="stars")).to_be_visible()
    expect(author.page.get_by_role("tab", name="Details")).to_have_attribute(
        "aria-selected", "true"
    )
    author.tab("Preview")
    expect(author.rendered).to_contain_text("Another", timeout=PATIENT_MS)


def test_a_bookmark_opens_in_the_open_page(author: Author, project: Path) -> None:
    write_document(author, project)
    author.open("stars")
    author.choose(DOCUMENT)
    expect(author.rendered).to_contain_text("Another", timeout=PATIENT_MS)
    bookmark = author.page.url
    author.choose("")
    expect(author.rendered).not_to_contain_text("Another")
    author.tab("Details")
    author.page.goto(bookmark)
    expect(author.rendered).to_contain_text("Another", timeout=PATIENT_MS)
    expect(author.page.get_by_role("tab", name="Preview")).to_have_attribute(
        "aria-selected", "true"
    )


def test_what_is_gone_by_then_is_left_out(author: Author, project: Path) -> None:
    author.open("stars")
    (project / "scripts/stars.py").unlink()
    author.page.goto(author.page.url.partition("#")[0] + "#script=scripts/stars.py&panel=nothing")
    author.page.reload()
    expect(author.page.get_by_role("heading", name="Choose a script")).to_be_visible(
        timeout=PATIENT_MS
    )
    expect(author.page.get_by_role("tab", name="Preview")).to_have_attribute(
        "aria-selected", "true"
    )
