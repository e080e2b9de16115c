"""The parts of Markdown's links: labels, destinations, titles, and definitions made of them."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 1000
"""Code points of a destination, a title, a tag or an autolink; what is longer is read as text."""
_LABEL = re.compile(r"\[((?:[^\\\[\]]|\\[\s\S])*+)")
_SPACES = re.compile(r"[ \t\n]*+")
_BLANKS = re.compile(r"[ \t]*+")
_ANGLED = re.compile(r"<((?:[^\n<>\\]|\\[\s\S])*+)>")
_PLAIN = re.compile(r"(?:[^\x00-\x20\x7f()\\]|\\(?! )[\s\S]?)*+")
_MOST_PARENTHESES = 32
_TITLE = {
    '"': re.compile(r'"((?:[^"\\]|\\[\s\S])*+)(")?'),
    "'": re.compile(r"'((?:[^'\\]|\\[\s\S])*+)(')?"),
    "(": re.compile(r"\(((?:[^()\\]|\\[\s\S])*+)(\))?"),
}
_REFUSED = re.compile(r"\s*(?:vbscript|javascript|file|data):", re.IGNORECASE)
_PICTURE = re.compile(r"\s*data:image/(?:gif|png|jpeg|webp);", re.IGNORECASE)


def is_allowed(address: str) -> bool:
    """Whether the converter makes a link of an address; others stay text."""
    return _REFUSED.match(address) is None or _PICTURE.match(address) is not None


def normal_label(label: str) -> str:
    """Return the form in which two labels are the same."""
    return " ".join(label.split()).lower().upper()


def spaces_end(text: str, at: int) -> int:
    """Return the offset behind the blanks and line ends at *at*."""
    found = _SPACES.match(text, at)
    return found.end() if found else at


def destination_end(text: str, at: int) -> int:
    """Return the end of the address of a link, -1 where none begins at *at*."""
    limit = min(len(text), at + LONGEST)
    if text.startswith("<", at):
        found = _ANGLED.match(text, at, limit)
        return found.end() if found and is_allowed(found[1]) else -1
    start, depth = at, 0
    while plain := _PLAIN.match(text, at, limit):
        at = plain.end()
        if text.startswith("(", at) and at < limit:
            depth += 1
        elif text.startswith(")", at) and depth and at < limit:
            depth -= 1
        else:
            break
        if depth > _MOST_PARENTHESES:
            return -1
        at += 1
    return at if at > start and not depth and is_allowed(text[start:at]) else -1


def title_at(text: str, at: int) -> re.Match[str] | None:
    """Return the title that begins at *at*; its second group is None if it has no end."""
    pattern = _TITLE.get(text[at : at + 1])
    return pattern.match(text, at) if pattern else None


def link_end(text: str, at: int) -> int:
    """Return the end of `(address "title")` at *at*, -1 without one."""
    at = start = spaces_end(text, at + 1)
    if at == len(text):
        return -1
    end = destination_end(text, at)
    if end >= 0:
        start = end
    at = spaces_end(text, start)
    title = title_at(text[: at + LONGEST], at) if at > start else None
    if title is not None and title[2] is not None:
        at = spaces_end(text, title.end())
    return at + 1 if text.startswith(")", at) else -1


class Definition:
    """A link reference definition: `[label]: address "title"`."""

    __slots__ = ("label", "lines")

    def __init__(self, label: str, lines: int) -> None:
        self.label = label
        """Its label in the normal form."""
        self.lines = lines
        """How many lines it takes."""


def read_definition(first: str, next_line: Callable[[], str | None]) -> Definition | None:
    """Return the definition that a paragraph begins with.

    Args:
        first: The paragraph's first line.
        next_line: Returns its next one, None when there is none.
    """
    text = first
    while True:
        more = next_line() if len(text) < 4 * LONGEST else None
        if more is not None:
            text += "\n" + more
        found = _definition(text, is_whole=more is None)
        if found != "more":
            return found if isinstance(found, Definition) else None


def _definition(text: str, *, is_whole: bool) -> Definition | str | None:
    """Return the definition at the start of *text*, None without one, "more" if further lines decide."""
    label = _LABEL.match(text)
    undecided = None if is_whole else "more"
    if label is None or text[label.end() : label.end() + 2] != "]:":
        is_open = label is not None and label.end() >= len(text.rstrip("\\"))
        return undecided if is_open else None
    at = spaces_end(text, label.end() + 2)
    if at == len(text):
        return undecided
    end = destination_end(text[: (text + "\n").index("\n", at)], at)
    name = normal_label(label[1])
    if end < 0 or not name:
        return None
    at = spaces_end(text, end)
    if at == len(text) and not is_whole:
        return "more"
    title = title_at(text, at) if at > end else None
    if title is not None and title[2] is None and title.end() == len(text) and not is_whole:
        return "more"
    if title is not None and title[2] is not None:
        behind = _behind_blanks(text, title.end())
        if behind is not None:
            return Definition(name, text.count("\n", 0, behind) + 1)
        if not title[1]:
            return None
    behind = _behind_blanks(text, end)
    return None if behind is None else Definition(name, text.count("\n", 0, behind) + 1)


def _behind_blanks(text: str, at: int) -> int | None:
    """Return the end of the line if only blanks are left in it, else None."""
    blanks = _BLANKS.match(text, at)
    at = blanks.end() if blanks else at
    return at if at == len(text) or text[at] == "\n" else None
