"""The margin that lines need to stay in the list item or quote they stand in."""

from __future__ import annotations

import re
from bisect import bisect_right

from pybridge.macros.syntax.blocks import read_blocks
from pybridge.macros.syntax.cursor import (
    CODE,
    QUOTE,
    SINGLE,
    Cursor,
    lines_of,
    width_of,
    with_newlines,
)
from pybridge.macros.syntax.front_matter import front_matter_end

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pybridge.macros.syntax.cursor import Place

_LINE_END = re.compile(r"\r\n|\r|\n")
_MARKS = re.compile(
    r"\||(?:\A|[\r\n])(?:    | {0,3}\t|[ \t]*(?:[>#=]|[-+*](?:\s|\Z)|-+[ \t]*(?:[\r\n]|\Z)|[0-9]{1,9}[.)](?:\s|\Z)))"
)
"""What tables, headings, quotes, list items and indented code have; without any of it all lines are the same."""


def has_line_end(text: str, start: int = 0, end: int | None = None) -> bool:
    """Return whether there is a line end between two offsets."""
    return text.find("\n", start, end) >= 0 or text.find("\r", start, end) >= 0


def line_ends(text: str) -> int:
    """Return how many line ends a text has."""
    return len(_LINE_END.findall(text))


def margin_of(containers: Sequence[int]) -> str:
    """Return what a line begins with to stand in *containers*; see `Cursor`."""
    return "".join("> " if each == QUOTE else " " * width_of(each) for each in containers)


def with_margin(text: str, margin: str, follows: str) -> str:
    """Return *text* with *margin* behind each line end, without the blanks at its end where a line is empty.

    *follows* is what comes behind the text, empty at the end of the document.
    """
    if not margin:
        return text
    bare = margin.rstrip(" \t")

    def behind(end: re.Match[str]) -> str:
        following = text[end.end() : end.end() + 1] or follows[:1]
        return end[0] + (bare if following in ("", "\r", "\n") else margin)

    return _LINE_END.sub(behind, text)


