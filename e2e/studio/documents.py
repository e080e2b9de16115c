"""Texts that an author and somebody else write, and what is shown of them."""

from __future__ import annotations

from playwright.sync_api import expect

from e2e.studio.conftest import STARS, Author

MINE = STARS.replace('"*"', '"mine"')
THEIRS = STARS.replace('"*"', '"theirs"')
SOUP_HEAD = "---\ntitle: Soup\ntags: [soup]\n---\n"
"""Stays when the text behind it is replaced."""
MY_SOUP = "# My soup\n\n[[stars given=1]]\n"
THEIR_SOUP = "# Their soup\n\n[[stars given=3]]\n"


def show_soup(author: Author) -> None:
    author.open("stars")
    author.page.get_by_role("combobox", name="Document").select_option("posts/soup.md")
    expect(author.rendered).to_contain_text("****")


def show_document(author: Author, text: str) -> None:
    """Open the document again; its source is *text*."""
    author.open("stars")
    author.page.get_by_role("combobox", name="Document").select_option("posts/soup.md")
    expect(author.source).to_contain_text(text.splitlines()[0][2:])
