"""How much a text may hold, and the error that names the place where it holds more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class Bounds:
    """Bounds of a text and of the value in it."""

    characters: int
    """Of the text; also of all texts in the value, where aliases repeat them."""
    depth: int
    """Lists and mappings inside each other."""
    values: int
    """All values, where aliases repeat them; keys do not count."""

    def check_length(self, text: str) -> None:
        """Raise `Unreadable` if *text* is too long to be read."""
        if len(text) > self.characters:
            raise Unreadable(f"longer than {self.characters:,} characters", 1, 1)


class Unreadable(Exception):
    """The text is invalid, or more than the bounds allow; at a place in it."""

    def __init__(self, problem: str, line: int, column: int) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line, self.column = line, column
        """From 1."""

    @classmethod
    def at(cls, problem: str, text: str, offset: int) -> Unreadable:
        """Return the error for a place given as an offset in *text*."""
        ends: Sequence[re.Match[str]] = list(_LINE_END.finditer(text, 0, offset))
        start = ends[-1].end() if ends else 0
        return cls(problem, len(ends) + 1, offset - start + 1)


def too_deep(bounds: Bounds) -> str:
    """Describe what exceeds the depth."""
    return f"nested more than {bounds.depth} levels deep"
