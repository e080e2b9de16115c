"""Markdown's block structure, as far as it is needed to find code.

A reading of CommonMark's container rules that knows block quotes, list items, paragraphs with lazy
continuation, headings and fences, and reports two things: where fenced code lies, and where inline
content (hence a code span) has to end.
"""

from __future__ import annotations

import re

_QUOTE = -1
_DEEPEST = 64  # containers; deeper ones are read as text, so that time stays linear

_MARKS = frozenset(" \t>#-+*_=~`0123456789")  # what a line that changes the structure starts with
_HEADING = re.compile(r"#{1,6}(?:[ \t]|$)")
_MARKER = re.compile(r"(?:[-+*]|([0-9]{1,9})[.)])(?=[ \t]|$)")
_FENCE = re.compile(r"(`{3,})[^`]*$|(~{3,})")
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*$")
_RULE = re.compile(r"(?:\*[ \t]*){3,}$|(?:-[ \t]*){3,}$|(?:_[ \t]*){3,}$")


class Blocks:
    """Where the code blocks of a text lie, and where its inline content breaks."""

    __slots__ = ("breaks", "fences")

    def __init__(self) -> None:
        self.fences: list[tuple[int, int]] = []
        """Start and end of each fenced block, in order, the fences included."""
        self.breaks: list[int] = []
        """Offsets which no inline construct crosses, in rising order."""


def read_blocks(text: str, start: int) -> Blocks:
    """Return the block structure of *text* from *start* on."""
    if "\r" in text:  # same length, so that offsets stay
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    reader = _BlockReader(text)
    end = len(text)
    while start < end:
        newline = text.find("\n", start)
        line_end = newline if newline >= 0 else end
        reader.read_line(start, line_end)
        start = line_end + 1
    return reader.finish()


