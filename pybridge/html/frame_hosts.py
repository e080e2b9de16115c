"""Whose pages an iframe may show: exact hosts by https.

The same rules stand in web_worker/host/html/frame_hosts.js; tests/iframe_hosts.json holds the two to equal verdicts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from pybridge.html.text import shown

_SOURCE = re.compile(
    r"[\t\n\f\r ]*https://([a-z0-9.-]+)(?:[/?#]|[\t\n\f\r ]*\Z)", re.IGNORECASE | re.ASCII
)
"""A host alone: no user, no port, and nothing that a browser would take for a part of another name."""

_SHOWN = 80
"""Characters of a src."""
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
    what = "without a src" if first is None else f'of "{shown(first, _SHOWN)}"'
    more = f" and {others} more" if others else ""
    return f"an iframe {what}{more} left out: {_allowed(sorted(hosts))}"


def _allowed(hosts: Sequence[str]) -> str:
    if not hosts:
        return "no host is allowed in iframes"
    more = f" and {len(hosts) - _MOST_LISTED} more" if len(hosts) > _MOST_LISTED else ""
    return f"allowed in iframes: {', '.join(hosts[:_MOST_LISTED])}{more}"
