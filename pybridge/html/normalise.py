"""Bring HTML into a form that every parser reads alike. The same rules: web_worker/host/html/normalise.js."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pybridge.html.open_elements import TooDeep
from pybridge.html.policy import Bounds, Policy
from pybridge.html.tags import STRICT, Tag, TooManyAttributes, lenient_tag, strict_tag
from pybridge.html.tree import SPACE, TooManyTags, TreeBuilder

_NEWLINE = re.compile(r"\r\n?")
_TAG_START = re.compile(r"</?[A-Za-z]")
_EMPTY_COMMENT = re.compile(r"<!--(?:-?>)")
_COMMENT_END = re.compile(r"--!?>")


@dataclass(frozen=True)
class Normalised:
    """HTML in the form that every parser reads alike."""

    html: str
    for_library: str
    """The same with plainer hosts in URLs."""
    is_exact: bool
    """Whether the source says the same, tag by tag, with nothing left out."""
    left_out: Sequence[str]
    """What was left out, in order, each once."""
    frames: Sequence[str | None]
    """The src of each iframe that was left out."""


def normalise(html: str, policy: Policy, bounds: Bounds) -> Normalised | None:
    """Return *html* without what the policy does not list, well nested; None if it exceeds the *bounds*."""
    if _length(html, bounds.characters) > bounds.characters:
        return None
    builder = TreeBuilder(policy, bounds)
    try:
        _read(_NEWLINE.sub("\n", html.replace("\0", "")), builder, policy)
        builder.finish()
    except (TooDeep, TooManyAttributes, TooManyTags):
        return None
    written = "".join(builder.written)
    for index, tag in builder.plainer.items():
        builder.written[index] = tag
    plainer = "".join(builder.written) if builder.plainer else written
    is_exact = builder.is_exact and "\0" not in html
    return Normalised(written, plainer, is_exact, tuple(builder.left_out), tuple(builder.frames))


def _length(html: str, bound: int) -> int:
    """Return the length as JavaScript counts it, if that decides whether *html* is longer than *bound*."""
    is_clear = html.isascii() or not len(html) <= bound < 2 * len(html)
    return len(html) if is_clear else len(html.encode("utf-16-le", "surrogatepass")) // 2


def _read(html: str, builder: TreeBuilder, policy: Policy) -> None:
    at = 0
    while (start := html.find("<", at)) >= 0:
        if start > at:
            builder.text(html[at:start])
        strict = STRICT.match(html, start)
        if strict is None:
            at = _read_lenient(html, start, builder, policy)
        else:
            at = _take(html, strict_tag(strict[0], policy), strict.end(), builder, policy)
    if at < len(html):
        builder.text(html[at:])


def _take(html: str, tag: Tag, end: int, builder: TreeBuilder, policy: Policy) -> int:
    """Give a tag to *builder*; return where the rest begins."""
    if tag.is_end:
        builder.end(tag)
    elif tag.name not in policy.structure.raw_text_tags:
        builder.start(tag)
    elif builder.is_foreign and tag.is_self_closing:
        builder.raw_text(tag, is_empty=False)
    else:
        after, is_empty = _after_raw_text(html, tag.name, end)
        builder.raw_text(tag, is_empty=is_empty)
        return after
    return end


def _after_raw_text(html: str, name: str, start: int) -> tuple[int, bool]:
    """Return the end of an element that no tag but its own end tag ends, and whether nothing is in it."""
    found = None if name == "plaintext" else _end_tag(name).search(html, start)
    end = html.find(">", found.end()) + 1 if found else 0
    if found is None or not end:
        return len(html), False
    return end, found.start() == start and not html[found.end() : end - 1].strip(SPACE)


@functools.cache
def _end_tag(name: str) -> re.Pattern[str]:
    """Return the start of the end tag of *name*, one of the policy's names."""
    return re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE | re.ASCII)


def _read_lenient(html: str, start: int, builder: TreeBuilder, policy: Policy) -> int:
    """Read what begins with a `<` and is not a plain tag; return where the rest begins."""
    builder.is_exact = False
    if _TAG_START.match(html, start):
        found = lenient_tag(html, start, policy)
        return len(html) if found is None else _take(html, *found, builder, policy)
    if html.startswith("<!--", start):
        builder.comment()
        empty = _EMPTY_COMMENT.match(html, start)
        end = empty or _COMMENT_END.search(html, start + 4)
        return end.end() if end else len(html)
    if html.startswith(("<!", "<?"), start) or (
        html.startswith("</", start) and start + 2 < len(html)
    ):
        builder.comment()
        return html.find(">", start) + 1 or len(html)
    builder.text("<")
    return start + 1
