"""The code in a Markdown text: fenced blocks and code spans."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from pybridge.macros.syntax.blocks import read_blocks
from pybridge.macros.syntax.inline import InlineReader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Range = tuple[int, int]


def find_code(
    text: str, start: int, token_end: Callable[[int], int | None]
) -> tuple[list[Range], list[Range]]:
    """Return the fenced blocks and the code spans of *text* from *start* on, each in its order.

    Args:
        text: The document.
        start: Where its front matter ends.
        token_end: Returns the end of the macro whose brackets begin at an offset, None without one. Of a code span
            and a macro that holds a backtick, the first to start wins.
    """
    blocks = read_blocks(text, start)
    spans: list[Range] = []
    for joint, pieces in blocks.inline:
        if any("`" in text[first:last] for first, last in pieces):
            spans += _Joined(text, joint, pieces, token_end).spans(blocks.labels)
    return blocks.fences, sorted(spans)


class _Joined:
    """Inline content as one text, and where its characters stand in the document."""

    def __init__(
        self, text: str, joint: str, pieces: list[Range], token_end: Callable[[int], int | None]
    ) -> None:
        self._text = joint.join(text[first:last] for first, last in pieces)
        self._pieces = pieces
        lengths = [last - first + len(joint) for first, last in pieces]
        self._starts = [0, *accumulate(lengths)][: len(pieces)]
        self._token_end = token_end

    def spans(self, labels: set[str]) -> list[Range]:
        """Return its code spans, as ranges of the document."""
        found = InlineReader(self._text, labels, self._end_of_token).read()
        return [(self._outer(first), self._outer(last - 1) + 1) for first, last in found]

    def _outer(self, at: int) -> int:
        piece = bisect_right(self._starts, at) - 1
        return self._pieces[piece][0] + at - self._starts[piece]

    def _end_of_token(self, at: int) -> int | None:
        end = self._token_end(self._outer(at))
        if end is None:
            return None
        piece = bisect_right(self._pieces, (end - 1, len(self._text) + end)) - 1
        first, last = self._pieces[piece]
        return self._starts[piece] + end - first if first < end <= last else None
