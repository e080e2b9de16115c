"""The params of a token, with the types they were written with."""

from __future__ import annotations

import re

from pybridge.macros.syntax.quotes import QUOTES, closing_quote, unescaped
from pybridge.macros.values.characters import INVISIBLE_CLASS, SPACE_CLASS, SPACES, WORD_CLASS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_KEY = f"[{WORD_CLASS}][{WORD_CLASS}-]*+"
_PLAIN = re.compile(
    # What most params are, all read at once; in the last group the rest, from the first that is not.
    rf"(?:[{SPACE_CLASS}]++|\A)({_KEY})=(?:\"([^\"\\]*+)\"|'([^'\\]*+)'"
    rf"|([a-zA-Z_][{WORD_CLASS}.:/?&%#+@~=-]*+|[{WORD_CLASS}.-]++))(?=[{SPACE_CLASS}]|\Z)|(.++)",
    re.DOTALL,
)
_SPACES = re.compile(f"[{SPACE_CLASS}]*+")
_NAMED = re.compile(f"({_KEY})[{SPACE_CLASS}]*+=")
_NEXT = re.compile(f"{_KEY}[{SPACE_CLASS}]*+=")
_BARE = re.compile(rf"[^{SPACE_CLASS}\]]+")
_SEPARATOR = re.compile("[,;/]+")
_OTHER_NAME = re.compile(rf"[^{SPACE_CLASS}=]+[{SPACE_CLASS}]*=")
_RUN = re.compile(f"[^{SPACE_CLASS}]+")
_NUMBER_AND_MORE = re.compile(r"(-?[0-9]++(?:\.[0-9]++)?)([,;/]+)")
_INVISIBLE = re.compile(f"[{INVISIBLE_CLASS}]")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,15})")
_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]*[1-9]")
_NUMERIC = frozenset("-0123456789")  # what both of them begin with
_LONGEST_DECIMAL = 25  # what repr of a float can have at most
_LARGEST_INTEGER = 2**53 - 1  # what JavaScript holds exactly
_SHORT = len(str(_LARGEST_INTEGER))  # an integer of fewer digits is smaller
_LONGEST_SHOWN = 60
_MOST_FINDINGS = 20

Finding = tuple[int, str]
"""Offset in the text of the params, and what is wrong there."""


def read_params(text: str) -> tuple[dict[str, Any], Sequence[Finding]]:
    """Return the params written in *text*, `key=value`, `key="value"` or `key='value'`, and what else is there.

    Of a repeated key the last value holds. The findings name the others, all that no param reads, and what is read
    in a way that its author hardly meant.
    """
    plain = plain_params(text)
    if plain is not None:
        return plain, ()
    reader = _Reader(text)
    return reader.params, tuple(reader.findings)


def written_params(text: str) -> str:
    """Return the params in *text* as they are written, without what no param reads; empty if one is not whole."""
    reader = _Reader(text)
    return (
        "" if reader.is_broken else " ".join(text[slice(*each)] for each in reader.spans.values())
    )


def plain_params(text: str) -> dict[str, Any] | None:
    """Return the params if each is plain and has a name of its own, and nothing else is there; else None."""
    found = _PLAIN.findall(text)
    params: dict[str, Any] = {}
    for name, double, single, bare, rest in found:
        if rest:
            return None
        if bare:
            params[name] = typed(bare) if bare[0] in _NUMERIC else bare
        else:
            params[name] = double or single
    return params if len(params) == len(found) else None


