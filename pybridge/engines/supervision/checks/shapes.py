"""The shapes of what a worker sends, as functions that are fast enough for every reply.

A worker may be under a script's control. `tests/property/test_fuzz_replies.py` compares these functions with
the schemas, which are too slow to be applied to each outcome.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from math import isfinite
from typing import Any

from pybridge import resources

Check = Callable[[Any], bool]
Checks = Mapping[str, Check]

_NONE: Checks = {}
_FILLED = re.compile(r"[^\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]")
"""A character that is not blank, as in post.v1."""
_HASH = re.compile(r"[0-9a-f]{64}")
_LARGEST_NUMBER = 2**53
DEEPEST = 400
"""Levels of any message that an engine accepts or sends; safe to read and to write again everywhere."""


def is_text(value: Any) -> bool:
    """Return whether *value* is a string."""
    return type(value) is str


def is_name(value: Any) -> bool:
    """Return whether *value* is a string that is not empty."""
    return type(value) is str and value != ""


def is_flag(value: Any) -> bool:
    """Return whether *value* is true or false."""
    return type(value) is bool


def is_count(value: Any) -> bool:
    """Return whether *value* is a whole number from 0."""
    return type(value) is int and 0 <= value < _LARGEST_NUMBER


def is_number(value: Any) -> bool:
    """Return whether *value* is a finite number from 0."""
    return type(value) in (int, float) and 0 <= value <= _LARGEST_NUMBER and isfinite(value)


def is_shallow(value: Any, levels: int = DEEPEST) -> bool:
    """Return whether a JSON value, of which no schema says what it holds, has at most so many levels."""
    if type(value) is dict:
        return levels > 0 and all(is_shallow(each, levels - 1) for each in value.values())
    if type(value) is list:
        return levels > 0 and all(is_shallow(each, levels - 1) for each in value)
    return True


def is_closed(value: Any, required: Checks, optional: Checks = _NONE) -> bool:
    """Return whether *value* is an object with all *required* members and no unknown one."""
    if type(value) is not dict or not required.keys() <= value.keys():
        return False
    for name, member in value.items():
        check = required.get(name) or optional.get(name)
        if check is None or not check(member):
            return False
    return True


def is_list(value: Any, check: Check) -> bool:
    """Return whether *value* is a list of such items."""
    return type(value) is list and all(map(check, value))


def is_error(value: Any) -> bool:
    """Return whether *value* is an error.v1."""
    return is_closed(value, _PROBLEM, _OF_ERROR)


def is_warning(value: Any) -> bool:
    """Return whether *value* is a warning.v1."""
    return is_closed(value, _REMARK, _OF_WARNING)


def is_result(value: Any) -> bool:
    """Return whether *value* is a result.v1."""
    if not is_closed(value, _NONE, _OF_RESULT):
        return False
    return ("html" in value) + ("markdown" in value) + ("text" in value) == 1


def is_outcome(value: Any) -> bool:
    """Return whether *value* is an outcome.v1: a result or an error, never both."""
    if not is_closed(value, _NONE, _OF_OUTCOME):
        return False
    return "scriptId" in value and "error" not in value if "result" in value else "error" in value


def is_script(value: Any) -> bool:
    """Return whether *value* is a script.v1."""
    return is_closed(value, _SCRIPT, {"limits": _is_limits, "isolated": lambda flag: flag is True})


def is_transformed(value: Any) -> bool:
    """Return whether *value* is a transformed.v1."""
    return is_closed(value, _TRANSFORMED, _STREAMS)


@cache
def _codes() -> frozenset[str]:
    text = (resources.schemas() / "error.v1.schema.json").read_text("utf-8")
    return frozenset(json.loads(text)["$defs"]["code"]["enum"])


def is_code(value: Any) -> bool:
    """Return whether *value* is a code of error.v1."""
    return type(value) is str and value in _codes()


def is_place(value: Any) -> bool:
    """Return whether *value* is a whole number from 1."""
    return type(value) is int and 0 < value < _LARGEST_NUMBER


def _is_pointer(value: Any) -> bool:
    return is_text(value) and (not value or value[0] == "/")


def _is_hash(value: Any) -> bool:
    return is_text(value) and _HASH.fullmatch(value) is not None


def _is_call_place(value: Any) -> bool:
    return is_closed(value, _LINE_COLUMN, {"path": is_text})


def _is_script_place(value: Any) -> bool:
    return is_closed(value, {"path": is_text, "line": is_place}, {"column": is_place})


def _is_frame(value: Any) -> bool:
    return is_closed(value, _FRAME, {"column": is_place, "text": is_text})


def _is_remark(value: Any) -> bool:
    return is_text(value) or is_closed(value, {"code": is_name, "message": is_text})


def _is_text_or_null(value: Any) -> bool:
    return value is None or type(value) is str


def _is_texts(value: Any) -> bool:
    return is_list(value, is_text)


def _is_limits(value: Any) -> bool:
    return type(value) is dict and all(is_number(each) and each > 0 for each in value.values())


def _is_filled(value: Any) -> bool:
    return type(value) is str and _FILLED.search(value) is not None


def _is_post(value: Any) -> bool:
    return is_closed(value, _POST)


def _is_skipped(value: Any) -> bool:
    return is_closed(value, _SKIPPED, _OF_SKIPPED)


def _is_toasts(value: Any) -> bool:
    return is_list(value, lambda each: is_name(each) and len(each) <= 300) and len(value) <= 20


_LINE_COLUMN: Checks = {"line": is_place, "column": is_place}
_FRAME: Checks = {"path": is_text, "line": is_place, "name": is_text}
_STREAMS: Checks = {"stdout": is_text, "stderr": is_text}
_PROBLEM: Checks = {"code": is_code, "message": is_text}
_OF_PROBLEM: Checks = {
    "script": _is_script_place,
    "type": is_text,
    "frames": lambda value: is_list(value, _is_frame),
    "excerpt": is_text,
    "hint": is_text,
    "pointer": _is_pointer,
}
_OF_ERROR: Checks = {**_OF_PROBLEM, "macro": is_text, "call": _is_call_place, "sha256": _is_hash}
_REMARK: Checks = {"code": is_name, "message": is_text}
_OF_WARNING: Checks = {"macro": is_text, "call": _is_call_place, "pointer": _is_pointer}
_OF_RESULT: Checks = {
    "html": is_text,
    "markdown": is_text,
    "text": is_text,
    "data": is_shallow,
    "warnings": lambda value: is_list(value, _is_remark),
}
_OF_OUTCOME: Checks = {
    **_STREAMS,
    "result": is_result,
    "error": is_error,
    "scriptId": is_text,
    "warnings": lambda value: is_list(value, is_warning),
}
_SCRIPT: Checks = {
    **dict.fromkeys(("path", "id", "slug", "entrypoint"), is_name),
    **dict.fromkeys(("enabled", "body"), is_flag),
    **dict.fromkeys(("createdAt", "updatedAt"), _is_text_or_null),
    "title": is_text,
    "kind": lambda value: value in ("macro", "transform", "utility", "helper"),
    "version": is_place,
    "aliases": _is_texts,
    "needs": lambda value: value is None or _is_texts(value),
    "params": lambda value: value is None or (type(value) is dict and is_shallow(value)),
    "origin": lambda value: value in ("default", "project"),
    "sha256": _is_hash,
    "problems": lambda value: is_list(value, is_error),
}
_POST: Checks = {
    **dict.fromkeys(("title", "content"), _is_filled),
    **dict.fromkeys(("tags", "categories"), lambda value: is_list(value, _is_filled)),
}
_SKIPPED: Checks = {**_PROBLEM, "scriptId": is_name, "scriptSlug": is_name}
_OF_SKIPPED: Checks = _OF_PROBLEM
_TRANSFORMED: Checks = {
    "post": _is_post,
    "applied": lambda value: is_list(value, is_name),
    "errors": lambda value: is_list(value, _is_skipped),
    "toasts": _is_toasts,
}
