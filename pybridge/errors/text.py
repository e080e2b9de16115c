"""Errors and warnings as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pybridge.errors.root import PybridgeError

_WORKER_LOST = frozenset({"timeout", "memory", "crash"})


def error_text(error: Mapping[str, Any]) -> str:
    """Return an error.v1 as people read it: the places, the message, the excerpt, the hint.

    The first line is like `posts/trip.md:11:1 → scripts/map.py:7 in render: KeyError: 'year'`.
    """
    call, script = _place(error.get("call")), _script_place(error)
    message = _lost(error) or str(error["message"])
    places = " → ".join(
        place for place in (call, script) if place and not message.startswith(place)
    )
    lines = [f"{places}: {message}" if places else message]
    lines += str(error.get("excerpt", "")).splitlines()
    hint = error.get("hint")
    return "\n".join([*lines, *([f"hint: {hint}"] if hint else [])])


def notes_text(notes: Iterable[PybridgeError | str]) -> list[str]:
    """Return notes as strings."""
    return [note if isinstance(note, str) else error_text(note.to_json()) for note in notes]


def warning_text(warning: Mapping[str, Any], path: str | None = None) -> str:
    """Return a warning.v1 as people read it."""
    place = _place({"path": path, **(warning.get("call") or {})}) if warning.get("call") else path
    return f"{place}: {warning['message']}" if place else str(warning["message"])


def _lost(error: Mapping[str, Any]) -> str | None:
    """Name the macro that took its worker down, of which there is no traceback to name it."""
    if "macro" not in error or "script" in error or error["code"] not in _WORKER_LOST:
        return None
    return f"[[{error['macro']}]]: {error['message']}"


def _place(place: Mapping[str, Any] | None) -> str:
    if not place:
        return ""
    parts = [place.get("path") or "line", place.get("line"), place.get("column")]
    return ":".join(str(part) for part in parts if part is not None)


def _script_place(error: Mapping[str, Any]) -> str:
    script = error.get("script")
    if not script:
        return ""
    frames = error.get("frames") or []
    inside = f" in {frames[-1]['name']}" if frames else ""
    return f"{script['path']}:{script['line']}{inside}"
