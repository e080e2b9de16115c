"""Warnings about HTML that was left out. The same rules: web_worker/host/html/warnings.js."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pybridge.html.sanitise import Notice


def html_warning(notice: Notice, macro: str, position: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a warning.v1; *position* is where the macro is in its document, if it is in one."""
    warning = {"code": notice.code, "message": notice.message, "macro": macro}
    if position is None:
        return warning
    place = {key: position[key] for key in ("path", "line", "column") if key in position}
    return {**warning, "call": place}


def page_warning(notice: Notice) -> dict[str, Any]:
    """Return a warning.v1 about a whole page: where in its document is not known any more."""
    return {"code": notice.code, "message": notice.message}


def in_document_order(
    warnings: Sequence[Mapping[str, Any]], further: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Join two lists of a document's warnings that are in its order; what has no place comes last."""
    return sorted((*warnings, *further), key=_place) if further else list(warnings)


def _place(warning: Mapping[str, Any]) -> tuple[float, int]:
    call = warning.get("call")
    return (call["line"], call["column"]) if call else (float("inf"), 0)
