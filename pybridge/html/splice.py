"""Put the macros' outcomes back into the document they came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pybridge.html.policy import Policy
from pybridge.html.sanitise import Notice, clean
from pybridge.html.text import escape
from pybridge.html.warnings import html_warning, in_document_order
from pybridge.macros.syntax.margins import with_margin


def sanitised_outcome(
    outcome: Mapping[str, Any], macro: Mapping[str, Any], policy: Policy
) -> dict[str, Any]:
    """Return the outcome of a call of *macro* with harmless HTML, and what was left out as warnings."""
    made, notices = _sanitised(outcome, policy)
    if not notices:
        return dict(made)
    name, position = str(macro.get("name")), macro.get("position")
    further = [html_warning(notice, name, position) for notice in notices]
    return {**made, "warnings": [*made.get("warnings", ()), *further]}


def _sanitised(
    outcome: Mapping[str, Any], policy: Policy
) -> tuple[Mapping[str, Any], Sequence[Notice]]:
    result = outcome.get("result")
    if result is None or "html" not in result:
        return outcome, ()
    cleaned = clean(result["html"], policy)
    if cleaned.html == result["html"]:
        return outcome, cleaned.notices
    return {**outcome, "result": {**result, "html": cleaned.html}}, cleaned.notices


def replacement(macro: Mapping[str, Any], *, preview: bool) -> str:
    """Return what stands in a macro's place; its HTML is sanitised already."""
    if macro["status"] != "ok":
        return error_mark(macro) if preview else ""
    result = macro["result"]
    if "html" in result:
        return str(result["html"])
    return escape(result["text"]) if "text" in result else str(result["markdown"])


def error_mark(macro: Mapping[str, Any]) -> str:
    """Return what a preview shows in a failed macro's place."""
    message = (macro.get("error") or {}).get("message", "")
    return f'<span class="macro-error" title="{escape(message)}">{escape(macro["raw"])}</span>'


def splice(
    parts: Sequence[str | int], macros: Sequence[Mapping[str, Any]], *, preview: bool = False
) -> str:
    """Join a document's literal text and its macros' replacements, each further line with its margin."""
    pieces: list[str] = []
    for at, part in enumerate(parts, start=1):
        if isinstance(part, str):
            pieces.append(part)
            continue
        macro = macros[part]
        text = replacement(macro, preview=preview)
        if "margin" in macro:
            text = with_margin(text, macro["margin"], "".join(map(str, parts[at : at + 1])))
        pieces.append(text)
    return "".join(pieces)


def finish_document(
    outcome: Mapping[str, Any], policy: Policy, *, preview: bool = False, with_output: bool = True
) -> dict[str, Any]:
    """Turn an engine's document outcome into a rendered document.

    Returns:
        The outcome with sanitised results, a warning of what was left out, and the spliced `output`
        unless *with_output* is false.
    """
    macros: list[Mapping[str, Any]] = []
    further: list[dict[str, Any]] = []
    for each in outcome["macros"]:
        macro, notices = _sanitised(each, policy)
        macros.append(macro)
        further.extend(html_warning(notice, macro["name"], macro["position"]) for notice in notices)
    warnings = in_document_order(outcome["warnings"], further)
    finished = {**outcome, "macros": macros, "warnings": warnings}
    if with_output:
        finished["output"] = splice(outcome["parts"], macros, preview=preview)
    return finished
