r"""Finding macro tokens in a document, in time linear in its length.

The grammar is that of the pattern `\[\[(\w+)(?:\s+([^\]]+))?\]\]` with JavaScript's meaning of
`\w` and `\s`, plus `]` inside of quoted values, closing tokens `[[/name]]` and the literal `\[[`. The pattern
itself is quadratic on `[[a [[a [[a …`, so it is written out here.
"""

from __future__ import annotations

import re

from pybridge.macros.syntax.code import find_code
from pybridge.macros.syntax.front_matter import front_matter_end
from pybridge.macros.syntax.params import plain_params
from pybridge.macros.syntax.quotes import QUOTES, closing_quote
from pybridge.macros.values.characters import SPACE_CLASS, SPACES, WORD_CLASS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Found = tuple[int, int, str, str, bool, dict[str, Any] | None]

_NAME = re.compile(f"(/?)([{WORD_CLASS}]+)")
_OPENING = re.compile(r"\\\[\[|\[(?=\[)")
_SIMPLE = re.compile(
    # What most tokens are, if their params are plain. No bracket is passed: what fails costs little.
    rf"\[\[(?:/([{WORD_CLASS}]++)|([{WORD_CLASS}]++)([^\[\]]*+))\]\]"
)
_VALUE = re.compile(rf"\]|=[{SPACE_CLASS}]*+([{QUOTES}])")
_BLANK_LINE = re.compile(r"(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)")


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
    return [Token(*found[:5]) for found in scan_tokens(text, markdown=markdown)[0]]


def scan_tokens(text: str, *, markdown: bool) -> tuple[list[Found], list[int]]:
    """Return the tokens and every other `[[` outside of code.

    A token is the tuple of a `Token`'s arguments and its params, if they are plain.
    """
    if "[[" not in text:
        return [], []
    start = front_matter_end(text) if markdown else 0
    scan = _Scan(text)
    if markdown and ("`" in text or "~~~" in text):
        scan.read_outside_code(start)
    else:
        scan.read_anywhere(scan.read_plain(start))
    return scan.tokens, scan.others


class _Scan:
    """Collects the tokens of one text."""

    __slots__ = ("_reached", "_reader", "_text", "others", "tokens")

    def __init__(self, text: str) -> None:
        self._text = text
        self._reader = _TokenReader(text)
        self._reached = 0
        self.tokens: list[Found] = []
        self.others: list[int] = []
        """Offsets of `[[` that begins no token and is not written as a literal."""

    def read_plain(self, start: int) -> int:
        """Find the tokens up to the first one that is not plain; return the offset to go on at."""
        text, at, tokens = self._text, start, self.tokens
        find = text.find
        while (at := find("[[", at)) >= 0:
            if at > start and text[at - 1] == "\\":
                at += 2  # a literal
                continue
            token = _read_simple(text, at)
            if token is None:
                return at
            tokens.append(token)
            at = start = token[1]
        return len(text)

    def read_anywhere(self, start: int) -> None:
        """Find the tokens from *start* on in a text without code."""
        while opening := _OPENING.search(self._text, start):
            start = opening.end()  # a literal is behind us as a whole
            if self._text[opening.start()] == "[":
                start = self._read(opening.start(), len(self._text)) or start

    def read_outside_code(self, start: int) -> None:
        """Find the tokens from *start* on that stand in no code."""
        text = self._text
        fences, spans = find_code(text, start, self._end_with_ticks)
        code = iter([*spans, (len(text), len(text))])
        span = next(code)
        for fence_start, fence_end in [*fences, (len(text), len(text))]:
            while span[0] < fence_start:
                self._sweep(start, span[0], fence_start)
                start = max(self._reached, span[1])
                span = next(code)
            self._sweep(start, fence_start, fence_start)
            start = fence_end

    def _end_with_ticks(self, start: int) -> int | None:
        """Return the end of the token at *start* if it holds a backtick."""
        token = self._reader.read(start)
        return token[1] if token and "`" in self._text[start : token[1]] else None

    def _sweep(self, at: int, stop: int, limit: int) -> None:
        """Find the tokens that begin between two offsets and end before *limit*."""
        self._reached = at
        while found := _OPENING.search(self._text, self._reached, stop + 1):
            if found.start() >= stop:
                return
            self._reached = found.end()
            if self._text[found.start()] == "[":
                self._reached = self._read(found.start(), limit) or found.end()

    def _read(self, start: int, limit: int) -> int | None:
        """Take the token whose `[[` stands at *start* and return its end; None if there is none."""
        token = self._reader.read(start)
        if token is None or token[1] > limit:
            self.others.append(start)
            return None
        self.tokens.append(token)
        return token[1]


def _read_simple(text: str, start: int) -> Found | None:
    """Return the token at *start* if its params are plain."""
    found = _SIMPLE.match(text, start)
    if found is None:
        return None
    closes, name, params = found.groups()
    if name is None:
        return start, found.end(), closes, "", True, None
    plain = plain_params(params)
    return None if plain is None else (start, found.end(), name, params, False, plain)


class _TokenReader:
    """Reads tokens at rising offsets of one text, and remembers what it has searched in vain."""

    __slots__ = ("_dead", "_found", "_found_from", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._dead: set[int] = set()  # brackets and values from which no token comes to its end
        self._found: re.Match[str] | None = None  # the next of them, from `_found_from` on
        self._found_from = len(text) + 1

    def read(self, start: int) -> Found | None:
        """Return the token whose `[[` stands at *start*, None if there is none."""
        text = self._text
        simple = _read_simple(text, start)
        if simple is not None:
            return simple
        name = _NAME.match(text, start + 2)
        if name is None:
            return None
        end = name.end()
        if name[1] or end == len(text) or text[end] not in SPACES:
            return None
        close = self._end_of_params(end)
        # A single space is not enough: the pattern needs a space *and* something behind it.
        if close - end < 2:
            return None
        return start, close + 2, name[2], text[end:close], False, None

    def _end_of_params(self, at: int) -> int:
        """Return the offset of the `]]` that ends the token whose params begin at *at*; -1 without one."""
        passed: list[int] = []
        while True:
            found = self._next(at)
            place = len(self._text) if found is None else found.start()
            if found is None or place in self._dead:
                break
            passed.append(place)
            if found[1] is None:
                if self._text.startswith("]]", place):
                    return place
                break
            at = self._behind_value(found.end() - 1)
        self._dead.update(passed)
        return -1

    def _next(self, at: int) -> re.Match[str] | None:
        """Return the next closing bracket or start of a quoted value."""
        found = self._found
        if at < self._found_from or (found is not None and at > found.start()):
            found = self._found = _VALUE.search(self._text, at)
            self._found_from = at
        return found

    def _behind_value(self, quote: int) -> int:
        """Return the offset behind a quoted value; a quote that only looks like one is passed alone.

        In one that holds `]`, the quote that ends it has to be visible as such: otherwise a forgotten quote
        would swallow the text up to the next one.
        """
        text = self._text
        close = closing_quote(text, quote)
        if close < 0:
            return quote + 1
        bracket = text.find("]", quote, close)
        if bracket < 0:
            return close + 1
        follows = text[close + 1 : close + 2]
        if follows != "]" and follows not in SPACES:
            return quote + 1
        is_far = _BLANK_LINE.search(text, quote, close) is not None
        if is_far or (text.find("]]", bracket, close) >= 0 and "\n" in text[quote:close]):
            return quote + 1
        return close + 1