class _BlockReader:
    """Takes a text line by line and keeps the open containers, paragraph and fence."""

    __slots__ = (
        "_at",
        "_blocks",
        "_column",
        "_containers",
        "_end",
        "_fence",
        "_in_paragraph",
        "_text",
    )

    def __init__(self, text: str) -> None:
        self._text = text
        self._blocks = Blocks()
        self._containers: list[int] = []  # _QUOTE, or the indentation a list item's content needs
        self._fence: tuple[int, str, int] | None = None  # start, fence, containers around it
        self._in_paragraph = False
        self._at = self._column = self._end = 0

    def finish(self) -> Blocks:
        """Close all open blocks at the end of the text and return the result."""
        if self._fence:
            self._close_fence(len(self._text))
        return self._blocks

    def read_line(self, start: int, end: int) -> None:
        """Take the line from *start* to *end*, its newline excluded."""
        if start == end and not self._fence:
            self._read_blank_line(start, self._outside_quotes())
            return
        if self._in_paragraph and not self._containers and self._text[start] not in _MARKS:
            return  # the common case: a paragraph goes on
        self._at, self._end, self._column = start, end, 0
        matched = self._match_containers()
        if self._fence and not self._leave_fence(start, matched):
            return
        after_space, _ = self._skip_blanks()
        if after_space >= end:
            self._read_blank_line(start, matched)
            return
        self._read_content(start, matched)

    def _outside_quotes(self) -> int:
        containers = self._containers
        return containers.index(_QUOTE) if _QUOTE in containers else len(containers)

    def _skip_blanks(self) -> tuple[int, int]:
        """Return offset and column behind the blanks that come next."""
        text, at, column = self._text, self._at, self._column
        while at < self._end:
            if text[at] == " ":
                column += 1
            elif text[at] == "\t":
                column += 4 - column % 4
            else:
                break
            at += 1
        return at, column

    def _match_containers(self) -> int:
        """Consume the prefixes of the open containers; return how many go on in this line."""
        for number, container in enumerate(self._containers):
            at, column = self._skip_blanks()
            if container == _QUOTE:
                if at >= self._end or self._text[at] != ">" or column - self._column > 3:
                    return number
                self._enter_quote(at, column)
            elif at < self._end:
                if column - self._column < container:
                    return number
                self._advance(container)
        return len(self._containers)

    def _enter_quote(self, at: int, column: int) -> None:
        self._at, self._column = at + 1, column + 1
        if self._text[at + 1 : at + 2] == " ":
            self._advance(1)

    def _advance(self, columns: int) -> None:
        target = self._column + columns
        while self._column < target and self._at < self._end:
            self._column += 4 - self._column % 4 if self._text[self._at] == "\t" else 1
            self._at += 1

    def _leave_fence(self, start: int, matched: int) -> bool:
        """Whether the line lies behind the open fence: its containers ended before it."""
        assert self._fence is not None
        _, fence, depth = self._fence
        if matched < depth:
            self._close_fence(start)
            return True
        at, column = self._skip_blanks()
        line = self._text[at : min(self._end, at + len(fence))]
        if line == fence and column - self._column <= 3:
            rest = self._text[at : self._end].lstrip(fence[0])
            if not rest.strip(" \t"):
                self._close_fence(self._end)
        return False

    def _close_fence(self, end: int) -> None:
        assert self._fence is not None
        self._blocks.fences.append((self._fence[0], end))
        self._blocks.breaks.append(end)
        self._fence = None
        self._in_paragraph = False

    def _read_blank_line(self, start: int, matched: int) -> None:
        del self._containers[matched:]
        if self._in_paragraph:
            self._blocks.breaks.append(start)
            self._in_paragraph = False

    def _read_content(self, start: int, matched: int) -> None:
        """Take a line with something on it: open containers, then decide what the rest is."""
        containers = self._containers[:matched]
        continues = self._in_paragraph
        while len(containers) < _DEEPEST:
            opened = self._open_container(continues and matched == len(self._containers))
            if opened is None:
                break
            containers.append(opened)
            continues = False
        at, column = self._skip_blanks()
        is_code = column - self._column > 3
        leaf = self._leaf(at, continues and matched == len(self._containers))
        if continues and (is_code or leaf == "text"):
            return  # also a lazy continuation, its quote or list left open
        self._containers = containers
        self._blocks.breaks.append(start)
        self._in_paragraph = leaf == "text" and not is_code and at < self._end
        if leaf == "heading":
            self._blocks.breaks.append(self._end)
        elif leaf != "text" and not is_code:
            self._fence = (at, leaf, len(containers))

    def _open_container(self, interrupts: bool) -> int | None:
        """Consume the start of a quote or list item; None if there is none here.

        Not every list item may interrupt a paragraph: only one with content, only the number 1.
        """
        at, column = self._skip_blanks()
        indent = column - self._column
        if at >= self._end or indent > 3:
            return None
        if self._text[at] == ">":
            self._enter_quote(at, column)
            return _QUOTE
        marker = _MARKER.match(self._text, at, self._end)
        if marker is None or _RULE.match(self._text, at, self._end):
            return None
        width = marker.end() - at
        before = self._at, self._column
        self._at, self._column = marker.end(), column + width
        after, after_column = self._skip_blanks()
        is_empty = after >= self._end
        if interrupts and (is_empty or marker[1] not in (None, "1")):
            self._at, self._column = before
            return None
        padding = after_column - self._column
        padding = 1 if is_empty or padding > 4 else padding
        self._advance(padding)
        return indent + width + padding

    def _leaf(self, at: int, can_underline: bool) -> str:
        """Return what starts at *at*: "text", "heading" (one line of its own), or the fence."""
        fence = _FENCE.match(self._text, at, self._end)
        if fence:
            return str(fence[1] or fence[2])
        if _HEADING.match(self._text, at, self._end) or _RULE.match(self._text, at, self._end):
            return "heading"
        if can_underline and _UNDERLINE.match(self._text, at, self._end):
            return "heading"
        return "text"
