"""Write plain text into HTML."""

from __future__ import annotations

from pybridge.macros.values.characters import SPACES

_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"},
)


def escape(text: str) -> str:
    """Return *text* so that it stays text in HTML, in an attribute too."""
    return text.translate(_ESCAPES)


def trimmed(text: str) -> str:
    """Return *text* without what JavaScript's `trim` takes from its ends."""
    return text.strip(_SPACES)


_SPACES = "".join(SPACES)
