"""A reload shows what was open."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from e2e.studio.conftest import Author

PATIENT_MS = 20_000


def test_script_document_and_panel_are_open_again(author: Author, project: Path) -> None:
    (project / "posts/Größe & mehr.md").write_text("# Another\n\n[[stars given=2]]\n")
    expect(author.page.get_by_role("option", name="Größe & mehr")).to_have_count(1)
    author.open("stars")
    author.choose("posts/Größe & mehr.md")
    author.tab("Details")
    author.page.reload()
    expect(author.code).to_be_visible(timeout=PATIENT_MS)
    expect(author.page.get_by_role("heading", name="stars")).to_be_visible()
    expect(author.page.get_by_role("tab", name="Details")).to_have_attribute(
        "aria-selected", "true"
    )
    author.tab("Preview")
    expect(author.rendered).to_contain_text("Another", timeout=PATIENT_MS)


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
