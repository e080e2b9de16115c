"""Read a document's front matter as the post object that macros get."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import PurePosixPath
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler

from pybridge.errors import PybridgeError
from pybridge.macros.syntax.front_matter import front_matter_end, read_front_matter

MAX_DEPTH = 32
MAX_VALUES = 20_000

_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)")


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


def read_post(text: str, name: str) -> dict[str, Any] | None:
    """Return the front matter with id and slug filled in; None when there is none.

    Dates become ISO texts, in UTC with milliseconds where they have a time.

    Raises:
        FrontMatterInvalid: when it cannot be read.
    """
    block = read_front_matter(text)
    if block is None:
        return None
    content = text[block.content_start : block.content_end]
    fields = _fields(_from_yaml if block.kind == "yaml" else _from_toml, content, name)
    slug = fields.get("slug") or PurePosixPath(name).stem
    return {"id": slug, **fields, "slug": slug}


def body_of(text: str) -> str:
    """Return *text* without its front matter."""
    return text[front_matter_end(text) :]


def _fields(read: Callable[[str], Any], content: str, name: str) -> dict[str, Any]:
    try:
        raw = read(content)
        values = raw if isinstance(raw, dict) else {}
        return {str(key): _plain(value, iter(range(MAX_VALUES))) for key, value in values.items()}
    except _Unreadable as error:
        raise FrontMatterInvalid(name, error.line, error.column, str(error)) from error
    except (_Unusable, ValueError, RecursionError) as error:
        raise FrontMatterInvalid(name, 1, 1, str(error) or "nested too deeply") from error


def _from_yaml(content: str) -> Any:
    try:
        return YAMLHandler().load(content)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "not readable as YAML"
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 1)
        raise _Unreadable(problem, line + 1, column) from error


def _from_toml(content: str) -> Any:
    try:
        return tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.search(str(error))
        problem = _TOML_PLACE.sub("", str(error))
        line, column = (int(place[1]), int(place[2])) if place and place[1] else (0, 1)
        raise _Unreadable(problem, line + 1, column) from error


class _Unreadable(Exception):
    """A syntax error, at a line and column of the document."""

    def __init__(self, problem: str, line: int, column: int) -> None:
        super().__init__(problem)
        self.line, self.column = line, column


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
        case date() | time():
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
