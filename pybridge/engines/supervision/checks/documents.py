"""Compare the report of a document with the document: every character of its text, every macro once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pybridge.engines.limits import Limits
from pybridge.engines.supervision.checks.plain_documents import is_named, is_plain_report
from pybridge.engines.supervision.checks.replies import ReplyUnfit
from pybridge.engines.supervision.checks.shapes import (
    Checks,
    is_closed,
    is_count,
    is_error,
    is_list,
    is_name,
    is_number,
    is_outcome,
    is_place,
    is_result,
    is_shallow,
    is_text,
    is_warning,
)
from pybridge.engines.supervision.checks.sizes import is_within
from pybridge.macros.syntax.margins import line_ends
from pybridge.macros.syntax.positions import Positions

Json = Mapping[str, Any]

_STEP = re.compile(r"0|[1-9][0-9]{0,14}")
"""The number of a step, as the engine writes it."""
_MARGIN = re.compile(r"[ \t>]{1,2000}")
_CUT = "…"
"""Stands for the body in the `raw` of a long pair; see `macros.jobs.plan`."""


def check_document(document: Json, report: Any, limits: Limits) -> None:
    """Check a report: its pieces, with the macros as they were written, are the text of *document*.

    Raises:
        ReplyUnfit: when they are not, or the report has another shape.
    """
    if is_plain_report(document, report, limits):
        return
    if type(report) is dict and "awaits" in report:
        _check_awaited(len(str(document["text"])), report, limits)
        return
    _require(is_closed(report, _REPORT), "a document")
    if not report["parts"] and not report["macros"] and report["errors"]:
        _require(len(report["errors"]) == 1 and not report["warnings"], "a refusal")
        return
    text, macros, path = str(document["text"]), report["macros"], document.get("path")
    _check_macros(text, macros, path)
    _require(all(_is_within(macro, limits) for macro in macros), "more than a script may return")
    _check_parts(text, report["parts"], macros)
    errors = [macro["error"] for macro in macros if macro["status"] == "error"]
    _require(report["errors"] == errors, "other errors than its macros")
    places = [each["call"] for each in (*errors, *report["warnings"]) if "call" in each]
    _require(all(place.get("path") == path for place in places), "a problem of another document")


def _is_within(macro: Json, limits: Limits) -> bool:
    """Return whether a macro's output is as large as it may be, with its margin before each further line."""
    if not is_within(macro, limits):
        return False
    margin = macro.get("margin")
    if margin is None:
        return True
    result = macro.get("result") or {"raw": macro["raw"]}
    text = next(result[kind] for kind in ("html", "markdown", "text", "raw") if kind in result)
    return len(text) + len(margin) * line_ends(text) <= limits.output_bytes


def _check_awaited(length: int, report: Json, limits: Limits) -> None:
    """Check a report of a document that waits for macros of other trust domains."""
    _require(is_closed(report, _WAITING) and not _is_any(report), "calls that it awaits")
    known = report["known"]
    steps = [each["step"] for each in report["awaits"]] + [int(step) for step in known]
    _require(len({*steps}) == len(steps) and len(known) < len(steps), "calls that it awaits")
    _require(max(steps) < length, "a step that is not there")
    _require(all(is_within(each, limits) for each in known.values()), "a known step")


def _is_any(report: Json) -> bool:
    return any(report[name] for name in ("parts", "macros", "warnings", "errors"))


def _check_macros(text: str, macros: Sequence[Json], path: Any) -> None:
    """Check that the macros stand in the text as they say, in its order."""
    before = -1
    positions = Positions(text)
    for number, macro in enumerate(macros, start=1):
        if not _is_macro(macro):
            raise ReplyUnfit("it sent a macro of another shape, or without its result")
        place = macro["position"]
        offset, raw = place["offset"], macro["raw"]
        if macro["ordinal"] != number or place.get("path") != path or offset <= before:
            raise ReplyUnfit("it sent macros in another order")
        if not (raw and text.startswith(raw, offset)):
            _require(_is_shortened(text, offset, None, raw), "a macro that is not there")
        line = positions.locate(offset)
        _require((place["line"], place["column"]) == line, "a macro in another line")
        _require(is_named(raw, macro["name"]), "a macro of another name")
        before = offset


def _check_parts(text: str, parts: Sequence[Any], macros: Sequence[Json]) -> None:
    """Check that the pieces join to the text, with every macro that is in no other one."""
    at, expected = 0, 0
    for number, part in enumerate(parts):
        if type(part) is str:
            _require(bool(part) and text.startswith(part, at), "another text")
            at += len(part)
            continue
        _require(type(part) is int and expected <= part < len(macros), "another macro")
        macro = macros[part]
        if part > expected:
            _require(_are_left_out(macros, (expected, part), at), "a document without a macro")
        _require(
            macro["status"] != "unknown" and macro["position"]["offset"] == at, "another place"
        )
        end = _end_of(text, at, macro["raw"], parts[number + 1 : number + 3], macros)
        # What is in the body of a pair begins before its end.
        expected = part + 1
        while expected < len(macros) and macros[expected]["position"]["offset"] < end:
            expected += 1
        at = end
    _require(at == len(text), "another text")
    _require(_are_left_out(macros, (expected, len(macros)), at), "a document without a macro")


