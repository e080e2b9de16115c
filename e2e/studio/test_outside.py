"""A project that is changed outside of the page: nothing is lost, and everything is said in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from e2e.studio.conftest import Author
from e2e.studio.documents import (
    MINE,
    MY_SOUP,
    SOUP_HEAD,
    THEIR_SOUP,
    THEIRS,
    show_document,
    show_soup,
)


@pytest.fixture
def author(shared_author: Author) -> Author:
    return shared_author


@pytest.fixture
def project(shared_author: Author) -> Path:
    return shared_author.root


def test_a_file_that_changes_outside_is_shown_as_it_is(author: Author, project: Path) -> None:
    author.open("stars")
    expect(author.rendered).to_contain_text("**")
    (project / "scripts" / "stars.py").write_text(THEIRS)
    expect(author.code).to_contain_text("theirs")
    expect(author.rendered).to_contain_text("theirs")


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        pytest.param("Keep mine", "mine", id="mine"),
        pytest.param("Take theirs", "theirs", id="theirs"),
    ],
)
def test_a_conflict_is_offered_and_either_text_can_be_kept(
    author: Author, project: Path, choice: str, kept: str
) -> None:
    author.open("stars")
    author.write(MINE)
    (project / "scripts" / "stars.py").write_text(THEIRS)
    banner = author.page.get_by_role("alert")
    expect(banner).to_contain_text("The file changed outside while you were writing.")
    author.button("Compare").click()
    dialog = author.page.get_by_role("dialog")
    expect(dialog.get_by_role("textbox", name="Theirs: the file")).to_contain_text("theirs")
    expect(dialog.get_by_role("textbox", name="Mine: the editor")).to_contain_text("mine")
    dialog.get_by_role("button", name=choice).click()
    expect(banner).to_have_count(0)
    expect(author.button("Saved")).to_be_visible()
    expect(author.code).to_contain_text(kept)
    assert kept in (project / "scripts" / "stars.py").read_text()


def test_a_file_deleted_outside_can_be_written_again(author: Author, project: Path) -> None:
    author.open("stars")
    author.write(MINE)
    (project / "scripts" / "stars.py").unlink()
    expect(author.page.get_by_role("alert")).to_contain_text("The file was deleted outside.")
    author.button("Write it again").click()
    expect(author.button("Saved")).to_be_visible()
    assert '"mine"' in (project / "scripts" / "stars.py").read_text()


def test_a_document_that_changes_outside_is_shown_as_it_is(author: Author, project: Path) -> None:
    show_soup(author)
    (project / "posts" / "soup.md").write_text(THEIR_SOUP)
    expect(author.source).to_contain_text("Their soup")
    expect(author.rendered).to_contain_text("Their soup")


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        pytest.param("Keep mine", MY_SOUP, id="mine"),
        pytest.param("Take theirs", THEIR_SOUP, id="theirs"),
    ],
)
def test_a_conflict_over_a_document_is_offered_and_either_text_can_be_kept(
    author: Author, project: Path, choice: str, kept: str
) -> None:
    show_soup(author)
    author.write_document(MY_SOUP)
    expect(author.button("Save the document")).to_be_visible()
    (project / "posts" / "soup.md").write_text(THEIR_SOUP)
    banner = author.page.get_by_role("alert")
    expect(banner).to_contain_text("The document changed outside while you were writing.")
    author.source.press("ControlOrMeta+s")
    assert (project / "posts" / "soup.md").read_text() == THEIR_SOUP, "nothing is written unseen"
    author.button("Compare").click()
    dialog = author.page.get_by_role("dialog")
    expect(dialog.get_by_role("textbox", name="Theirs: the file")).to_contain_text("Their soup")
    expect(dialog.get_by_role("textbox", name="Mine: the editor")).to_contain_text("My soup")
    dialog.get_by_role("button", name=choice).click()
    expect(banner).to_have_count(0)
    expect(author.button("Save the document")).to_have_count(0)
    expect(author.rendered).to_contain_text(kept.splitlines()[0][2:])
    head = SOUP_HEAD if kept == MY_SOUP else ""
    assert (project / "posts" / "soup.md").read_text() == head + kept
    author.page.reload()
    expect(author.page.get_by_text("Python is ready")).to_be_visible(timeout=60_000)
    show_document(author, kept)
    expect(banner).to_have_count(0)


def test_a_document_deleted_outside_can_be_written_again(author: Author, project: Path) -> None:
    show_soup(author)
    author.write_document(MY_SOUP)
    (project / "posts" / "soup.md").unlink()
    banner = author.page.get_by_role("alert")
    expect(banner).to_contain_text("The document was deleted outside.")
    author.button("Write it again").click()
    expect(banner).to_have_count(0)
    expect(author.button("Save the document")).to_have_count(0)
    assert (project / "posts" / "soup.md").read_text() == SOUP_HEAD + MY_SOUP


def test_another_document_can_be_looked_at_while_one_is_unsaved(author: Author) -> None:
    show_soup(author)
    author.write_document(MY_SOUP)
    documents = author.page.get_by_role("combobox", name="Document")
    documents.select_option("posts/fog.md")
    expect(author.source).to_contain_text("Fog")
    documents.select_option(label="posts/soup.md (unsaved)")
    expect(author.source).to_contain_text("My soup")
    author.button("Revert the document").click()
    expect(author.source).to_contain_text("It is good")
    expect(author.page.get_by_text("unsaved, kept in this browser")).to_have_count(0)


def test_unsaved_changes_survive_a_reload(author: Author) -> None:
    author.open("stars")
    author.write(MINE)
    expect(author.button("Save")).to_be_enabled()
    author.page.reload()
    expect(author.page.get_by_text("Python is ready")).to_be_visible(timeout=60_000)
    author.open("stars")
    expect(author.code).to_contain_text("mine")
    expect(author.page.get_by_text("Restored unsaved changes of scripts/stars.py")).to_be_visible()
    author.button("Revert").click()
    expect(author.button("Saved")).to_be_visible()


def test_a_conflict_is_seen_where_the_file_changed_while_nobody_looked(
    author: Author, project: Path
) -> None:
    author.open("stars")
    author.write(MINE)
    author.page.goto("about:blank")
    (project / "scripts" / "stars.py").write_text(THEIRS)
    author.page.go_back()
    expect(author.page.get_by_text("Python is ready")).to_be_visible(timeout=60_000)
    author.open("stars")
    expect(author.page.get_by_role("alert")).to_contain_text("The file changed outside")
