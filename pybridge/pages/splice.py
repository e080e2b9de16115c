"""Put the macros' outcomes back into the document they came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pybridge.pages.sanitise import sanitise
from pybridge.pages.text import escape


def sanitised_result(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return result.v1 with harmless HTML; other results are as they were."""
    if "html" not in result:
        return dict(result)
    return {**result, "html": sanitise(result["html"])}


def sanitised_outcome(outcome: Mapping[str, Any]) -> dict[str, Any]:
    """Return an outcome, of a call or of a macro in a document, with harmless HTML."""
    if outcome.get("result") is None:
        return dict(outcome)
    return {**outcome, "result": sanitised_result(outcome["result"])}


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
    """Join a document's literal text and its macros' replacements."""
    return "".join(
        part if isinstance(part, str) else replacement(macros[part], preview=preview)
        for part in parts
    )


def finish_document(outcome: Mapping[str, Any], *, preview: bool = False) -> dict[str, Any]:
    """Turn an engine's document outcome into a rendered document.

    Returns:
        The outcome with sanitised results and the spliced `output`.
    """
    macros = [sanitised_outcome(macro) for macro in outcome["macros"]]
    output = splice(outcome["parts"], macros, preview=preview)
    return {**outcome, "macros": macros, "output": output}