class Margins:
    """What the lines of one document stand in; its structure is read when it is first asked for."""

    __slots__ = ("_cursor", "_is_read", "_markdown", "_places", "_starts", "_text")

    def __init__(self, text: str, *, markdown: bool) -> None:
        self._text = text
        self._markdown = markdown
        self._is_read = False
        self._places: list[Place] = []
        self._starts: list[int] = []
        self._cursor = Cursor("", [])

    def containers(self, offset: int) -> Sequence[int]:
        """Return the quotes and list items that the text at *offset* stands in, the outermost first."""
        return self._place(offset)[0]

    def is_in_single_line(self, offset: int) -> bool:
        """Return whether *offset* is in a table or a heading, where no second line fits."""
        return self._place(offset)[1] == SINGLE

    def is_in_code(self, offset: int) -> bool:
        """Return whether *offset* is in indented code."""
        return self._place(offset)[1] == CODE

    def begins_container(self, offset: int) -> bool:
        """Return whether the marks of quotes and list items, and nothing else, stand before *offset* in its line."""
        containers, _, content = self._place(offset)
        if not containers or content != offset:
            return False
        return not self._is_blank(self._starts[self._line(offset)], offset)

    def follows_mark(self, offset: int) -> bool:
        """Return whether *offset* begins a quote's line or a list item; its mark may end the line before."""
        if self.begins_container(offset):
            return True
        containers, _, content = self._place(offset)
        line = self._line(offset)
        if not containers or content != offset or line == 0:
            return False
        start = self._starts[line - 1]
        content = self._places[line - 1][2]
        return content > start and self._is_blank(content, self._starts[line] - 1)

    def _is_blank(self, start: int, end: int) -> bool:
        return not self._text[start:end].strip(" \t\r")

    def indentation(self, offset: int) -> str:
        """Return the blanks between the margin of a line and *offset*; empty if other text is there, but in code."""
        is_in_code = self.is_in_code(offset)
        if not self._markdown or not (is_in_code or self.is_first(offset)):
            return ""
        if not self._places:
            return self._text[self._blanks_start(offset) : offset]
        containers = [*self.containers(offset)]
        if self._cursor.match(self._line(offset), containers) < len(containers):
            return (
                "    " if is_in_code else ""
            )  # behind the mark of an item its code is indented by four
        return self._rest(min(self._cursor.skip_blanks()[0], offset))

    def outdented(self, offset: int) -> str | None:
        """Return what a line begins with for a block to stand at *offset*; None where it may as it is, or is in code.

        Four columns of blanks are too many: below text they go on with its paragraph.
        """
        if not self._markdown or not self.is_first(offset) or self.is_in_code(offset):
            return None
        containers = [*self.containers(offset)]
        if not self._places:
            return None
        matched, blanks = self._matched(offset, containers)
        return margin_of(containers[:matched]) if blanks > 3 else None

    def missing(self, offset: int, passed: int) -> str:
        """Return what a line that begins with *offset* lacks to stand in its containers by itself, not as a continuation.

        The outermost containers, *passed* of them, are left out. It is empty where other text is before *offset*.
        """
        containers = [*self.containers(offset)]
        if not containers or not self.is_first(offset):
            return ""
        matched, blanks = self._matched(offset, containers)
        if matched == len(containers) or not 0 <= blanks <= 3:
            return ""
        lacking = margin_of(containers[max(matched, passed) :])
        return lacking[min(blanks, len(lacking) - len(lacking.lstrip(" "))) :]

    def _matched(self, offset: int, containers: list[int]) -> tuple[int, int]:
        """Return how many *containers* go on in the line, and the columns of blanks behind their marks; -1 for other text."""
        matched = self._cursor.match(self._line(offset), containers)
        at, column = self._cursor.skip_blanks()
        return matched, column - self._cursor.column if at == offset else -1

    def is_first(self, offset: int) -> bool:
        """Return whether nothing but marks and blanks stands before *offset* in its line."""
        start = self._blanks_start(offset)
        return start == 0 or self._text[start - 1] in "\r\n" or self._place(offset)[2] == offset

    def _blanks_start(self, offset: int) -> int:
        """Return where the blanks before *offset* begin; it looks at no other text: lines may be long."""
        while offset and self._text[offset - 1] in " \t":
            offset -= 1
        return offset

    def without(self, containers: Sequence[int], start: int, end: int) -> str:
        """Return the text between two offsets, its lines behind the first one without the margin of *containers*."""
        text = self._text
        if not containers or not has_line_end(text, start, end):
            return text[start:end]
        first, last = self._line(start), self._line(end)
        pieces = [text[start : self._starts[first + 1]]]
        for number in range(first + 1, last + 1):
            self._cursor.match(number, [*containers])
            is_empty = self._cursor.skip_blanks()[0] >= self._cursor.end
            rest = self._rest(self._starts[number + 1] if number < last else end)
            pieces.append(rest.lstrip(" \t") if is_empty else rest)
        return "".join(pieces)

    def _rest(self, end: int) -> str:
        blanks, at = self._cursor.passed()
        return " " * blanks + self._text[at:end]

    def _place(self, offset: int) -> Place:
        if not self._is_read:
            self._is_read = True
            if self._markdown and _MARKS.search(self._text):
                self._read()
        number = self._line(offset)
        return self._places[number] if number >= 0 else ([], "", -1)

    def _line(self, offset: int) -> int:
        return bisect_right(self._starts, offset) - 1

    def _read(self) -> None:
        text = with_newlines(self._text)
        start = front_matter_end(text)
        lines = lines_of(text, start)
        self._places = read_blocks(text, start).places
        self._starts = [first for first, _ in lines]
        self._cursor = Cursor(text, lines)
