"""Write plain text into HTML."""

from __future__ import annotations

_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"},
)


def escape(text: str) -> str:
    """Return *text* so that it stays text in HTML, in an attribute too."""
    return text.translate(_ESCAPES)
