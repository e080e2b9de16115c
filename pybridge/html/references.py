"""Character references of HTML, such as `&amp;` and `&#38;`. The same rules: web_worker/host/html/references.js."""

from __future__ import annotations

import html.entities
import re
from collections.abc import Set

_REFERENCE = re.compile(r"&(?:#[xX]([0-9a-fA-F]+);?|#([0-9]+);?|([A-Za-z][A-Za-z0-9]*)(;?))")
_UNKNOWN = "\ufffd"
_MOST_DIGITS = 7
_LONGEST_LEGACY = 6
_WINDOWS_1252 = (
    "\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f"
    "\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178"
)
"""What the numbers 128 to 159 stand for."""


def decoded_text(text: str, legacy: Set[str]) -> str:
    """Return *text* from between tags without references. *legacy* names need no semicolon."""

    def value(found: re.Match[str]) -> str:
        name = found[3]
        if name is None:
            return _character(found)
        known = html.entities.html5.get(f"{name};") if found[4] else None
        return known or _by_prefix(name, legacy) + found[4]

    return _REFERENCE.sub(value, text) if "&" in text else text


def decoded_value(text: str, legacy: Set[str]) -> str:
    """Return the value of an attribute without references; `?a=1&copy=2` has none."""

    def value(found: re.Match[str]) -> str:
        name = found[3]
        if name is None:
            return _character(found)
        if found[4]:
            return html.entities.html5.get(f"{name};", found[0])
        is_known = name in legacy and not text.startswith("=", found.end())
        return html.entities.html5[name] if is_known else found[0]

    return _REFERENCE.sub(value, text) if "&" in text else text


def _by_prefix(name: str, legacy: Set[str]) -> str:
    """Return a name without its semicolon, read as a parser does: the longest known name at its start counts."""
    for length in range(min(len(name), _LONGEST_LEGACY), 1, -1):
        if name[:length] in legacy:
            return html.entities.html5[name[:length]] + name[length:]
    return f"&{name}"


def _character(found: re.Match[str]) -> str:
    digits, base = (found[1], 16) if found[1] else (found[2], 10)
    digits = digits.lstrip("0")
    number = int(digits, base) if 0 < len(digits) <= _MOST_DIGITS else 0
    if 0x80 <= number <= 0x9F:
        return _WINDOWS_1252[number - 0x80]
    is_character = 0 < number < 0xD800 or 0xDFFF < number <= 0x10FFFF
    return chr(number) if is_character else _UNKNOWN
