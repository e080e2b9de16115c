"""A place in a line of Markdown, and the prefixes of quotes and list items before it."""

from __future__ import annotations

import re

from pybridge.macros.syntax.block_starts import MARKER, RULE

TYPE_CHECKING = False
if TYPE_CHECKING:
    Place = tuple[list[int], str, int]
    """The containers around a line; SINGLE, CODE or nothing; where it begins behind its marks and blanks."""

QUOTE = -1
"""Stands for a block quote; a list item is the indentation that its content needs, and its mark; see `width_of`."""
_KIND = 256
SINGLE = "single"
"""A line of a table or a heading, which cannot have a second one."""
CODE = "code"
"""A line of indented code."""

_NEWLINE = re.compile("\n")


def width_of(item: int) -> int:
    """Return the columns of indentation that the content of a list item needs."""
    return item % _KIND


def with_newlines(text: str) -> str:
    """Return *text* with every line end as a newline, and the same length, so that offsets stay."""
    if "\r" in text:
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    return text


def lines_of(text: str, start: int) -> list[tuple[int, int]]:
    """Return start and end of each line of *text* from *start* on, without the newlines."""
    newlines = [found.start() for found in _NEWLINE.finditer(text, start)]
    return list(zip([start, *(at + 1 for at in newlines)], [*newlines, len(text)], strict=True))


class Cursor:
    """Goes through the lines of a text."""

    __slots__ = ("_text", "at", "column", "end", "lines")

    def __init__(self, text: str, lines: list[tuple[int, int]]) -> None:
        self._text = text
        self.lines = lines
        """Start and end of each line, without line ends."""
        self.at = self.column = self.end = 0
        """Offset and column of the place, a tab counted up to the next multiple of four; where the line ends."""

    def match(self, number: int, containers: list[int]) -> int:
        """Go to a line and behind the prefixes of the containers; return how many go on in this line."""
        (self.at, self.end), self.column = self.lines[number], 0
        for depth, container in enumerate(containers):
            at, column = self.skip_blanks()
            if container == QUOTE:
                if at >= self.end or self._text[at] != ">":
                    return depth
                self._enter_quote(at, column)
            elif at < self.end:
                width = width_of(container)
                if column - self.column < width:
                    return depth
                self._advance(width)
        return len(containers)

    def skip_blanks(self) -> tuple[int, int]:
        """Return offset and column behind the blanks that come next."""
        text, at, column = self._text, self.at, self.column
        while at < self.end:
            if text[at] == " ":
                column += 1
            elif text[at] == "\t":
                column += 4 - column % 4
            else:
                break
            at += 1
        return at, column

    def is_at_item(self, of: int | None = None) -> bool:
        """Return whether a list item comes next, one of the same list as the item *of* if that is given."""
        at, column = self.skip_blanks()
        marker = MARKER.match(self._text, at, self.end) if column - self.column <= 3 else None
        if marker is None or RULE.match(self._text, at, self.end):
            return False
        return of is None or ord(self._text[marker.end() - 1]) == of // _KIND

    def measures_as_unindented(self, column: int, left: list[int]) -> bool:
        """Return whether *column*, outside of the containers *left*, is not indented in the eyes of the converter.

        It measures from the content of list items, and not at all in a quote inside of a quote.
        """
        if QUOTE in left:
            return left.count(QUOTE) > 1
        return column - self.column - sum(map(width_of, left)) <= 3

    def passed(self) -> tuple[int, int]:
        """Return how many spaces are left of a tab that was passed in part, and the offset of what comes next."""
        text, at = self._text, self.at
        if at >= self.end or text[at] != "\t":
            return 0, at
        column = 0
        for character in text[text.rfind("\n", 0, at) + 1 : at]:
            column += 4 - column % 4 if character == "\t" else 1
        return (0, at) if column == self.column else (4 - self.column % 4, at + 1)

    def open_container(self, interrupts: bool) -> int | None:
        """Consume the start of a quote or list item; None if there is none here.

        Not every list item may interrupt a paragraph: only one with content, only the number 1.
        """
        at, column = self.skip_blanks()
        indent = column - self.column
        if at >= self.end or indent > 3:
            return None
        if self._text[at] == ">":
            self._enter_quote(at, column)
            return QUOTE
        marker = MARKER.match(self._text, at, self.end)
        if marker is None or RULE.match(self._text, at, self.end):
            return None
        width = marker.end() - at
        before = self.at, self.column
        self.at, self.column = marker.end(), column + width
        after, after_column = self.skip_blanks()
        is_empty = after >= self.end
        if interrupts and (is_empty or (marker[1] or "1").lstrip("0") != "1"):
            self.at, self.column = before
            return None
        padding = after_column - self.column
        padding = 1 if is_empty or padding > 4 else padding
        self._advance(padding)
        return _KIND * ord(self._text[marker.end() - 1]) + indent + width + padding

    def _enter_quote(self, at: int, column: int) -> None:
        self.at, self.column = at + 1, column + 1
        if self.at < self.end and self._text[self.at] in " \t":
            self._advance(1)

    def _advance(self, columns: int) -> None:
        """Go on by columns; a tab that reaches further is passed in part."""
        target = self.column + columns
        while self.column < target and self.at < self.end:
            width = 4 - self.column % 4 if self._text[self.at] == "\t" else 1
            if self.column + width > target:
                self.column = target
                return
            self.column += width
            self.at += 1
