"""The keywords of a param's schema, compiled into functions."""

from __future__ import annotations

import re

from pybridge.macros.values.problems import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    Check = Callable[[Any], str | None]

_LONGEST_SHOWN = 80


def compile_checks(schema: Mapping[str, Any]) -> tuple[Check, ...]:
    """Return the checks of one param, its type aside: each returns a complaint or None."""
    checks = [_MAKERS[word](schema[word]) for word in _MAKERS if word in schema]
    if "pattern" in schema:
        checks.append(_matching(schema["pattern"], schema.get("description")))
    return tuple(checks)


def _same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal: 1 is 1.0, true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return bool(one == other)


def is_number(value: Any) -> bool:
    """Whether *value* is a number to JSON: true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _one_of(allowed: list[Any]) -> Check:
    def check(value: Any) -> str | None:
        if any(_same(value, each) for each in allowed):
            return None
        names = ", ".join(shown(each) for each in allowed)
        return f"must be one of {names}, not {shown(value)}"

    return check


def _exactly(wanted: Any) -> Check:
    return lambda value: None if _same(value, wanted) else f"must be {shown(wanted)}"


def _at_least(least: float) -> Check:
    return lambda value: f"must be {least} or more" if is_number(value) and value < least else None


def _at_most(most: float) -> Check:
    return lambda value: f"must be {most} or less" if is_number(value) and value > most else None


def _not_shorter(least: int) -> Check:
    words = "must not be empty" if least == 1 else f"must have at least {least} characters"
    return lambda value: words if isinstance(value, str) and len(value) < least else None


def _not_longer(most: int) -> Check:
    return lambda value: (
        f"must have at most {most} characters"
        if isinstance(value, str) and len(value) > most
        else None
    )


def _matching(pattern: str, meaning: str | None) -> Check:
    """Return the check of a pattern, which few can read: *meaning* says it in words.

    A long one, which nobody can read, is not shown if there are words.
    """
    search = compile_pattern(pattern).search
    words = meaning.rstrip(".") if meaning else ""
    is_readable = not words or len(pattern) <= _LONGEST_SHOWN

    def check(value: Any) -> str | None:
        if not isinstance(value, str) or search(value):
            return None
        if not is_readable:
            return f"cannot be {shown(value)}: {words}"
        return f"must match {pattern}, not {shown(value)}" + (f" ({words})" if words else "")

    return check


class PatternBudget:
    """What the patterns of one `PARAMS` may cost.

    A pattern is searched for in the sandbox only, where a slow one costs its own script. But it is compiled where a
    script is read, and that is the host, too: a class such as `[^a]` takes milliseconds, whatever its length.
    """

    __slots__ = ("_characters", "_classes")

    def __init__(self) -> None:
        self._characters = 10_000
        self._classes = 200

    def admits(self, pattern: str) -> bool:
        """Return whether *pattern* may be compiled, and count it."""
        self._characters -= len(pattern)
        self._classes -= pattern.count("[")
        return self._characters >= 0 and self._classes >= 0


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Return *pattern* with JavaScript's meaning of digits, letters and `$`, where they differ."""
    portable = re.sub(
        r"\\.|\[(?:\\.|[^\]\\])*\]|\$",
        lambda match: r"\Z" if match[0] == "$" else match[0],
        pattern,
        flags=re.DOTALL,
    )
    return re.compile(portable, re.ASCII)


_MAKERS: dict[str, Callable[[Any], Check]] = {
    "enum": _one_of,
    "const": _exactly,
    "minimum": _at_least,
    "maximum": _at_most,
    "minLength": _not_shorter,
    "maxLength": _not_longer,
}
