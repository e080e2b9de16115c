"""Code spans in a piece of inline content, found as CommonMark reads it: from left to right, with links and tags."""

from __future__ import annotations

import re

from pybridge.macros.syntax.link_parts import LONGEST, is_allowed, link_end, normal_label

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Set

_STOP = re.compile(r"`+|\\|<|!?\[|\]")
_TICKS = re.compile("`+")
_AUTOLINK = re.compile(
    r"<([a-zA-Z][a-zA-Z0-9+.\-]{1,31}:[^<>\x00-\x20]*"
    r"|[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*)>"
)
_ATTRIBUTE = r"\s+[a-zA-Z_:][a-zA-Z0-9:._-]*(?:\s*=\s*(?:[^\"'=<>`\x00-\x20]+|'[^']*'|\"[^\"]*\"))?"
TAG = rf"<(?:[A-Za-z][A-Za-z0-9-]*(?:{_ATTRIBUTE})*\s*/?|/[A-Za-z][A-Za-z0-9-]*\s*)>"
_TAG = re.compile(TAG)
_DECLARATION = re.compile("<![A-Za-z]")
_ENDS = (("<!--", "-->"), ("<?", "?>"), ("<![CDATA[", "]]>"))
_LABEL = re.compile(r"\[((?:[^\\\[\]`<]|\\[\s\S])*+)\]")

Span = tuple[int, int]


class InlineReader:
    """Reads one piece of inline content."""

    def __init__(self, text: str, labels: Set[str], token_end: Callable[[int], int | None]) -> None:
        """Take the text, the labels that the document defines, and what finds the end of a macro with ticks."""
        self._text = text
        self._labels = labels
        self._token_end = token_end
        self._open: list[
            tuple[int, bool, int]
        ] = []  # brackets: end, whether an image's, _inactive then
        self._inactive = 0  # so many of them can begin no link: there are none in links
        self._last_runs: dict[int, int] | None = None
        self._missing: set[str] = set()  # ends that do not follow any more
        self.spans: list[Span] = []
        """Start and end of each code span, the ticks included."""

    def read(self) -> list[Span]:
        """Return the code spans."""
        at = 0
        while stop := _STOP.search(self._text, at):
            mark, at = stop.group(), stop.end()
            if mark[0] == "`":
                at = self._behind_ticks(stop.start(), at)
            elif mark == "\\":
                at += 1
            elif mark == "<":
                at = self._behind_tag(stop.start()) or at
            elif mark == "]":
                at = self._close(at)
            else:
                at = self._enter(stop.start(), at, is_image=mark[0] == "!")
        return self.spans

    def _enter(self, start: int, at: int, *, is_image: bool) -> int:
        end = self._token_end(at - 1) if self._text.startswith("[", at) else None
        if end is not None:
            return end
        self._open.append((at, is_image, self._inactive))
        return at

    def _behind_ticks(self, start: int, at: int) -> int:
        length = at - start
        if self._last_runs is None:
            runs = _TICKS.finditer(self._text)
            self._last_runs = {run.end() - run.start(): run.start() for run in runs}
        if self._last_runs.get(length, -1) < at:
            return at
        for run in _TICKS.finditer(self._text, at):
            if run.end() - run.start() == length:
                self.spans.append((start, run.end()))
                return run.end()
        return at

    def _behind_tag(self, start: int) -> int | None:
        """Return the end of the autolink or piece of HTML at *start*, None without one."""
        text, limit = self._text, start + LONGEST
        link = _AUTOLINK.match(text, start, limit)
        if link and is_allowed(link[1]):
            return link.end()
        for opening, closing in _ENDS:
            if text.startswith(opening, start):
                return self._behind(start, len(opening), closing)
        if _DECLARATION.match(text, start):
            return self._behind(start, 3, ">")
        tag = _TAG.match(text, start, limit)
        return tag.end() if tag else None

    def _behind(self, start: int, length: int, closing: str) -> int | None:
        if closing == "-->" and self._text.startswith(("<!-->", "<!--->"), start):
            return self._text.index(">", start) + 1
        if closing in self._missing:
            return None
        end = self._text.find(closing, start + length)
        if end < 0:
            self._missing.add(closing)
            return None
        return end + len(closing)

    def _close(self, at: int) -> int:
        """Take the `]` before *at*; return the end of the link or image that it belongs to, else *at*."""
        if not self._open:
            return at
        start, is_image, inactive_before = self._open.pop()
        number = len(self._open)
        was_inactive = number < self._inactive
        self._inactive = min(self._inactive, number)
        if was_inactive and not is_image:
            return at
        end = self._link_end(self._text[start : at - 1], at)
        if end is None:
            return at
        self._inactive = inactive_before if is_image else number
        return end

    def _link_end(self, label: str, at: int) -> int | None:
        text = self._text
        if text.startswith("(", at):
            end = link_end(text, at)
            if end >= 0:
                return end
        if not self._labels:
            return None
        end = at
        if text.startswith("[", at):
            named = _LABEL.match(text, at, at + LONGEST)
            if named:
                end, label = named.end(), named[1] or label
        return end if normal_label(label) in self._labels else None
