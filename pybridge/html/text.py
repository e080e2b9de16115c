"""Write plain text into HTML."""

from __future__ import annotations

import re

from pybridge.macros.values.characters import SPACES

_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"},
)


LOWER = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)}
"""For `str.translate`: HTML knows no other letters in two cases."""
SPACE = "\t\n\f\r "
"""HTML's white space."""
_UNSHOWN = re.compile(r"[^ -~]")


def escape(text: str) -> str:
    """Return *text* so that it stays text in HTML, in an attribute too."""
    return text.translate(_ESCAPES)


def trimmed(text: str) -> str:
    """Return *text* without what JavaScript's `trim` takes from its ends."""
    return text.strip(_SPACES)


def shown(text: str, length: int = 40) -> str:
    """Return the start of *text* for a message, without what a terminal might obey."""
    start = _UNSHOWN.sub("?", text[:length])
    return f"{start}…" if len(text) > length else start


_SPACES = "".join(SPACES)
