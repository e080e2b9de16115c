"""Strict JSON text: what JavaScript's JSON.parse would take, and nothing else."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from pybridge.errors import JsonUnreadable


def parse_json(text: str, source: str = "input") -> Any:
    """Parse strict JSON; *source* names where it came from in messages.

    Raises:
        JsonUnreadable: if it is not JSON, holds NaN or Infinity, or is nested too deeply.
    """
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise JsonUnreadable(source, error.lineno, error.colno, error.msg) from error
    except _NotJsonError as error:
        line, column = _place(text, str(error))
        raise JsonUnreadable(source, line, column, f"{error} is not allowed") from None
    except ValueError as error:
        raise JsonUnreadable(source, 1, 1, str(error)) from error
    except RecursionError:
        raise JsonUnreadable(source, 1, 1, "nested too deeply") from None


def dump_json(value: Any, *, indent: int | None = None) -> str:
    """Return *value* as strict JSON text, readable by people.

    Raises:
        ValueError: when it holds NaN or Infinity, or is cyclic.
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)


class _NotJsonError(Exception):
    """The text holds a number that JSON has no word for."""


def _refuse(constant: str) -> NoReturn:
    raise _NotJsonError(constant)


def _place(text: str, word: str) -> tuple[int, int]:
    before = text[: max(text.find(word), 0)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