def _are_left_out(macros: Sequence[Json], span: tuple[int, int], before: int) -> bool:
    """Return whether these macros are unknown ones, whose text stays, that begin before *before*."""
    return all(
        macros[index]["status"] == "unknown" and macros[index]["position"]["offset"] < before
        for index in range(*span)
    )


def _end_of(text: str, at: int, raw: str, after: Sequence[Any], macros: Sequence[Json]) -> int:
    """Return where a macro ends; one that is shown without its body ends where the next piece begins."""
    if text.startswith(raw, at):
        return at + len(raw)
    literal = after[0] if after and type(after[0]) is str else ""
    follows = after[1:] if literal else after[:1]
    end = len(text)
    if follows:
        index = follows[0]
        _require(type(index) is int and 0 <= index < len(macros), "another macro")
        end = macros[index]["position"]["offset"]
    end -= len(literal)
    _require(end > at and _is_shortened(text, at, end, raw), "a macro that is not there")
    return end


def _is_shortened(text: str, at: int, end: int | None, raw: str) -> bool:
    """Return whether *raw* is what stands from *at* to *end* in *text*, its middle left out.

    Without *end* the closing part may be anywhere behind.
    """
    opening = _common(raw, text[at : at + len(raw)])
    if end is None:
        cut = raw.rfind(_CUT, 0, opening + 1)
        return cut > 0 and text.find(raw[cut + 1 :], at + cut) >= 0
    closing = _common(raw[::-1], text[max(at, end - len(raw)) : end][::-1])
    return raw.find(_CUT, max(1, len(raw) - 1 - closing), opening + 1) >= 0


def _common(first: str, second: str) -> int:
    """Return how many characters two texts have in common from their start."""
    pairs = enumerate(zip(first, second, strict=False))
    shorter = min(len(first), len(second))
    return next((index for index, (one, other) in pairs if one != other), shorter)


def _has_its_status(macro: Json) -> bool:
    status = macro["status"]
    if status == "unknown":
        return not {"result", "error"} & macro.keys() and _is_nameless(macro)
    if macro["slug"] is None or macro["scriptId"] is None:
        return False
    is_ok = status == "ok"
    return ("result" in macro) is is_ok and ("error" in macro) is not is_ok


def _is_nameless(macro: Json) -> bool:
    return macro["slug"] is None and macro["scriptId"] is None


def _require(fits: bool, what: str) -> None:
    if not fits:
        raise ReplyUnfit(f"it sent {what} that nobody asked for, or of another shape")


def _is_known(value: Any) -> bool:
    return type(value) is dict and all(
        _STEP.fullmatch(step) and is_outcome(outcome) for step, outcome in value.items()
    )


def _is_awaited(value: Any) -> bool:
    if not is_closed(value, _AWAITED):
        return False
    call = value["call"]
    return type(call.get("macro")) is dict and is_shallow(call)


def _is_macro(value: Any) -> bool:
    return is_closed(value, _MACRO, _OF_MACRO) and _has_its_status(value)


def _is_name_or_null(value: Any) -> bool:
    return value is None or is_text(value)


def _is_position(value: Any) -> bool:
    if type(value) is not dict or len(value) != 3 + ("path" in value):
        return False
    return (
        is_place(value.get("line"))
        and is_place(value.get("column"))
        and is_count(value.get("offset"))
        and type(value.get("path", "")) is str
    )


_MACRO: Checks = {
    "name": is_text,
    "slug": _is_name_or_null,
    "scriptId": _is_name_or_null,
    "raw": is_text,
    "display": lambda value: value in ("inline", "block"),
    "ordinal": is_count,
    "position": _is_position,
    "status": lambda value: value in ("ok", "error", "unknown"),
}
_OF_MACRO: Checks = {
    "margin": lambda value: is_text(value) and _MARGIN.fullmatch(value) is not None,
    "parent": lambda value: is_closed(value, {"name": is_name}),
    "result": is_result,
    "error": is_error,
    "stdout": is_text,
    "stderr": is_text,
    "durationUs": is_number,
}
_LISTS: Checks = {
    "warnings": lambda value: is_list(value, is_warning),
    "errors": lambda value: is_list(value, is_error),
}
_REPORT: Checks = {
    **_LISTS,
    "parts": lambda value: type(value) is list,
    "macros": lambda value: type(value) is list,
}
_AWAITED: Checks = {
    "step": is_count,
    "script": is_name,
    "call": lambda value: type(value) is dict,
}
_WAITING: Checks = {
    **_REPORT,
    "awaits": lambda value: is_list(value, _is_awaited),
    "known": _is_known,
}
