"""The params of a token, with the types they were written with."""

from __future__ import annotations

import re

from pybridge.macros.values.characters import SPACE_CLASS, WORD_CLASS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PARAM = re.compile(
    # A word without a value is consumed whole: trying its tails again would be quadratic.
    f"([{WORD_CLASS}]+)(?:=(?:([\"'])([^\"']*)[\"']|([^{SPACE_CLASS}\\]]+)))?"
)
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,15})")
_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]*[1-9]")
_NUMERIC = frozenset("-0123456789")  # what both of them begin with
_LONGEST_DECIMAL = 25  # what repr of a float can have at most
_LARGEST_INTEGER = 2**53 - 1  # what JavaScript holds exactly


def read_params(text: str) -> dict[str, Any]:
    """Return the params written in *text*: `key=value`, `key="value"` or `key='value'`.

    Of a repeated key the last value holds; anything else in between is ignored.
    """
    params: dict[str, Any] = {}
    for name, quote, quoted, bare in _PARAM.findall(text):
        if quote:
            params[name] = quoted
        elif bare:
            params[name] = typed(bare)
    return params


def typed(value: str) -> str | int | float:
    """Return an unquoted *value* as a number if it is written as that number prints, else as it is.

    So `007`, `1.50`, `-0`, `1e3`, `nan` and integers beyond 2^53-1 stay text.
    """
    if value[:1] not in _NUMERIC:  # most values are words
        return value
    if _INTEGER.fullmatch(value):
        number = int(value)
        return number if abs(number) <= _LARGEST_INTEGER and value != "-0" else value
    if len(value) <= _LONGEST_DECIMAL and _DECIMAL.fullmatch(value):
        decimal = float(value)
        return decimal if repr(decimal) == value else value
    return value
