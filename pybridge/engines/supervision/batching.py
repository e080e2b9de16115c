"""Cut batches into messages, and refuse items that are too large to send."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pybridge.engines.limits import Limits
from pybridge.engines.protocol import JsonObject
from pybridge.errors import InputTooLarge
from pybridge.macros.values.json_text import is_deeper

MESSAGE_ITEMS = 1000
MESSAGE_LENGTH = 1 << 20
"""Characters, which are bytes as the text is ASCII."""


@dataclass(frozen=True)
class Item:
    """One item of a batch, ready to be sent."""

    index: int
    """Its place in the batch."""
    text: str
    """Its JSON."""


class BatchClock:
    """The time of one batch; looked at whenever items are finished."""

    def __init__(self, limits: Limits) -> None:
        self._seconds = limits.batch_s
        self._ends = time.monotonic() + limits.batch_s

    def is_over(self) -> bool:
        """Whether nothing more of the batch is begun."""
        return time.monotonic() >= self._ends

    @property
    def error(self) -> JsonObject:
        """What is said of an item that was not reached."""
        message = f"not reached: its batch took longer than {self._seconds:g} s"
        return _problem("timeout", message, hint="split the batch, or raise the limit batchS")


def encode(value: Any, limits: Limits) -> str | JsonObject:
    """Return *value* as JSON text; an error.v1 when that cannot be sent."""
    try:
        text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    except RecursionError:
        return _problem("input-limit", "nested too deeply")
    except (TypeError, ValueError) as error:
        return _problem("schema", f"cannot be written as JSON: {error}")
    if len(text) > limits.input_bytes:
        return _problem(
            "input-limit",
            f"{len(text):,} bytes of input, the limit is {limits.input_bytes:,}",
            hint="split it, or raise the limit inputBytes",
        )
    if is_deeper(text, limits.input_depth):
        return _problem("input-limit", f"nested deeper than {limits.input_depth} levels")
    return text


def _problem(code: str, message: str, **more: str) -> JsonObject:
    return {"code": code, "message": message, **more}


def check_size(items: Sequence[object], limits: Limits) -> None:
    """Return if a batch may have so many items.

    Raises:
        InputTooLarge: when it may not.
    """
    if len(items) > limits.batch_items:
        raise InputTooLarge("the batch", len(items), limits.batch_items, "batchItems")


def messages(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Group items so that a message stays small: bounded in number and in length."""
    group: list[Item] = []
    length = 0
    for item in items:
        if group and (len(group) == MESSAGE_ITEMS or length + len(item.text) > MESSAGE_LENGTH):
            yield group
            group, length = [], 0
        group.append(item)
        length += len(item.text)
    if group:
        yield group


def failed_document(document: Mapping[str, Any], error: Mapping[str, Any]) -> JsonObject:
    """Return what a document becomes that could not be worked on at all: its own text."""
    return {"parts": [document["text"]], "macros": [], "warnings": [], "errors": [dict(error)]}


def joined(items: Iterable[Item]) -> str:
    """Return the items as the members of a JSON array."""
    return ",".join(item.text for item in items)
