"""Text that can be passed to a process."""

from __future__ import annotations


def text_problem(text: str) -> str | None:
    """Return why *text* cannot be passed to a process; None if it can."""
    if "\0" in text:
        return "holds a NUL character"
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "is not text: it holds half of a surrogate pair, or a byte that is not UTF-8"
    return None
