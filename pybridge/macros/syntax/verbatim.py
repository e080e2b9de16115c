"""The parts of Markdown that stay verbatim: front matter, fenced code, code spans."""

from __future__ import annotations

import re

from pybridge.macros.syntax.blocks import Blocks, read_blocks
from pybridge.macros.syntax.front_matter import front_matter_end

__all__ = ["Blocks", "CodeSpans", "front_matter_end", "read_blocks"]

_TICKS = re.compile("`+")


class CodeSpans:
    """The code spans of a text, asked for at rising offsets."""

    __slots__ = ("_breaks", "_last_runs", "_next_break", "_text")

    def __init__(self, text: str, breaks: list[int]) -> None:
        """Breaks are the offsets which no code span may cross, in rising order."""
        self._text = text
        self._breaks = breaks
        self._next_break = 0
        self._last_runs: dict[int, int] | None = None

    def end_of(self, at: int, length: int) -> int:
        """Return the end of the code span opened by *length* backticks ending at *at*.

        Without a closing run of the same length they open nothing, and it is *at* itself.
        """
        limit = self._segment_end(at)
        if self._last_runs is not None and self._last_runs.get(length, -1) < at:
            return at
        last_runs: dict[int, int] = {}
        for run in _TICKS.finditer(self._text, at, limit):
            found = run.end() - run.start()
            if found == length:
                return run.end()
            last_runs[found] = run.start()
        # The search went through the whole rest: remembered, it is never repeated in vain.
        self._last_runs = last_runs
        return at

    def _segment_end(self, at: int) -> int:
        breaks = self._breaks
        while self._next_break < len(breaks) and breaks[self._next_break] < at:
            self._next_break += 1
            self._last_runs = None
        return breaks[self._next_break] if self._next_break < len(breaks) else len(self._text)
