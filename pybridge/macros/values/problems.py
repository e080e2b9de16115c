"""Building error.v1 and warning.v1 values."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

LONGEST_MESSAGE = 2000
"""Code points; longer texts of scripts are cut."""
_LONGEST_NAME = 64
_MOST_CANDIDATES = 2000


def problem(code: str, message: str, **fields: Any) -> dict[str, Any]:
    """Return an error.v1; fields that are None are left out."""
    value: dict[str, Any] = {"code": code, "message": message}
    value.update((name, field) for name, field in fields.items() if field is not None)
    return value


def warning(
    code: str,
    message: str,
    macro: str | None = None,
    call: Mapping[str, Any] | None = None,
    pointer: str | None = None,
) -> dict[str, Any]:
    """Return a warning.v1; fields that are None are left out."""
    return problem(code, message, macro=macro, call=call, pointer=pointer)


def pointer(*steps: str | int) -> str:
    """Return the JSON pointer made of *steps*."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def tidy(text: str, longest: int = LONGEST_MESSAGE) -> str:
    """Return *text* on one line, cut to *longest* code points, without lone surrogates."""
    cut = text[: longest + 1]
    line = " ".join(cut.split()) if "\n" in cut or "\r" in cut else cut
    line = line if len(line) <= longest else line[:longest] + "…"
    return line if line.isascii() else line.encode("utf-8", "replace").decode("utf-8")


def did_you_mean(name: str, candidates: Iterable[str]) -> str | None:
    """Return a hint naming the candidate closest to *name*, None if none is close."""
    close = closest(name, candidates)
    return f"did you mean {close!r}?" if close is not None else None


def closest(name: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that differs from *name* by the fewest edits, None if none is close."""
    if not 0 < len(name) <= _LONGEST_NAME:
        return None
    allowed = max(1, len(name) // 3)
    names = sorted({each for each in candidates if isinstance(each, str)} - {name})
    best: tuple[int, str] | None = None
    for candidate in names[:_MOST_CANDIDATES]:
        if abs(len(candidate) - len(name)) > allowed:
            continue
        edits = _edits(name.lower(), candidate.lower())
        if edits <= allowed and (best is None or edits < best[0]):
            best = edits, candidate
    return best[1] if best else None


def _edits(one: str, other: str) -> int:
    """Return how many letters were added, lost, changed or swapped between the two."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, row, last = row, [i], before
        for j, against in enumerate(other, start=1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]


def shown(value: object, longest: int = 60) -> str:
    """Return a JSON value for use in a message, cut where it is long."""
    if isinstance(value, str):
        value = value[: longest + 1]
    elif isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= longest else text[:longest] + "…"
