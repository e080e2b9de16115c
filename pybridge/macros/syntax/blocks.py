"""Markdown's block structure, as far as it is needed to find code.

A reading of CommonMark's blocks, with GitHub's tables, as the converter of the pages reads them. It reports where
fenced code lies, the pieces of inline content, in which code spans are, and what each line stands in.
"""

from __future__ import annotations

import re

from pybridge.macros.syntax.block_starts import (
    FENCE,
    HEADING,
    MARKS,
    RULE,
    UNDERLINE,
    cells,
    count_delimiters,
    html_block,
    may_delimit,
    starts_block,
)
from pybridge.macros.syntax.cursor import CODE, QUOTE, SINGLE, Cursor, lines_of, with_newlines
from pybridge.macros.syntax.link_parts import read_definition

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pybridge.macros.syntax.cursor import Place

    Piece = tuple[int, int]

_DEEPEST = 64  # containers; deeper ones are read as text, so that time stays linear


class Blocks:
    """Where the code blocks of a text lie, and its inline content."""

    __slots__ = ("fences", "inline", "labels", "places")

    def __init__(self) -> None:
        self.fences: list[tuple[int, int]] = []
        """Start and end of each fenced block, in order, the fences included."""
        self.inline: list[tuple[str, list[Piece]]] = []
        """Paragraphs, headings and table cells: what joins the pieces, and the pieces in the text."""
        self.labels: set[str] = set()
        """The labels that links may refer to."""
        self.places: list[Place] = []
        """Of each line."""


def read_blocks(text: str, start: int) -> Blocks:
    """Return the block structure of *text* from *start* on."""
    return _BlockReader(with_newlines(text), start).read()


