r"""Finding macro tokens in a document, in time linear in its length.

The grammar is that of the pattern `\[\[(\w+)(?:\s+([^\]]+))?\]\]` with JavaScript's meaning of
`\w` and `\s`, plus closing tokens `[[/name]]` and the literal `\[[`. The pattern itself is
quadratic on `[[a [[a [[a …`, so it is written out here.
"""

from __future__ import annotations

import re

from pybridge.macros.syntax.verbatim import CodeSpans, front_matter_end, read_blocks
from pybridge.macros.values.characters import SPACE_CLASS, SPACES, WORD_CLASS

TYPE_CHECKING = False
if TYPE_CHECKING:
    Found = tuple[int, int, str, str, bool]

_NAME = re.compile(f"(/?)([{WORD_CLASS}]+)")
_OPENING = re.compile(rf"\\\[\[|\[(?=\[[/{WORD_CLASS}])")
_WELL_FORMED = re.compile(
    # As the pattern above, with bounded length: unclosed tokens must not search the text repeatedly.
    rf"\[\[(/?)([{WORD_CLASS}]+)(?:([{SPACE_CLASS}][^\]]{{1,200}})?(\]\]))?"
)
_STOP = re.compile(rf"`+|\\+(?:\[\[|`)?|\[(?=\[[/{WORD_CLASS}])")


class Token:
    """One `[[name params]]` or `[[/name]]`."""

    __slots__ = ("end", "is_closing", "name", "params", "start")

    def __init__(self, start: int, end: int, name: str, params: str, is_closing: bool) -> None:
        self.start = start
        """Offset of its first bracket, in code points."""
        self.end = end
        """Offset behind its last bracket."""
        self.name = name
        """Its name as written, not lower-cased."""
        self.params = params
        """The text between name and `]]`, unparsed."""
        self.is_closing = is_closing


def find_tokens(text: str, *, markdown: bool) -> list[Token]:
    """Return the tokens of *text* in order; none overlap.

    In *markdown*, front matter, fenced code and code spans hold no tokens.
    """
    return [Token(*found) for found in scan_tokens(text, markdown=markdown)]


def scan_tokens(text: str, *, markdown: bool) -> list[Found]:
    """Return what `find_tokens` does, each token as the tuple of a `Token`'s arguments."""
    if "[[" not in text:
        return []
    start = front_matter_end(text) if markdown else 0
    if markdown and ("`" in text or "~~~" in text):
        return _find_outside_code(text, start)
    return _find_well_formed(text, start)


def _find_well_formed(text: str, start: int) -> list[Found]:
    """Find the tokens of a text without code; from the first odd one on, slowly."""
    tokens: list[Found] = []
    find, match, at = text.find, _WELL_FORMED.match, start
    while (at := find("[[", at)) >= 0:
        if at > start and text[at - 1] == "\\":
            at += 2  # a literal
            continue
        found = match(text, at)
        if found is None:
            at += 1
            continue
        slash, name, params, close = found.groups("")
        if not close or (slash and params):
            return tokens + _find_anywhere(text, at)
        end = found.end()
        tokens.append((at, end, name, params, slash != ""))
        at = start = end
    return tokens


def _find_anywhere(text: str, start: int) -> list[Found]:
    reader = _TokenReader(text)
    tokens: list[Found] = []
    while opening := _OPENING.search(text, start):
        token = reader.read(opening.start())
        if token is not None:
            tokens.append(token)
            start = token[1]
        else:  # a literal is behind us as a whole
            start = opening.end()
    return tokens


def _find_outside_code(text: str, start: int) -> list[Found]:
    blocks = read_blocks(text, start)
    spans = CodeSpans(text, blocks.breaks)
    reader = _TokenReader(text)
    tokens: list[Found] = []
    for fence_start, fence_end in [*blocks.fences, (len(text), len(text))]:
        _sweep(text, start, fence_start, reader, spans, tokens)
        start = fence_end
    return tokens


def _sweep(
    text: str, at: int, limit: int, reader: _TokenReader, spans: CodeSpans, tokens: list[Found]
) -> None:
    """Append the tokens between *at* and *limit*; of code span and token the first to start wins."""
    while stop := _STOP.search(text, at, limit):
        kind, at = stop.group()[-1], stop.end()
        length = at - stop.start()
        if text[stop.start()] == "\\":
            if kind == "`" and length % 2:  # an even number of backslashes escapes nothing
                at -= 1
        elif kind == "`":
            at = spans.end_of(at, length)
        else:
            token = reader.read(stop.start())
            if token is not None and token[1] <= limit:
                tokens.append(token)
                at = token[1]


class _TokenReader:
    """Reads tokens at rising offsets of one text."""

    __slots__ = ("_bracket", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._bracket = -1  # the next "]", remembered: unclosed tokens must not search it again

    def read(self, start: int) -> Found | None:
        """Return the token whose `[[` stands at *start*, None if there is none."""
        text = self._text
        name = _NAME.match(text, start + 2)
        if name is None:
            return None
        end = name.end()
        is_closing = bool(name[1])
        if text.startswith("]]", end):
            return start, end + 2, name[2], "", is_closing
        if is_closing or end == len(text) or text[end] not in SPACES:
            return None
        close = self._next_bracket(end)
        # A single space is not enough: the pattern needs a space *and* something behind it.
        if close - end < 2 or not text.startswith("]]", close):
            return None
        return start, close + 2, name[2], text[end:close], False

    def _next_bracket(self, at: int) -> int:
        if self._bracket < at:
            found = self._text.find("]", at)
            self._bracket = found if found >= 0 else len(self._text)
        return self._bracket
