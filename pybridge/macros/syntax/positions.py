"""Lines and columns of offsets in a text."""

from __future__ import annotations

import re

_NEWLINE = re.compile(r"\r\n?|\n")


class Positions:
    """Translates rising offsets of one text; each stretch of text is looked at once."""

    __slots__ = ("_at", "_has_returns", "_line", "_line_start", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._has_returns = "\r" in text
        self._line = 1
        self._line_start = 0
        self._at = 0

    def locate(self, offset: int) -> tuple[int, int]:
        """Return line and column of *offset*, both from 1, columns in code points."""
        if self._has_returns:
            self._pass_lines(offset)
        else:
            newlines = self._text.count("\n", self._at, offset)
            if newlines:
                self._line += newlines
                self._line_start = self._text.rfind("\n", self._at, offset) + 1
            self._at = offset
        return self._line, offset - self._line_start + 1

    def _pass_lines(self, offset: int) -> None:
        for newline in _NEWLINE.finditer(self._text, self._at, offset + 1):
            if newline.end() > offset:
                break
            self._line += 1
            self._line_start = self._at = newline.end()
        self._at = max(self._at, offset - 1)  # it may be between \r and \n


def locate(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of one *offset* in *text*."""
    return Positions(text).locate(offset)


def split_lines(text: str) -> list[str]:
    """Return the lines of *text* as Python's own tokenizer counts them, without line ends."""
    lines = _NEWLINE.split(text)
    return lines[:-1] if len(lines) > 1 and not lines[-1] else lines
