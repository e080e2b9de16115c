"""Read a document's front matter as the post object that macros get."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from typing import Any

import frontmatter
import yaml

from pybridge.errors import PybridgeError

MAX_DEPTH = 32
MAX_VALUES = 20_000

_BLOCK = re.compile(r"\A---[ \t]*\r?\n(?:.*?\r?\n)??---[ \t]*(?:\r?\n|\Z)", re.DOTALL)


@dataclass(eq=False)
class FrontMatterInvalid(PybridgeError):
    """The block at a document's top is no YAML mapping of plain values."""

    path: str
    line: int
    column: int
    problem: str
    code = "schema"
    hint = "correct the YAML; until then macros see no post"

    def what(self) -> str:
        """Name the place and the parser's complaint."""
        return f"{self.path}:{self.line}:{self.column}: front matter: {self.problem}"

    def places(self) -> dict[str, Any]:
        """Return the place as the document's."""
        return {"call": {"path": self.path, "line": self.line, "column": self.column}}


def read_post(text: str, name: str) -> dict[str, Any] | None:
    """Return the front matter with id and slug filled in; None when there is none.

    Dates become ISO texts, in UTC with milliseconds where they have a time.

    Raises:
        FrontMatterInvalid: when it cannot be read.
    """
    block = _BLOCK.match(text)
    if block is None:
        return None
    fields = _fields(block[0], name)
    slug = fields.get("slug") or PurePosixPath(name).stem
    return {"id": slug, **fields, "slug": slug}


def body_of(text: str) -> str:
    """Return *text* without its front matter."""
    block = _BLOCK.match(text)
    return text[block.end() :] if block else text


def _fields(block: str, name: str) -> dict[str, Any]:
    try:
        raw, _ = frontmatter.parse(block)
        return {str(key): _plain(value, iter(range(MAX_VALUES))) for key, value in raw.items()}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = getattr(error, "problem", None) or "not readable as YAML"
        raise FrontMatterInvalid(name, line, column, problem) from error
    except (_Unusable, ValueError, RecursionError) as error:
        raise FrontMatterInvalid(name, 1, 1, str(error) or "nested too deeply") from error


class _Unusable(Exception):
    """A value that JSON does not know, or too many of them."""


def _plain(value: object, budget: Iterator[int], depth: int = 0) -> Any:
    """Return *value* with JSON's types only; aliases may multiply it, hence the budget."""
    if next(budget, None) is None or depth > MAX_DEPTH:
        raise _Unusable("too many or too deeply nested values")
    match value:
        case None | bool() | str() | int():
            return value
        case float():
            return value if value == value and abs(value) != float("inf") else None
        case datetime():
            return _instant(value)
        case date():
            return value.isoformat()
        case list() | tuple():
            return [_plain(item, budget, depth + 1) for item in value]
        case dict():
            return {str(k): _plain(v, budget, depth + 1) for k, v in value.items()}
        case _:
            raise _Unusable(f"a value of type {type(value).__name__} cannot be used")


def _instant(value: datetime) -> str:
    utc = value.astimezone(UTC) if value.tzinfo else value
    return utc.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
