"""Whose pages the iframes of macros may show: the table `[html]` of pybridge.toml."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pybridge.macros.values.problems import closest

KEY = "iframe_hosts"

_NAME = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?\Z"
)
_PROBLEMS = tuple(
    (re.compile(pattern), problem)
    for pattern, problem in (
        (r"\A[\t\n\f\r ]*\Z", "is empty, take it out: an empty list allows no iframe"),
        (r"[/\\?#]", "is a URL, write its host alone"),
        (r"\*", "is a pattern, name each host"),
        (r"@", "has a user in it, write the host alone"),
        (r"\A\[|\A[0-9.]+(?::[0-9]*)?\Z", "is an address, write a name"),
        (r":", "has a port, iframes come from the usual one of https only"),
        (r"[^\t\n\f\r -~]", "is not ASCII, write the name as it is looked up, with xn--"),
        (r"\.\Z", "ends with a dot, leave it out"),
    )
)
"""Problems of an entry, of which the first that fits is reported: the same as in the JavaScript client."""
_LOWER = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)}


class BadHtml(ValueError):
    """The table is invalid; the message says why."""


def read_iframe_hosts(raw: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the hosts that the table names, in lower case and in order; None where it names no list.

    Raises:
        BadHtml: when it says something else than such a table can.
    """
    unknown = sorted(raw.keys() - {KEY})
    if unknown:
        hint = f"did you mean {KEY}?" if closest(unknown[0], [KEY]) else f"known is {KEY}"
        raise BadHtml(f"html has no key {unknown[0]!r}, {hint}")
    if KEY not in raw:
        return None
    if not isinstance(raw[KEY], list):
        raise BadHtml(f"html.{KEY} must be a list of hosts, not {raw[KEY]!r}")
    return tuple(sorted({_host(entry) for entry in raw[KEY]}))


def _host(entry: object) -> str:
    if not isinstance(entry, str):
        raise BadHtml(f"html.{KEY}: {json.dumps(entry, default=str)} is not a string")
    host = entry.translate(_LOWER)
    if _NAME.match(host):
        return host
    known = next((problem for pattern, problem in _PROBLEMS if pattern.search(host)), None)
    shown = json.dumps(entry, ensure_ascii=False)
    raise BadHtml(f"html.{KEY}: {shown} {known or 'is not a host name'}")
