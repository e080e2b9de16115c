"""How Markdown's blocks begin: the patterns of fences, headings, HTML blocks and tables."""

from __future__ import annotations

import re

from pybridge.macros.syntax.inline import TAG

MARKS = frozenset(" \t>#-+*_=~`<|:[0123456789")
"""What a line that changes the structure, or follows one that does, starts with."""
HEADING = re.compile(r"#{1,6}(?=[ \t]|$)")
MARKER = re.compile(r"(?:[-+*]|([0-9]{1,9})[.)])(?=[ \t]|$)")
FENCE = re.compile(r"(`{3,})[^`]*$|(~{3,})")
UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*$")
RULE = re.compile(r"(?:\*[ \t]*){3,}$|(?:-[ \t]*){3,}$|(?:_[ \t]*){3,}$")

_BLOCK_TAGS = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt"
    "|fieldset|figcaption|figure|footer|form|frame|frameset|h1|h2|h3|h4|h5|h6|head|header|hr|html|iframe|legend|li"
    "|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th"
    "|thead|title|tr|track|ul"
)
_BLANK = re.compile(r"[ \t]*$")
_HTML = (
    (re.compile(r"<(?:script|pre|style|textarea)(?=\s|>|$)", re.I), re.compile(r"</(?:script|pre|style|textarea)>", re.I)),
    (re.compile(r"<!--"), re.compile(r"-->")),
    (re.compile(r"<\?"), re.compile(r"\?>")),
    (re.compile(r"<![A-Za-z]"), re.compile(r">")),
    (re.compile(r"<!\[CDATA\["), re.compile(r"\]\]>")),
    (re.compile(rf"</?(?:{_BLOCK_TAGS})(?=\s|/?>|$)", re.I), None),
)  # fmt: skip
_LONE_TAG = re.compile(rf"{TAG}\s*$")
_DELIMITERS = re.compile(r"(?:[-:|][-:|])[-:| \t]*$|[|:][ \t][-:| \t]*$")
_COLUMN = re.compile(r":?-+:?")

HtmlEnd = re.Pattern[str] | None
"""What ends an HTML block; None for a blank line."""


def html_block(text: str, at: int, end: int, *, interrupts: bool) -> tuple[HtmlEnd] | None:
    """Return what ends the HTML block that begins at *at*; None without one.

    A lone tag of any name begins one, but does not interrupt a paragraph.
    """
    for opening, closing in _HTML:
        if opening.match(text, at, end):
            return (closing,)
    return (None,) if not interrupts and _LONE_TAG.match(text, at, end) else None


def starts_block(text: str, at: int, end: int) -> bool:
    """Return whether a block begins at *at* that ends a table, or a paragraph on a line outside of its container."""
    if text[at] == ">" or HEADING.match(text, at, end) or RULE.match(text, at, end):
        return True
    is_other = FENCE.match(text, at, end) or MARKER.match(text, at, end)
    return bool(is_other) or html_block(text, at, end, interrupts=True) is not None


def may_delimit(text: str, start: int, end: int) -> bool:
    """Whether a line can be the one below a table's header, its containers aside."""
    return "-" in text[start:end] and not text[start:end].strip(" \t>|:-")


def count_delimiters(line: str) -> int:
    """Return the number of columns that a line below a table's header makes, 0 if it is none."""
    if not _DELIMITERS.match(line):
        return 0
    columns = [each.strip(" \t") for each in line.split("|")]
    inner = columns[1:-1] if len(columns) > 1 else []
    ends = [each for each in (columns[0], columns[-1] if len(columns) > 1 else "") if each]
    cells = [*inner, *ends]
    return len(cells) if all(_COLUMN.fullmatch(each) for each in cells) else 0


def cells(text: str, start: int, end: int) -> list[list[tuple[int, int]]]:
    """Return the cells of a row, each as the pieces between the backslashes of its escaped bars."""
    while start < end and text[start] in " \t":
        start += 1
    while end > start and text[end - 1] in " \t":
        end -= 1
    row: list[list[tuple[int, int]]] = []
    cell: list[tuple[int, int]] = []
    for bar in re.compile(r"\|").finditer(text, start, end):
        if bar.start() > 0 and text[bar.start() - 1] == "\\" and bar.start() > start:
            cell.append((start, bar.start() - 1))
            start = bar.start()
            continue
        row.append([*cell, (start, bar.start())])
        cell, start = [], bar.end()
    row.append([*cell, (start, end)])
    if row and _is_empty(row[0]):
        row.pop(0)
    if row and _is_empty(row[-1]):
        row.pop()
    return row


def _is_empty(cell: list[tuple[int, int]]) -> bool:
    return all(start == end for start, end in cell)
