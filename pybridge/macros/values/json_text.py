"""JSON text in and out: strict, ASCII-only, out of reach of scripts that patch `json`.

A number is the same wherever it came through JavaScript or not: one that is whole is an integer, `4.0` and `-0.0` too,
and one beyond 2^53-1 is a float.

The scanner and encoder are made once, at import. Depth is measured on the text, before parsing:
a deep `json.loads` ends Pyodide for good.
"""

from __future__ import annotations

import json
import json.encoder
import json.scanner
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b'"[]{}')
_NEVER_ESCAPED = bytes(byte for byte in range(256) if byte not in b'"[]{}\\/bfnrtu')
_ALIKE = bytes.maketrans(b"[]", b"{}")
_STRING = re.compile(rb'"[^"]*"')
_SPACE = re.compile(r"[ \t\n\r]*")
_LARGEST_INTEGER = 2**53 - 1
_SHORT = 65_536  # bytes; in longer texts counting the brackets mostly leads to nothing
_DIGITS = bytes(48 if 48 <= byte < 58 else 32 for byte in range(256))
_LONG_NUMBER = b"0" * len(str(_LARGEST_INTEGER))
_skip_space = _SPACE.match


class NotJson(ValueError):
    """A text that is not strict JSON."""


def _refuse_constant(name: str) -> Any:
    raise NotJson(f"{name} is not JSON")


def _refuse_value(value: object) -> Any:
    raise TypeError(f"{type(value).__name__} is not JSON")


def _integer(text: str) -> int | float:
    number = float(text)
    return int(text) if -_LARGEST_INTEGER <= number <= _LARGEST_INTEGER else number


def _number(text: str) -> int | float:
    number = float(text)
    is_whole = number.is_integer() and -_LARGEST_INTEGER <= number <= _LARGEST_INTEGER
    return int(number) if is_whole else number


_decoder: Any = json.JSONDecoder(parse_float=_number, parse_constant=_refuse_constant)
_scan = json.scanner.make_scanner(_decoder)
_decoder = json.JSONDecoder(
    parse_int=_integer, parse_float=_number, parse_constant=_refuse_constant
)
_scan_large = json.scanner.make_scanner(_decoder)  # takes three times as long for each integer
_Syntax = json.JSONDecodeError


def _make_encoder() -> Any:
    make: Any = vars(json.encoder)["c_make_encoder"]
    escape = json.encoder.encode_basestring_ascii
    if make is None:  # an interpreter without the accelerator
        slow = json.JSONEncoder(allow_nan=False, separators=(",", ":"))
        return lambda value, _: slow.iterencode(value)
    return make(None, _refuse_value, escape, None, ":", ",", False, False, False)


_encode = _make_encoder()
_join = "".join


def parse(text: str) -> Any:
    """Return the value of a JSON text.

    Raises:
        NotJson: It is not strict JSON.
    """
    digits = text.encode("ascii", "replace").translate(_DIGITS)
    scan = _scan_large if _LONG_NUMBER in digits else _scan
    try:
        value, end = scan(text, _skip_space(text, 0).end())  # type: ignore[union-attr]
    except StopIteration as stop:
        raise NotJson(f"no JSON value at character {stop.value}") from None
    except _Syntax as error:
        raise NotJson(f"{error.msg.removesuffix(' at')} at character {error.pos}") from None
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)) from None
    end = _skip_space(text, end).end()  # type: ignore[union-attr]
    if end != len(text):
        raise NotJson(f"more text behind the JSON value, at character {end}")
    return value


def write(value: object) -> str:
    """Return *value*, made of JSON's own types, as ASCII text without blanks.

    Raises:
        ValueError: It holds NaN or an infinity.
        TypeError: It holds something that is not JSON.
    """
    return _join(_encode(value, 0))


quote: Callable[[str], str] = json.encoder.encode_basestring_ascii
"""Write a text as JSON, ASCII only."""


def write_with(message: Mapping[str, object], member: str, texts: Iterable[str]) -> str:
    """Return *message* as JSON, in it a list under *member* of values that are JSON already."""
    return _join((write(message)[:-1], f',"{member}":[', ",".join(texts), "]}"))


def is_deeper(text: str, limit: int) -> bool:
    """Whether the JSON *text* nests more than *limit* levels; linear and without recursion."""
    if len(text) <= _SHORT and text.count("[") + text.count("{") <= limit:
        return False
    plain = text.encode("ascii", "replace")
    if b"\\" in plain:
        plain = plain.translate(None, _NEVER_ESCAPED).replace(b"\\\\", b"").replace(b'\\"', b"")
    brackets = plain.translate(_ALIKE, _NO_BRACKETS).replace(b'""', b"")
    if b'"' in brackets:
        brackets = _STRING.sub(b"", brackets)
    for _ in range(limit):
        if not brackets:
            return False
        brackets = brackets.replace(b"{}", b"")  # takes away the innermost level
    return b"{" in brackets