class _Reader:
    """Reads the params of one token, plain or not."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._unread: list[tuple[int, int]] = []
        self._findings: list[Finding] = []
        self.params: dict[str, Any] = {}
        self.spans: dict[str, tuple[int, int]] = {}
        """Where each param is written, its name included."""
        self.is_broken = False
        """Whether a value is missing, or has no closing quote."""
        at = self._behind_spaces(0)
        while at < len(text):
            at = self._behind_spaces(self._read(at))

    @property
    def findings(self) -> list[Finding]:
        """What to tell the author, in the order of the text."""
        unread = [(start, self._say_unread(start, end)) for start, end in self._unread]
        found = sorted([*self._findings, *unread])
        more = len(found) - _MOST_FINDINGS
        if more > 0:
            found[_MOST_FINDINGS:] = [(found[_MOST_FINDINGS][0], f"{more:,} more pieces like that")]
        return found

    def _behind_spaces(self, at: int) -> int:
        spaces = _SPACES.match(self._text, at)
        return spaces.end() if spaces else at

    def _read(self, at: int) -> int:
        """Read the piece at *at*; return where it ends."""
        text = self._text
        named = _NAMED.match(text, at)
        if named:
            return self._read_value(named[1], at, named.end())
        separator = _SEPARATOR.match(text, at)
        if separator:
            return self._pass_over(at, separator.end())
        close = closing_quote(text, at) if text[at] in QUOTES else -1
        if close > 0 and text[close + 1 : close + 2] in {"", *SPACES}:
            return self._pass_over(at, close + 1)
        run = _RUN.match(text, at)
        return self._pass_over(at, run.end() if run else len(text))

    def _read_value(self, name: str, at: int, sign_end: int) -> int:
        text, start = self._text, self._behind_spaces(sign_end)
        if start == len(text) or (start > sign_end and _NEXT.match(text, start)):
            self.is_broken = True
            self._findings.append((at, f'the param {name!r} has no value: write {name}="…"'))
            return sign_end
        if text[start] in QUOTES:
            close = closing_quote(text, start)
            if close > 0:
                value = unescaped(text[start + 1 : close], text[start])
                self._keep(name, (at, close + 1), value)
                return close + 1
            self.is_broken = True
            self._findings.append((start, f"the value of {name!r} has no closing {text[start]}"))
        bare = _BARE.match(text, start)
        if bare is None:
            return self._pass_over(at, start + 1)
        end = start + len(bare[0].rstrip(",;"))
        number = _NUMBER_AND_MORE.fullmatch(bare[0])
        span = at, start + len(number[1]) if number else end
        self._keep(name, span, self._bare_value(name, start, bare[0]))
        return bare.end()

    def _bare_value(self, name: str, at: int, value: str) -> str | int | float:
        """Return an unquoted value; a comma or slash behind a number is not part of it."""
        number = _NUMBER_AND_MORE.fullmatch(value)
        if number:
            self._pass_over(at + len(number[1]), at + len(value))
            return typed(number[1])
        if value[-1] in ",;":
            message = f"the value of {name!r} ends with {value[-1]!r}: params stand between blanks"
            self._findings.append((at, message))
        invisible = _INVISIBLE.search(value)
        if invisible:
            place, code = at + invisible.start(), f"U+{ord(invisible[0]):04X}"
            self._findings.append(
                (place, f"the value of {name!r} has the invisible character {code}")
            )
        return typed(value)

    def _keep(self, name: str, span: tuple[int, int], value: str | int | float) -> None:
        if name in self.spans:
            message = f"the param {name!r} is written again below; only its last value counts"
            self._findings.append((self.spans[name][0], message))
        self.spans[name] = span
        self.params[name] = value

    def _pass_over(self, start: int, end: int) -> int:
        """Remember a piece that no param reads; return where it ends."""
        unread = self._unread
        if unread and self._behind_spaces(unread[-1][1]) == start:
            unread[-1] = unread[-1][0], end
        else:
            unread.append((start, end))
        return end

    def _say_unread(self, start: int, end: int) -> str:
        piece = self._text[start:end]
        short = piece if len(piece) <= _LONGEST_SHOWN else piece[:_LONGEST_SHOWN] + "…"
        invisible = _INVISIBLE.search(piece)
        if invisible:
            return f"{short!r} is read by no param: it has the invisible character U+{ord(invisible[0]):04X}"
        if not piece.strip(",;/"):
            return f"{short!r} is read by no param: remove it, params stand between blanks"
        before = self._text[:start].rstrip()
        if before and before == self._text[:start] and before[-1] in QUOTES:
            quote = "'" if before[-1] == '"' else '"'
            return (
                f"{short!r} is read by no param: the value before it ends at its {before[-1]}; write it"
                f" in {quote}…{quote}, or \\{before[-1]} inside of it"
            )
        if _OTHER_NAME.match(piece):
            return f"{short!r} is read by no param: a name has only the letters a to z, digits, _ and -"
        return f'{short!r} is read by no param: a param is written name="value"'


def typed(value: str) -> str | int | float:
    """Return an unquoted *value* as a number if it is written as that number prints, else as it is.

    So `007`, `1.50`, `-0`, `1e3`, `nan` and integers beyond 2^53-1 stay text.
    """
    if value[:1] not in _NUMERIC:  # most values are words
        return value
    if len(value) < _SHORT and value[0] != "0" and value.isascii() and value.isdigit():
        return int(value)  # most numbers
    if _INTEGER.fullmatch(value):
        number = int(value)
        return number if abs(number) <= _LARGEST_INTEGER and value != "-0" else value
    if len(value) <= _LONGEST_DECIMAL and _DECIMAL.fullmatch(value):
        decimal = float(value)
        return decimal if repr(decimal) == value else value
    return value
