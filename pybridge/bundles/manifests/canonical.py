"""JSON in one form: the bytes that are signed, and a reader that takes nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from pybridge.bundles.refusals import Refused
from pybridge.formats.json_text import decode_json

MOST_BYTES = 8 * 1024 * 1024
"""Of a manifest."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]|\n\Z")
r"""A pattern that ends with `$` takes a line end behind it, so no text ends with one."""


def ascii_json(value: Any) -> bytes:
    """Return *value* with sorted keys, without spaces, in ASCII, with a line end."""
    return (_dumped(value, ensure_ascii=True) + "\n").encode("ascii")


def utf8_json(value: Any) -> bytes:
    """Return *value* with sorted keys, without spaces, in UTF-8."""
    return _dumped(value, ensure_ascii=False).encode("utf-8")


def read_ascii_json(content: bytes, name: str) -> Any:
    """Return the value of JSON that `ascii_json` wrote.

    Raises:
        Refused: when it is anything else, such as the same value with other spaces or a key twice.
    """
    value = read_json(content, name)
    if ascii_json(value) != content:
        problem = f"{name} is not in its one form: sorted keys, no spaces, ASCII, one line end"
        raise Refused("manifest-form", problem)
    return value


def read_json(content: bytes, name: str) -> Any:
    """Return the value of strict JSON.

    Raises:
        Refused: when it is not JSON, or too large.
    """
    if len(content) > MOST_BYTES:
        raise Refused("manifest-form", f"{name} is larger than {MOST_BYTES:,} bytes")
    try:
        value = decode_json(content.decode("utf-8"))
    except ValueError as error:
        raise Refused("manifest-form", f"{name} is not JSON: {error}") from error
    if any(map(_CONTROL.search, _texts(value))):
        raise Refused("manifest-form", f"{name} has control characters, or half a character")
    return value


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in *value*, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _dumped(value: Any, *, ensure_ascii: bool) -> str:
    return json.dumps(
        value,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=ensure_ascii,
        allow_nan=False,
    )
