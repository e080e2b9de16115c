"""Items of a batch: their JSON, their time, and why some cannot be sent."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from pybridge.engines.limits import Limits
from pybridge.engines.protocol import JsonObject
from pybridge.engines.supervision.script_index import name_of
from pybridge.errors import InputTooLarge
from pybridge.macros.values.json_text import is_deeper

MESSAGE_LENGTH = 1 << 20
"""Most characters of one message; they are bytes, because the text is ASCII."""


@dataclass(frozen=True)
class Item:
    """One item of a batch, ready to be sent."""

    index: int
    """Its place in the batch."""
    text: str
    """Its JSON."""


class StepStore:
    """Values for some steps of documents: outcomes that are known, or errors that were charged."""

    def __init__(self) -> None:
        self._kept: dict[int, dict[str, JsonObject]] = {}

    def has(self, index: int, step: int | str) -> bool:
        """Return whether there is a value for a step of the document at *index*."""
        return str(step) in self._kept.get(index, {})

    def set(self, index: int, step: int | str, value: JsonObject) -> None:
        """Keep a value for a step of the document at *index*."""
        self._kept.setdefault(index, {})[str(step)] = value

    def replace(self, index: int, steps: Mapping[str, JsonObject]) -> None:
        """Keep just *steps* for the document at *index*."""
        self._kept[index] = dict(steps)

    def of(self, index: int) -> Mapping[str, JsonObject]:
        """Return the values for the document at *index*, by step."""
        return self._kept.get(index, {})

    def by_place(self, sent: Sequence[Item]) -> str:
        """Return the values for a message's documents as JSON, by their place in it."""
        kept = self._kept
        return json.dumps(
            {str(at): kept[item.index] for at, item in enumerate(sent) if item.index in kept}
        )


class BatchClock:
    """The time of one batch; checked whenever items are finished."""

    def __init__(self, limits: Limits) -> None:
        self._seconds = limits.batch_s
        self._ends = time.monotonic() + limits.batch_s

    def is_over(self) -> bool:
        """Return whether no further item of the batch may begin."""
        return time.monotonic() >= self._ends

    def again(self, seconds: float) -> BatchClock:
        """Return a clock of the same batch that ends in some *seconds*."""
        clock = copy(self)
        clock._ends = time.monotonic() + seconds
        return clock

    @property
    def error(self) -> JsonObject:
        """The error of an item that was not reached."""
        message = f"not reached: its batch took longer than {self._seconds:g} s"
        return _problem("timeout", message, hint="split the batch, or raise the limit batchS")


_encode = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode
"""Made once: `json.dumps` makes one for each document."""


def encode(value: Any, limits: Limits) -> str | JsonObject:
    """Return *value* as JSON text; an error.v1 when that cannot be sent."""
    try:
        text = _encode(value)
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
    """Check the number of items.

    Raises:
        InputTooLarge: when a batch may not have so many.
    """
    if len(items) > limits.batch_items:
        raise InputTooLarge("the batch", len(items), limits.batch_items, "batchItems")


def failed_call(
    call: Mapping[str, Any], error: Mapping[str, Any], script: JsonObject | None = None
) -> JsonObject:
    """Return the outcome of a call that was not run or did not end; its error has the call's place."""
    located: JsonObject = {
        "code": error["code"],
        "message": error["message"],
        "macro": name_of(call),
    }
    position = call["macro"].get("position") if isinstance(call.get("macro"), Mapping) else None
    if isinstance(position, Mapping) and "line" in position:
        located["call"] = dict(position)
    outcome: JsonObject = {"error": {**located, **error}}
    return {**outcome, "scriptId": script["id"]} if script else outcome


def failed_document(document: Mapping[str, Any], error: Mapping[str, Any]) -> JsonObject:
    """Return the outcome of a document that could not be rendered: its own text and *error*."""
    return {"parts": [document["text"]], "macros": [], "warnings": [], "errors": [dict(error)]}


def joined(items: Iterable[Item]) -> str:
    """Return the items as the members of a JSON array."""
    return ",".join(item.text for item in items)
