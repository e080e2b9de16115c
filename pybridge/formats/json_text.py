"""Strict JSON text: what JavaScript's JSON.parse takes, within bounds, and nothing else."""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import Any, NoReturn

from pybridge.errors import JsonUnreadable
from pybridge.formats.plain_values import LARGEST_INTEGER, MOST_DIGITS, NUMBER_TOO_LONG

DEPTH = 512
"""Lists and objects inside each other. Python's parser calls itself for each."""
MOST_VALUES = 1_000_000
"""Lists and objects: a short text can take much memory."""

_LONGEST_INTEGER = len(str(-LARGEST_INTEGER))
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_BRACKETS = re.compile(r"[\[{]+|[\]}]+")


def parse_json(text: str, source: str = "input", *, keep_integers: bool = False) -> Any:
    """Parse strict JSON of the user.

    Args:
        text: The JSON.
        source: Where it came from, for messages.
        keep_integers: Return integers beyond 2^53-1 as they are. They would lose digits in JavaScript, so
            otherwise such a one becomes the text of its digits.

    Raises:
        JsonUnreadable: if it is not JSON, holds a number that JSON does not have, or more than the bounds allow.
    """
    try:
        return _decoded(text, _OWN if keep_integers else _USERS)
    except json.JSONDecodeError as error:
        raise JsonUnreadable(source, error.lineno, error.colno, error.msg) from error
    except _NotJsonError as error:
        line, column = _place(text, str(error))
        raise JsonUnreadable(source, line, column, f"{error} is not allowed") from None
    except ValueError as error:
        raise JsonUnreadable(source, 1, 1, str(error)) from error


def decode_json(text: str) -> Any:
    """Parse strict JSON that is not from the user, such as a record of pybridge's own that others may have changed.

    Raises:
        ValueError: as `parse_json`, without the place.
    """
    return _decoded(text, _OWN)


def _decoded(text: str, decoder: json.JSONDecoder) -> Any:
    _check_size(text)
    try:
        return decoder.decode(text)
    except RecursionError:  # little room is left
        raise ValueError("nested too deeply") from None


def dump_json(value: Any, *, indent: int | None = None) -> str:
    """Return *value* as strict JSON text, readable by people.

    Raises:
        ValueError: when it holds NaN or Infinity, or is cyclic.
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)


def _check_size(text: str) -> None:
    """Raise ValueError if *text* is too deep or has too many lists and objects, without reading it as JSON."""
    if text.count("[") + text.count("{") <= DEPTH:
        return
    code = _STRING.sub("", text)
    if code.count("[") + code.count("{") > MOST_VALUES:
        raise ValueError(f"more than {MOST_VALUES:,} lists and objects")
    depth = 0
    for run in _BRACKETS.finditer(code):
        depth += len(run[0]) if run[0][0] in "[{" else -len(run[0])
        if depth > DEPTH:
            raise ValueError("nested too deeply")


class _NotJsonError(ValueError):
    """The text holds a number that JSON has no word for."""


def _refuse(constant: str) -> NoReturn:
    raise _NotJsonError(constant)


def _finite(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise _NotJsonError(text)
    return value


def _integer(text: str) -> int | str:
    if len(text) > MOST_DIGITS:
        raise ValueError(NUMBER_TOO_LONG)
    if len(text) > _LONGEST_INTEGER:
        return text
    value = int(text)
    return value if abs(value) <= LARGEST_INTEGER else text


_OWN = json.JSONDecoder(parse_float=_finite, parse_constant=_refuse)
_USERS = json.JSONDecoder(parse_float=_finite, parse_int=_integer, parse_constant=_refuse)


def _place(text: str, word: str) -> tuple[int, int]:
    code = _STRING.sub(lambda found: " " * len(found[0]), text)
    before = text[: max(code.find(word), 0)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
