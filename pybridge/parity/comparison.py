"""Compare what two engines made of a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pybridge.html.text import escape
from pybridge.macros.values.problems import pointer as json_pointer
from pybridge.parity.cases import JsonObject

PYTHONS_OWN = frozenset({"exception", "syntax", "capability", "memory", "timeout", "crash"})
"""Codes whose messages are Python's, or the host's: their words may differ, nothing else."""

_UNTIMED = ("durationUs", "durationMs")
_WORDS = ("message", "hint")
_DEEP = (*_WORDS, "script", "frames", "excerpt")
"""Where the stack ends differs by what was on it before."""
_MISSING = object()


@dataclass(frozen=True)
class Difference:
    """The first place where two results differ."""

    pointer: str
    """JSON pointer into the result."""
    values: tuple[Any, Any]
    """What stands there; None for nothing."""


def difference(one: JsonObject, other: JsonObject) -> Difference | None:
    """Return the first difference that counts, in the order of the one's members."""
    return next(_differences(comparable(one), comparable(other), ""), None)


def refusal_difference(one: JsonObject, other: JsonObject) -> Difference | None:
    """Return the first difference of two refused calls: each host has a validator and its words."""
    return difference(_refusal(one), _refusal(other))


def _refusal(result: JsonObject) -> JsonObject:
    error = result.get("error", {})
    return {"error": {key: error.get(key) for key in ("code", "pointer")}}


def comparable(result: Mapping[str, Any]) -> JsonObject:
    """Return a result without what may differ: durations, and the words of Python's own errors."""
    cleaned: JsonObject = _cleaned(result)
    if isinstance(result.get("output"), str):
        cleaned["output"] = _without_words(result["output"], result)
    return cleaned


def _cleaned(value: Any) -> Any:
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    dropped: tuple[str, ...] = ()
    if value.get("code") in PYTHONS_OWN and "message" in value:
        dropped = _DEEP if value.get("type") == "RecursionError" else _WORDS
        if value.get("type") == "AssertionError":
            value = _without_columns(value)
    return {k: _cleaned(v) for k, v in value.items() if k not in _UNTIMED and k not in dropped}


def _without_columns(error: Mapping[str, Any]) -> JsonObject:
    """Forget where on the line an assertion failed: Python 3.11 points to another part of it."""
    places = [error["script"], *error.get("frames", ())] if "script" in error else []
    bare = [{key: each[key] for key in each if key != "column"} for each in places]
    return {**error, "script": bare[0], "frames": bare[1:]} if bare else dict(error)


def _without_words(output: str, result: Mapping[str, Any]) -> str:
    """Take Python's own words out of the marks that a preview shows."""
    for error in result.get("errors", ()):
        if error.get("code") in PYTHONS_OWN:
            output = output.replace(escape(error["message"]), "…")
    return output


def _differences(one: Any, other: Any, pointer: str) -> Iterator[Difference]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in [*one, *(key for key in other if key not in one)]:
            step = pointer + json_pointer(key)
            yield from _differences(one.get(key, _MISSING), other.get(key, _MISSING), step)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for at, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            yield from _differences(mine, theirs, f"{pointer}/{at}")
    elif type(one) is not type(other) or one != other:
        yield Difference(pointer, (_shown(one), _shown(other)))


def _shown(value: Any) -> Any:
    return None if value is _MISSING else value
