"""Tell at once that a report is right where it is of the simplest kind: macros beside each other, each with HTML alone.

Most reports are. All that `documents` compares is compared here, too, in one pass; what is refused here is judged there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pybridge.engines.limits import Limits
from pybridge.macros.values.characters import WORD_CLASS

Json = Mapping[str, Any]

_NAME = re.compile(f"(?:\\[\\[)?([{WORD_CLASS}]+)")
_DISPLAYS = ("inline", "block")
_OF_REPORT = len(("parts", "macros", "warnings", "errors"))
_OF_MACRO = len(
    ("name", "slug", "scriptId", "raw", "display", "ordinal", "position", "status", "result")
)
_OF_PLACE = len(("line", "column", "offset"))
"""How many members they have; each is read by its name, so that none can be another one."""


def is_plain_report(document: Json, report: Any, limits: Limits) -> bool:
    """Return whether *report* is right for *document*, and of the simplest kind."""
    try:
        if len(report) != _OF_REPORT or report["warnings"] != [] or report["errors"] != []:
            return False
        text, parts = document["text"], report["parts"]
        if "\r" in text:
            return False
        pieces = _pieces(text, document.get("path"), report["macros"], limits.output_bytes)
    except (KeyError, TypeError):  # a member that is missing, or of another type
        return False
    if pieces is None or parts != pieces:
        return False
    return [*map(type, parts)] == [*map(type, pieces)]  # 1 is equal to true and to 1.0


def is_named(raw: str, name: str) -> bool:
    """Return whether a macro that is written as *raw* has the name *name*, which is in lower case."""
    written = _NAME.match(raw)
    return written is not None and written[1].lower() == name


def _pieces(text: str, path: Any, macros: Any, most_bytes: int) -> list[str | int] | None:
    """Return the pieces of the report with these macros; None where one is not plain, or not where it says.

    Raises:
        KeyError, TypeError: when a member is missing, or of another type.
    """
    pieces: list[str | int] = []
    of_place = _OF_PLACE + (path is not None)
    at, before, line, line_start = 0, 0, 1, 0
    if type(macros) is not list:
        return None
    for index, macro in enumerate(macros):
        place, result, raw = macro["position"], macro["result"], macro["raw"]
        offset = place["offset"]
        if len(macro) != _OF_MACRO or len(place) != of_place or len(result) != 1:
            return None
        if not (type(offset) is type(place["line"]) is type(place["column"]) is int):
            return None
        if type(macro["ordinal"]) is not int or macro["ordinal"] != index + 1:
            return None
        if offset < at or not text.startswith(raw, offset) or not is_named(raw, macro["name"]):
            return None
        newlines = text.count("\n", before, offset)
        if newlines:
            line += newlines
            line_start = text.rfind("\n", before, offset) + 1
        if place["line"] != line or place["column"] != offset - line_start + 1:
            return None
        if path is not None and place["path"] != path:
            return None
        html = result["html"]
        if not (type(html) is type(macro["slug"]) is type(macro["scriptId"]) is str):
            return None
        if len(html) > most_bytes or macro["status"] != "ok" or macro["display"] not in _DISPLAYS:
            return None
        if offset > at:
            pieces.append(text[at:offset])
        pieces.append(index)
        at, before = offset + len(raw), offset
    if at < len(text):
        pieces.append(text[at:])
    return pieces
