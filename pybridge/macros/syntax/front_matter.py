r"""Where a document's front matter begins and ends: the one reader of the fences.

    ---                   +++
    title: A trip         title = "A trip"
    ---  (or ...)         +++

* The fence is the first line of the text, behind an optional byte order mark: exactly `---` for YAML or `+++`
  for TOML, blanks may follow. `----` is a rule, not a fence.
* The block ends with the next line that is the same fence; YAML's may be `...`.
* It holds keys: its first line that is neither blank nor a comment is `key:` or `{` (YAML), `key =` or
  `[table]` (TOML); or it is empty. Otherwise the fence is a rule, and the text between two rules is text.
* Lines end with `\n`, `\r\n` or `\r`.

Whether the block is valid YAML or TOML is not decided here.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Kind = Literal["yaml", "toml"]

_OPENING = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*(?:\r\n|\n|\r)")
_CLOSING = {
    "---": re.compile(r"(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)"),
    "+++": re.compile(r"\+\+\+[ \t]*(?:\r\n|\n|\r|\Z)"),
}
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_BLANK = re.compile(r"[ \t]*(?:#|\Z|[\r\n])")
_HOLDS_KEYS = {
    "---": re.compile(
        r"""[ \t]*(?:\{|(?:"(?:[^"\\\r\n]|\\[^\r\n])*"[ \t]*|'(?:[^'\r\n]|'')*'[ \t]*"""
        r"""|(?!-[ \t])[^\s#\[\]{}&*!|>'"%@`,:](?:[^#\r\n]|(?<![ \t])#)*?):(?:[ \t\r\n]|\Z))"""
    ),
    "+++": re.compile(r"""[ \t]*(?:\[|(?:[\w.-]|"[^"\r\n]*"|'[^'\r\n]*'|[ \t])+=)"""),
}


class FrontMatter:
    """A block between two fences, by its offsets in the text."""

    __slots__ = ("content_end", "content_start", "end", "holds_keys", "kind")

    def __init__(
        self, kind: Kind, content_start: int, content_end: int, end: int, holds_keys: bool
    ) -> None:
        self.kind: Kind = kind
        """The language of its content."""
        self.content_start = content_start
        """Where its content begins: the line behind the opening fence."""
        self.content_end = content_end
        """Where its content ends: the start of the closing fence."""
        self.end = end
        """Where the document's body begins."""
        self.holds_keys = holds_keys
        """Whether it is front matter; otherwise the fences are rules, and all of it is text."""


def read_front_matter(text: str) -> FrontMatter | None:
    """Return the front matter that *text* begins with; None without any. Linear in its length."""
    block = read_fences(text)
    return block if block is not None and block.holds_keys else None


def read_fences(text: str) -> FrontMatter | None:
    """Return the block between fences that *text* begins with, also one that is text; None without any."""
    opening = _OPENING.match(text)
    if opening is None:
        return None
    fence = opening[1]
    start = at = opening.end()
    holds_keys: bool | None = None
    while at < len(text):
        closing = _CLOSING[fence].match(text, at)
        if closing is not None:
            kind: Kind = "yaml" if fence == "---" else "toml"
            return FrontMatter(kind, start, at, closing.end(), holds_keys is not False)
        if holds_keys is None and not _BLANK.match(text, at):
            holds_keys = _HOLDS_KEYS[fence].match(text, at) is not None
        line = _LINE.match(text, at)
        assert line is not None
        at = line.end()
    return None


def front_matter_end(text: str) -> int:
    """Return the offset behind the front matter that *text* begins with, 0 without any."""
    block = read_front_matter(text)
    return block.end if block is not None else 0
