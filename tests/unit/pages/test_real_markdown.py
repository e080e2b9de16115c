"""Real Markdown without macros comes out as it is, without a warning, and its page has the text that Markdown gives it.

The files are those of the packages that are installed here; `PYBRIDGE_MARKDOWN` names further folders for a long run.
"""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Iterator
from email import message_from_string
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from pybridge import resources
from pybridge.html.policy import html_policy
from pybridge.html.splice import finish_document
from pybridge.macros.syntax.front_matter import front_matter_end
from pybridge.macros.syntax.tokens import find_tokens
from pybridge.pages.markdown import page_body
from tests.amounts import IS_LONG, amount
from tests.unit.macros.host import Host

FURTHER = os.environ.get("PYBRIDGE_MARKDOWN", "") if IS_LONG else ""
FILES = amount(150, 100_000)
FEWEST = 2500 if FURTHER else 150
LONGEST = amount(100_000, 5_000_000)
CONVERTER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
UNSEEN = {
    "script",
    "style",
    "template",
    "noscript",
    "iframe",
    "title",
    "textarea",
    "select",
    "option",
}
"""Elements whose text does not show, or that pages do not have."""


def texts() -> Iterator[str]:
    """Yield each different text once."""
    seen: set[str] = set()
    for path in sorted(
        found(), key=lambda each: sha256(each.name.encode() + each.parent.name.encode()).digest()
    ):
        try:
            text = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if path.name == "METADATA":
            message = message_from_string(text)
            text = (
                str(message.get_payload())
                if "markdown" in (message["Description-Content-Type"] or "")
                else ""
            )
        if text and len(text) <= LONGEST and text not in seen:
            seen.add(text)
            yield text


def found() -> Iterator[Path]:
    root = resources.root()
    yield from (root / "node_modules").rglob("*.md")
    yield from Path(sysconfig.get_path("purelib")).rglob("*.dist-info/METADATA")
    for folder in FURTHER.split(os.pathsep):
        for pattern in ("*.md", "*.markdown", "METADATA"):
            yield from Path(folder).rglob(pattern) if folder else ()


class Text(HTMLParser):
    """The text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self._unseen = 0
        self._pieces: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._unseen += tag in UNSEEN

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in UNSEEN and self._unseen > 0

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._pieces.append(data)

    @property
    def words(self) -> list[str]:
        return "".join(self._pieces).split()


@pytest.fixture(scope="module")
def host() -> Host:
    made = Host()
    made.load_defaults()
    return made


def test_real_markdown_stays_as_it_is(host: Host) -> None:
    count = 0
    for text in texts():
        if find_tokens(text, markdown=True):
            continue
        count += 1
        document = finish_document(host.document(text), html_policy())
        assert (document["output"], document["warnings"], document["errors"]) == (text, [], [])
        page = page_body(document["parts"], document["macros"], html_policy())
        expected = CONVERTER.render(text[front_matter_end(text) :])
        assert Text(page).words == Text(expected).words
        if count == FILES:
            break
    assert count >= FEWEST
