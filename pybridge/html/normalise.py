"""Bring HTML into a form that every parser reads alike. The same rules: web_worker/host/html/normalise.js."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pybridge.html.open_elements import TooDeep
from pybridge.html.page_ends import page_ends
from pybridge.html.policy import Bounds, Policy
from pybridge.html.reader import RawText, read
from pybridge.html.tags import Tag, TooManyAttributes
from pybridge.html.tree import TooManyTags, TreeBuilder

_NEWLINE = re.compile(r"\r\n?")


@dataclass(frozen=True)
class Normalised:
    """HTML in the form that every parser reads alike."""

    html: str
    for_library: str
    """The same with plainer hosts in URLs."""
    is_exact: bool
    """Whether the source says the same, tag by tag, with nothing left out."""
    is_plain: bool
    """Whether all of its elements may stand anywhere, and are read alike everywhere."""
    left_out: Sequence[str]
    """What was left out, in order, each once."""
    frames: Sequence[str | None]
    """The src of each iframe that was left out."""


def normalise(html: str, policy: Policy, bounds: Bounds) -> Normalised | None:
    """Return *html* without what the policy does not list, well nested; None if it exceeds the *bounds*."""
    return _normalise(html, policy, bounds, is_page=False)


def normalise_page(html: str, policy: Policy) -> Normalised | None:
    """Return the same of a page, within its bounds: an element without its end tag takes nothing of the rest with it."""
    return _normalise(html, policy, policy.page_bounds, is_page=True)


def _normalise(html: str, policy: Policy, bounds: Bounds, *, is_page: bool) -> Normalised | None:
    if _length(html, bounds.characters) > bounds.characters:
        return None
    builder = TreeBuilder(policy, bounds)
    try:
        text = _NEWLINE.sub("\n", html.replace("\0", ""))
        tags = _Tags(text, builder, policy, is_page=is_page)
        read(text, policy, builder, tags.take)
        builder.finish()
    except (TooDeep, TooManyAttributes, TooManyTags):
        return None
    written = "".join(builder.written)
    for index, tag in builder.plainer.items():
        builder.written[index] = tag
    plainer = "".join(builder.written) if builder.plainer else written
    is_exact = builder.is_exact and "\0" not in html
    return Normalised(
        html=written,
        for_library=plainer,
        is_exact=is_exact,
        is_plain=builder.is_plain,
        left_out=tuple(builder.left_out),
        frames=tuple(builder.frames),
    )


def _length(html: str, bound: int) -> int:
    """Return the length as JavaScript counts it, if that decides whether *html* is longer than *bound*."""
    is_clear = html.isascii() or not len(html) <= bound < 2 * len(html)
    return len(html) if is_clear else len(html.encode("utf-16-le", "surrogatepass")) // 2


class _Tags:
    """Gives the tags of a text to a builder."""

    def __init__(self, html: str, builder: TreeBuilder, policy: Policy, *, is_page: bool) -> None:
        self._html = html
        self._builder = builder
        self._policy = policy
        self._is_page = is_page
        self._raw = RawText(html)

    def take(self, tag: Tag, start: int, end: int) -> int:
        """Give a tag to the builder; return where the rest begins."""
        builder = self._builder
        if tag.is_end:
            builder.end(tag)
        elif tag.name in self._policy.structure.raw_text_tags:
            return self._take_raw_text(tag, end)
        elif self._is_page and builder.drops(tag.name):
            builder.leave_out(tag)
            return self._ends.get(start, end)
        else:
            builder.start(tag)
        return end

    def _take_raw_text(self, tag: Tag, end: int) -> int:
        after, is_empty = end, False
        if not (self._builder.is_foreign and tag.is_self_closing):
            without = end if self._is_page else len(self._html)
            after, is_empty = self._raw.end(tag.name, end) or (without, False)
        self._builder.raw_text(tag, is_empty=is_empty)
        return after

    @functools.cached_property
    def _ends(self) -> Mapping[int, int]:
        return page_ends(self._html, self._policy)
