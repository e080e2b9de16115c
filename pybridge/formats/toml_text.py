"""Read a TOML text, within bounds.

`tomllib` calls itself for each level, and looks at each part of a dotted key once for each part before it. So the
depth of brackets and of keys is known before it begins.
"""

from __future__ import annotations

import re
import tomllib
from datetime import datetime
from typing import Any

from pybridge.formats.bounds import Bounds, Unreadable, too_deep
from pybridge.formats.plain_values import MOST_DIGITS, NUMBER_TOO_LONG, plain_date, plain_value

_TEXTS = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*+(?:"{3,5}|\Z)|'{3}(?:[^']|'(?!''))*+(?:'{3,5}|\Z)'''
    r"""|"(?:[^"\\\n]|\\[^\n])*+"?|'[^'\n]*+'?|#[^\n]*+""",
    re.DOTALL,
)
"""Strings and comments: what is in them has no depth. One without an end goes up to where it must have ended."""
_DOTTED = re.compile(r"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+)+")
"""A dotted key without its last part; each is looked at once."""
_BRACKETS = re.compile(r"[\[{\]}]")
_LONG_NUMBER = re.compile(rf"(?<![\w.+-])[-+]?[0-9][\w.+-]{{{MOST_DIGITS}}}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}[0-9:.]*(?:[+-][0-9]{2}:[0-9]{2}|[Zz])"
)
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)")


def read_toml(text: str, bounds: Bounds) -> dict[str, Any]:
    r"""Return the table in *text*, with the types of `tomllib`. Lines may end with `\r` alone.

    Raises:
        Unreadable: when it is invalid, or more than *bounds* allow.
    """
    bounds.check_length(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    _check_form(text, bounds)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        problem = _PLACE.sub("", str(error))
        if place and place[1]:
            raise Unreadable(problem, int(place[1]), int(place[2])) from error
        raise Unreadable.at(f"{problem}, at its end", text, len(text)) from error
    except ValueError as error:  # an integer of too many digits
        raise Unreadable(str(error), 1, 1) from error
    _check_size(table, bounds)
    return table


def read_toml_as_json(text: str, bounds: Bounds) -> dict[str, Any]:
    """Return the table in *text* with JSON's types only, dates as ISO texts.

    Raises:
        Unreadable: as `read_toml`, and for an instant that is in no year of UTC.
    """
    table = read_toml(text, bounds)
    try:
        return {key: plain_value(value) for key, value in table.items()}
    except OverflowError as error:
        raise Unreadable.at(str(error), text, _bad_instant(text)) from error


def _bad_instant(text: str) -> int:
    for found in _INSTANT.finditer(text):
        try:
            plain_date(datetime.fromisoformat(found[0]))
        except ValueError:
            continue
        except OverflowError:
            return found.start()
    return 0


def _check_form(text: str, bounds: Bounds) -> None:
    """Raise `Unreadable` where brackets or keys are too deep, or a number is too long."""
    code = _TEXTS.sub(_fill, text)
    number = _LONG_NUMBER.search(code)
    if number:
        raise Unreadable.at(NUMBER_TOO_LONG, text, number.start())
    for key in _DOTTED.finditer(code):
        if key[0].count(".") >= bounds.depth:
            raise Unreadable.at(too_deep(bounds), text, key.start())
    depth = 0
    for bracket in _BRACKETS.finditer(code):
        depth = depth + 1 if bracket[0] in "[{" else max(depth - 1, 0)
        if depth > bounds.depth:
            raise Unreadable.at(too_deep(bounds), text, bracket.start())


def _fill(found: re.Match[str]) -> str:
    """Return as many characters that mean a word, or nothing for a comment."""
    return (" " if found[0].startswith("#") else "s") * len(found[0])


def _check_size(table: dict[str, Any], bounds: Bounds) -> None:
    rest: list[tuple[Any, int]] = [(table, 1)]
    count = 0
    while rest:
        value, depth = rest.pop()
        count += 1
        if count > bounds.values:
            raise Unreadable(f"more than {bounds.values:,} values", 1, 1)
        if isinstance(value, (dict, list)):
            if depth > bounds.depth:
                raise Unreadable(too_deep(bounds), 1, 1)
            inner = value.values() if isinstance(value, dict) else value
            rest.extend((item, depth + 1) for item in inner)
