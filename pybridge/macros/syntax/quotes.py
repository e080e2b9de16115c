r"""Quoted values in a macro's params: where they end and what they say.

A value ends at its own quote. A backslash counts only before the value's quote: `\"` is a quote inside of
the value, `\\` at its end one backslash. Quotes of word processors count as quotes, too.
"""

from __future__ import annotations

import re

_DOUBLE = "\u201c\u201d\u201e\u201f"
_SINGLE = "\u2018\u2019\u201a\u201b"
_CLOSERS = {
    '"': '"',
    "'": "'",
    **dict.fromkeys(_DOUBLE, _DOUBLE + '"'),
    **dict.fromkeys(_SINGLE, _SINGLE + "'"),
    **dict.fromkeys("«»", "«»"),
}
"""What ends a value, by the quote that begins it. Every quote ends those of its own kind, so that looking for
the ends of many values takes linear time."""

QUOTES = "".join(_CLOSERS)
"""What begins a quoted value."""
_CLOSING = {
    opener: re.compile(rf"(?:[^{closers}\\]++|\\[\s\S])*+([{closers}])")
    for opener, closers in _CLOSERS.items()
}
_ESCAPED = {opener: re.compile(rf"(\\+)([{closers}]|\Z)") for opener, closers in _CLOSERS.items()}


def closing_quote(text: str, opener: int, end: int | None = None) -> int:
    """Return the offset of the quote that ends the value whose first quote is at *opener*; -1 without one."""
    found = _CLOSING[text[opener]].match(text, opener + 1, len(text) if end is None else end)
    return found.end() - 1 if found else -1


def unescaped(value: str, quote: str) -> str:
    """Return what stands between two quotes, its escapes replaced; *quote* is the first of them."""
    if "\\" not in value:
        return value
    return _ESCAPED[quote].sub(lambda run: "\\" * (len(run[1]) // 2) + run[2], value)
