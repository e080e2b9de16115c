"""Lines and columns of offsets in a text."""

from __future__ import annotations

import re

_NEWLINE = re.compile(r"\r\n?|\n")


class Positions:
    """Translates rising offsets of one text; each stretch of text is looked at once."""

    __slots__ = ("_line", "_line_start", "_newlines", "_next")

    def __init__(self, text: str) -> None:
        self._newlines = _NEWLINE.finditer(text)
        self._line = 1
        self._line_start = 0
        self._next = next(self._newlines, None)

    def locate(self, offset: int) -> tuple[int, int]:
        """Return line and column of *offset*, both from 1, columns in code points."""
        while self._next is not None and self._next.end() <= offset:
            self._line += 1
            self._line_start = self._next.end()
            self._next = next(self._newlines, None)
        return self._line, offset - self._line_start + 1


def locate(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of one *offset* in *text*."""
    return Positions(text).locate(offset)


def split_lines(text: str) -> list[str]:
    """Return the lines of *text* as Python's own tokenizer counts them, without line ends."""
    lines = _NEWLINE.split(text)
    return lines[:-1] if len(lines) > 1 and not lines[-1] else lines
