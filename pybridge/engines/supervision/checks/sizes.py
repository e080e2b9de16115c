"""The limits of results and output, which the engine applies inside the sandbox, applied to what a worker sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pybridge.engines.limits import Limits
from pybridge.engines.supervision.checks.shapes import is_shallow

Json = Mapping[str, Any]

_MARKS = 200
"""Characters by which the engine's mark for output that was cut may exceed the limit, in both streams together."""


def is_within(outcome: Json, limits: Limits) -> bool:
    """Return whether an outcome of a valid shape is as large as the engine may return at most."""
    printed = len(outcome.get("stdout", "")) + len(outcome.get("stderr", ""))
    if printed > limits.stdout_bytes + _MARKS:
        return False
    result = outcome.get("result")
    return result is None or is_result_within(result, limits)


def is_result_within(result: Json, limits: Limits) -> bool:
    """Return whether a result of a valid shape is within the limits."""
    text = result.get("html")
    if text is None:
        text = result["markdown"] if "markdown" in result else result["text"]
    if len(text) > limits.output_bytes:
        return False
    return "data" not in result or is_shallow(result["data"], limits.output_depth)