class _BlockReader:
    """Takes a text line by line and keeps the open containers and the open leaf."""

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._blocks = Blocks()
        self._cursor = Cursor(text, lines_of(text, start))
        self._containers: list[int] = []
        self._leaf = ""  # "paragraph", "fence", "html", "table" or none
        self._paragraph: list[Piece] = []
        self._fence = 0, ""  # start, fence
        self._html_end: re.Pattern[str] | None = None
        self._columns = 0
        self._first = 0  # line of the paragraph
        self._kind, self._content = "", 0  # of the line
        self._empty_item = -2  # the line that begins the last one without content

    def read(self) -> Blocks:
        """Read all lines and return the result."""
        number = 0
        while number < len(self._cursor.lines):
            self._kind, self._content = "", self._cursor.lines[number][0]
            taken = self._read_line(number)
            kind = SINGLE if self._leaf == "table" else self._kind
            self._blocks.places += [(self._containers, kind, self._content)] * taken
            number += taken
        self._close(len(self._text))
        return self._blocks

    def _close(self, end: int) -> None:
        """Close the open leaf, a fence at *end*."""
        if self._leaf == "fence":
            self._blocks.fences.append((self._fence[0], end))
        elif self._leaf == "paragraph":
            self._blocks.inline.append(("\n", self._paragraph))
            self._paragraph = []
        self._leaf = ""

    def _read_line(self, number: int) -> int:
        """Take a line; return how many lines were taken."""
        start, end = self._cursor.lines[number]
        if self._leaf == "paragraph" and not self._containers and self._is_mere_text(start, end):
            self._paragraph.append((start, end))
            return 1
        matched = self._cursor.match(number, self._containers)
        at, column = self._cursor.skip_blanks()
        is_outside = matched < len(self._containers)
        if self._leaf in ("fence", "html") and self._stays_in_leaf(start, at, column, is_outside):
            return 1
        if at >= end:
            self._read_blank_line(number, matched)
            return 1
        if self._leaf == "table":
            is_row = not is_outside and column - self._cursor.column <= 3
            if is_row and not starts_block(self._text, at, self._cursor.end):
                self._add_cells(at)
                return 1
            self._close(start)
        return self._read_content(number, matched)

    def _is_mere_text(self, start: int, end: int) -> bool:
        """Whether a line can only continue a paragraph: the common case."""
        text = self._text
        return start < end and text[start] not in MARKS and text.find("|", start, end) < 0

    def _stays_in_leaf(self, start: int, at: int, column: int, is_outside: bool) -> bool:
        """Whether the line belongs to the open fence or HTML block, which it may end."""
        if self._leaf == "html":
            return self._stays_in_html(at, is_outside)
        if is_outside:
            self._close(start)
            return False
        fence = self._fence[1]
        is_end = column - self._cursor.column <= 3 and self._text.startswith(fence, at)
        if is_end and not self._text[at : self._cursor.end].lstrip(fence[0]).strip(" \t"):
            self._close(self._cursor.end)
        return True

    def _stays_in_html(self, at: int, is_outside: bool) -> bool:
        closing, is_blank = self._html_end, at >= self._cursor.end
        is_in_quote = QUOTE in self._containers
        if is_outside and not (closing and is_blank and not is_in_quote):
            self._leaf = ""
            return False
        if closing is None:
            if is_blank:
                self._leaf = ""
            return not is_blank
        if closing.search(self._text, at, self._cursor.end):
            self._leaf = ""
        return True

    def _add_cells(self, at: int) -> None:
        row = cells(self._text, at, self._cursor.end)
        self._blocks.inline += [("", cell) for cell in row[: self._columns]]

    def _read_blank_line(self, number: int, matched: int) -> None:
        if self._leaf in ("paragraph", "table"):
            self._close(self._cursor.lines[number][0])
        is_item = matched == len(self._containers) > 0 and self._containers[-1] != QUOTE
        if is_item and number == self._empty_item + 1:
            matched -= 1  # an item can begin with one blank line, not two
        self._containers = self._containers[:matched]

    def _read_content(self, number: int, matched: int) -> int:
        """Take a line with something on it: open containers, then the leaf."""
        containers, leaf, detail = self._classify(
            number, self._containers, matched, in_paragraph=self._leaf == "paragraph"
        )
        at, _ = self._cursor.skip_blanks()
        self._content = at
        if leaf == "continuation":
            self._paragraph.append((at, self._cursor.end))
            return 1
        if leaf != "underline":
            self._close(self._cursor.lines[number][0])
        self._containers = containers
        return self._open_leaf(number, at, leaf, detail)

    def _open_leaf(self, number: int, at: int, leaf: str, detail: object) -> int:
        if leaf == "text":
            return self._open_paragraph(number, at)
        if leaf == "heading":
            self._kind = SINGLE
            self._blocks.inline.append(("", [(at, self._cursor.end)]))
        elif leaf == "underline":
            self._close(at)
            lines = self._blocks.places[self._first :]
            self._blocks.places[self._first :] = [(of, SINGLE, at) for of, _, at in lines]
        elif leaf == "code":
            self._kind = CODE
        elif leaf == "fence":
            self._leaf, self._fence = leaf, (at, str(detail))
        elif leaf == "html":
            self._open_html(at, detail)
        elif leaf == "empty":
            self._empty_item = number
        elif leaf == "table":
            self._leaf, self._columns = leaf, int(str(detail))
            self._add_cells(at)
            return 2
        return 1

    def _open_html(self, at: int, detail: object) -> None:
        closing = detail if isinstance(detail, re.Pattern) else None
        if closing is None or not closing.search(self._text, at, self._cursor.end):
            self._leaf, self._html_end = "html", closing

    def _open_paragraph(self, number: int, at: int) -> int:
        """Open a paragraph, or take the definition that stands in its place."""
        line = at, self._cursor.end
        if self._text[at] == "[":
            further = number

            def next_line() -> str | None:
                nonlocal further
                further += 1
                return self._continuation(further)

            found = read_definition(self._text[slice(*line)], next_line)
            if found is not None:
                self._blocks.labels.add(found.label)
                return found.lines
        self._leaf, self._paragraph, self._first = "paragraph", [line], number
        return 1

    def _continuation(self, number: int) -> str | None:
        """Return the text of a line that would continue a paragraph, None if it would not."""
        if number >= len(self._cursor.lines):
            return None
        matched = self._cursor.match(number, self._containers)
        at, _ = self._cursor.skip_blanks()
        if at >= self._cursor.end or self._cursor.is_at_item():
            return None
        _, leaf, _ = self._classify(number, self._containers, matched, in_paragraph=True)
        at, _ = self._cursor.skip_blanks()
        return self._text[at : self._cursor.end] if leaf in ("continuation", "underline") else None

    def _classify(
        self, number: int, opened: list[int], matched: int, *, in_paragraph: bool
    ) -> tuple[list[int], str, object]:
        """Return the containers of the line, the kind of its leaf and what belongs to that."""
        containers = opened[:matched]
        is_lazy = matched < len(opened)
        while True:
            at, column = self._cursor.skip_blanks()
            columns = 0
            may_be_table = not (in_paragraph and is_lazy) or starts_block(
                self._text, at, self._cursor.end
            )
            if containers == opened[:matched] and is_lazy and opened[matched] != QUOTE:
                may_be_table = may_be_table and not self._cursor.is_at_item(opened[matched])
            if column - self._cursor.column <= 3 and may_be_table:
                columns = self._table(number, at, containers)
            if columns:
                return containers, "table", columns
            if len(containers) >= _DEEPEST:
                break
            container = self._cursor.open_container(in_paragraph and not is_lazy)
            if container is None:
                break
            containers.append(container)
            in_paragraph = False
        at, column = self._cursor.skip_blanks()
        if column - self._cursor.column > 3:
            goes_on = in_paragraph and not (
                is_lazy
                and self._cursor.measures_as_unindented(column, opened[matched:])
                and starts_block(self._text, at, self._cursor.end)
            )
            return containers, "continuation" if goes_on else "code", None
        leaf, detail = self._leaf_at(at, in_paragraph=in_paragraph, is_lazy=is_lazy)
        return containers, "continuation" if in_paragraph and leaf == "text" else leaf, detail

    def _table(self, number: int, at: int, containers: list[int]) -> int:
        """Return the columns of the table whose header is at *at*, 0 without one."""
        end = self._cursor.end
        if number + 1 >= len(self._cursor.lines) or self._text.find("|", at, end) < 0:
            return 0
        if not may_delimit(self._text, *self._cursor.lines[number + 1]):
            return 0
        before = self._cursor.at, self._cursor.column
        matched = self._cursor.match(number + 1, containers)
        below, column = self._cursor.skip_blanks()
        is_inside = matched == len(containers) and column - self._cursor.column <= 3
        columns = count_delimiters(self._text[below : self._cursor.end]) if is_inside else 0
        (self._cursor.at, self._cursor.column), self._cursor.end = before, end
        return columns if columns == len(cells(self._text, at, end)) else 0

    def _leaf_at(self, at: int, *, in_paragraph: bool, is_lazy: bool) -> tuple[str, object]:
        """Return the kind of leaf that starts at *at*, and what belongs to it."""
        text, end = self._text, self._cursor.end
        if at >= end:
            return "empty", None
        if fence := FENCE.match(text, at, end):
            return "fence", fence[1] or fence[2]
        if in_paragraph and not is_lazy and UNDERLINE.match(text, at, end):
            return "underline", None
        if RULE.match(text, at, end):
            return "rule", None
        if heading := HEADING.match(text, at, end):
            return "heading", heading.end()
        if html := html_block(text, at, end, interrupts=in_paragraph):
            return "html", html[0]
        return "text", None
