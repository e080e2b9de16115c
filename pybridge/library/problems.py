"""Errors and warnings as values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pybridge.errors import RemoteError
from pybridge.errors.text import error_text


@dataclass(frozen=True)
class Problem:
    """An error or a warning about a document, a macro or a script."""

    code: str
    """Of an error: one of error.v1's list. Of a warning: its kind."""
    message: str
    """One line."""
    hint: str | None
    """What to do about it, if known."""
    macro: str | None
    """Name of the macro, as written in the document."""
    path: str | None
    """The document; None where it has no path."""
    line: int | None
    """Line of the macro in the document, from 1."""
    column: int | None
    """Its column in code points, from 1."""
    value: Mapping[str, Any]
    """The whole error.v1 or warning.v1, with the script's line, the traceback and an excerpt."""

    def __str__(self) -> str:
        return error_text(self.value)

    def to_json(self) -> dict[str, Any]:
        """Return it as error.v1 or warning.v1."""
        return dict(self.value)


def problem(value: Mapping[str, Any] | str) -> Problem:
    """Return a problem from its JSON; a script may warn with a sentence alone."""
    if isinstance(value, str):
        value = {"code": "warning", "message": value}
    call = value.get("call") or {}
    return Problem(
        code=value["code"],
        message=value["message"],
        hint=value.get("hint"),
        macro=value.get("macro"),
        path=call.get("path"),
        line=call.get("line"),
        column=call.get("column"),
        value=value,
    )


def problems(values: Iterable[Mapping[str, Any] | str]) -> tuple[Problem, ...]:
    """Return problems from their JSON."""
    return tuple(map(problem, values))


class ScriptFailed(RemoteError):
    """A script failed: `code` says how, `value` is the whole error.v1 with its line and traceback."""

    def __str__(self) -> str:
        return error_text(self.value)
