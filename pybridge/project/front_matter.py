"""Read a document's front matter as the post object that macros get."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from pybridge.errors import PybridgeError
from pybridge.formats import Bounds, Unreadable, read_toml_as_json, read_yaml
from pybridge.macros.syntax.front_matter import FrontMatter, front_matter_end, read_fences

BOUNDS = Bounds(characters=1 << 20, depth=33, values=20_000)

_COLLECTION = re.compile(r"-[ \t\r\n]|\[(?!\[)|\?[ \t][^\r\n]*[\r\n]+:[ \t]|[&!][\w!]")
"""How YAML that is no `key: value` begins on the line below the fence, and seldom a text.

Below a blank line `-` begins the list of a text; `[[` is a macro.
"""
_JOINED = re.compile(r"[^\W\d][\w-]{0,60}:(?:[^\s:/\\]|[ \t]|\Z)[^\r\n]*|[ \t#][^\r\n]*")
"""A key with or without a blank behind its colon, or what may stand below one; where no `key: value` is the first."""

_FENCE = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*(?:\r\n|\n|\r)")
_KEY = re.compile(r"[^\W\d][\w-]{0,60}(?::(?:[ \t].*)?|[ \t]*=.*)")
_MEANT_AS_FENCE = re.compile(r"[ \t]*(?:[-\u2010-\u2015]{1,80}|\+{2,80})[ \t]*|(?:---|\+\+\+)\S.*")
_MOST_HEAD = 20_000
"""Characters of a document in which the end of its front matter is looked for, where there is none."""


@dataclass(eq=False)
class FrontMatterInvalid(PybridgeError):
    """The front matter is not a YAML or TOML mapping of plain values."""

    path: str
    line: int
    column: int
    problem: str
    code = "schema"
    hint = "correct it; until then macros get no post"

    def what(self) -> str:
        """Name the place and the parser's complaint."""
        return f"{self.path}:{self.line}:{self.column}: front matter: {self.problem}"

    def places(self) -> dict[str, Any]:
        """Return the place as the document's."""
        return {"call": {"path": self.path, "line": self.line, "column": self.column}}

    def to_warning(self) -> dict[str, Any]:
        """Return it as warning.v1, for a document in which nothing needs the post."""
        return {"code": self.code, "message": f"front matter: {self.problem}", **self.places()}


def read_post(text: str, name: str) -> dict[str, Any] | None:
    """Return the front matter with id and slug filled in; None when there is none.

    Dates become ISO texts, in UTC with milliseconds where they have a time.

    Raises:
        FrontMatterInvalid: when it cannot be read.
    """
    block = read_fences(text)
    if block is None:
        _refuse_without_end(text, name)
        return None
    if not block.holds_keys:
        _refuse_other_yaml(text, block, name)
        return None
    fields = _fields(text, block, name)
    slug = fields.get("slug") or PurePosixPath(name).stem
    return {"id": slug, **fields, "slug": slug}


def body_of(text: str) -> str:
    """Return *text* without its front matter."""
    return text[front_matter_end(text) :]


def _fields(text: str, block: FrontMatter, name: str) -> dict[str, Any]:
    read = read_yaml if block.kind == "yaml" else read_toml_as_json
    try:
        value = read(text[block.content_start : block.content_end], BOUNDS)
    except Unreadable as error:
        raise FrontMatterInvalid(name, error.line + 1, error.column, error.problem) from error
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise FrontMatterInvalid(name, 2, 1, "a mapping of keys to values was expected")
    return value


def _refuse_without_end(text: str, name: str) -> None:
    """Raise `FrontMatterInvalid` if keys stand below a fence that no other one follows, and not just any text.

    They do where something like a fence ends them, or another key or a value in lines of its own comes next.
    """
    opening = _FENCE.match(text)
    if opening is None:
        return
    lines = text[opening.end() : _MOST_HEAD].splitlines()
    head = [*itertools.takewhile(str.strip, lines)]
    if not head or _KEY.fullmatch(head[0]) is None:
        return
    if len(head) == 2 and not head[0][0].islower():  # a heading, which is underlined
        return
    fence = opening[1]
    for number, line in enumerate(head[1:], 3):
        if _MEANT_AS_FENCE.fullmatch(line):
            problem = (
                f"{line.strip()[:20]!r} does not end it; write {fence} there. It stays in the text"
            )
            raise FrontMatterInvalid(name, number, 1, problem)
    if (
        all(_KEY.fullmatch(line) or line.startswith((" ", "\t", "- ", "#")) for line in head)
        and len(head) > 1
    ):
        problem = f"nothing ends it; write {fence} in a line below it. It stays in the text"
        raise FrontMatterInvalid(name, 1, 1, problem)


def _refuse_other_yaml(text: str, block: FrontMatter, name: str) -> None:
    """Raise `FrontMatterInvalid` if what is between the fences is meant as front matter, and not just any text."""
    content = text[block.content_start : block.content_end]
    if block.kind != "yaml":
        return
    lines = [*filter(None, map(str.rstrip, content.splitlines()))]
    if (
        ":" in content
        and all(map(_JOINED.fullmatch, lines))
        and not lines[0].startswith((" ", "#"))
    ):
        problem = "a blank is missing behind the colon of a key. It stays in the text"
        raise FrontMatterInvalid(name, 2, content.index(":") + 1, problem)
    if not _COLLECTION.match(content):
        return
    try:
        value = read_yaml(content, BOUNDS)
    except Unreadable as error:
        if not content.startswith("?"):
            return
        raise FrontMatterInvalid(name, error.line + 1, error.column, error.problem) from error
    if isinstance(value, list | dict):
        found = "a list" if isinstance(value, list) else "YAML that begins with no key"
        problem = f"{found}, where a mapping of keys to values was expected. It stays in the text"
        raise FrontMatterInvalid(name, 2, 1, problem)
