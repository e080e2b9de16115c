"""Read HTML piece by piece, as browsers do. The same rules: web_worker/host/html/normalise.js."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Protocol

from pybridge.html.policy import Policy
from pybridge.html.tags import STRICT, Tag, lenient_tag, strict_tag
from pybridge.html.text import SPACE

_TAG_START = re.compile(r"</?[A-Za-z]")
_EMPTY_COMMENT = re.compile(r"<!--(?:-?>)")
_COMMENT_END = re.compile(r"--!?>")


class Pieces(Protocol):
    """Takes what is between the tags, in order."""

    is_exact: bool
    """Set to False where the source is not read alike by every reader."""

    def text(self, source: str) -> None:
        """Take text from between tags."""

    def comment(self, lost: str) -> None:
        """Take a comment, or what is read as one or not at all; *lost* is what its author may not have meant as one."""


Take = Callable[[Tag, int, int], int]
"""Takes the tag between two places; returns where the rest begins."""


def read(html: str, policy: Policy, pieces: Pieces, take: Take) -> None:
    """Give the tags of *html* to *take*, and what is between them to *pieces*."""
    at = 0
    while (start := html.find("<", at)) >= 0:
        if start > at:
            pieces.text(html[at:start])
        strict = STRICT.match(html, start)
        if strict is None:
            at = _read_lenient(html, start, policy, pieces, take)
        else:
            at = take(strict_tag(strict[0], policy), start, strict.end())
    if at < len(html):
        pieces.text(html[at:])


def _read_lenient(html: str, start: int, policy: Policy, pieces: Pieces, take: Take) -> int:
    """Read what begins with a `<` and is not a plain tag; return where the rest begins."""
    pieces.is_exact = False
    if _TAG_START.match(html, start):
        found = lenient_tag(html, start, policy)
        if found is not None:
            return take(found[0], start, found[1])
        pieces.comment(html[start:])
        return len(html)
    if html.startswith("<!--", start):
        ended = _EMPTY_COMMENT.match(html, start) or _COMMENT_END.search(html, start + 4)
        pieces.comment("" if ended else html[start:])
        return ended.end() if ended else len(html)
    if html.startswith(("<!", "<?"), start) or (
        html.startswith("</", start) and start + 2 < len(html)
    ):
        end = html.find(">", start) + 1 or len(html)
        pieces.comment(html[start:end])
        return end
    pieces.text("<")
    return start + 1


class RawText:
    """Where the elements of a text end that nothing but their own end tag ends."""

    def __init__(self, html: str) -> None:
        """Look in *html*."""
        self._html = html
        self._endless = {"plaintext"}
        """Names without an end tag in the rest: a text full of their start tags is searched once."""

    def end(self, name: str, start: int) -> tuple[int, bool] | None:
        """Return the end of the element whose content starts at *start*, and whether nothing is in it.

        None if its end tag is missing. Ask in the order of the text.
        """
        if name in self._endless:
            return None
        html = self._html
        found = _end_tag(name).search(html, start)
        end = html.find(">", found.end()) + 1 if found else 0
        if found is None or not end:
            self._endless.add(name)
            return None
        return end, found.start() == start and not html[found.end() : end - 1].strip(SPACE)


@functools.cache
def _end_tag(name: str) -> re.Pattern[str]:
    """Return the start of the end tag of *name*, one of the policy's names."""
    return re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE | re.ASCII)
