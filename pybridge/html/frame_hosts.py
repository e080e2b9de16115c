"""Whose pages an iframe may show: exact hosts by https.

The same rules stand in web_worker/host/html/frame_hosts.js; tests/iframe_hosts.json holds the two to equal verdicts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from typing import Any

_SOURCE = re.compile(
    r"[\t\n\f\r ]*https://([a-z0-9.-]+)(?:[/?#]|[\t\n\f\r ]*\Z)", re.IGNORECASE | re.ASCII
)
"""A host alone: no user, no port, and nothing that a browser would take for a part of another name."""

_UNSHOWN = re.compile(r"[^ -~]")
_SHOWN = 80
_MOST_LISTED = 5


def is_known_frame(source: str, hosts: Set[str]) -> bool:
    """Whether an iframe with this src shows a page of one of *hosts*."""
    found = _SOURCE.match(source)
    return found is not None and found[1].lower() in hosts


def refusal(sources: Sequence[str | None], hosts: Set[str]) -> str:
    """Return the warning about iframes that were left out.

    Args:
        sources: the src of each of them, at least one.
        hosts: those that are allowed.
    """
    first, others = sources[0], len(sources) - 1
    what = "without a src" if first is None else f'of "{_shown(first)}"'
    more = f" and {others} more" if others else ""
    return f"an iframe {what}{more} left out: {_allowed(sorted(hosts))}"


def frame_warning(message: str, macro: str, position: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a warning.v1; *position* is where the macro is in its document, if it is in one."""
    warning = {"code": "iframe-host", "message": message, "macro": macro}
    if position is None:
        return warning
    place = {key: position[key] for key in ("path", "line", "column") if key in position}
    return {**warning, "call": place}


def in_document_order(
    warnings: Sequence[Mapping[str, Any]], further: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Join two lists of a document's warnings that are in its order; what has no place comes last."""
    return sorted((*warnings, *further), key=_place) if further else list(warnings)


def _place(warning: Mapping[str, Any]) -> tuple[float, int]:
    call = warning.get("call")
    return (call["line"], call["column"]) if call else (float("inf"), 0)


def _shown(source: str) -> str:
    text = _UNSHOWN.sub("?", source[:_SHOWN])
    return f"{text}…" if len(source) > _SHOWN else text


def _allowed(hosts: Sequence[str]) -> str:
    if not hosts:
        return "no host is allowed in iframes"
    more = f" and {len(hosts) - _MOST_LISTED} more" if len(hosts) > _MOST_LISTED else ""
    return f"allowed in iframes: {', '.join(hosts[:_MOST_LISTED])}{more}"
