"""The post that transforms work on: four fields, checked and trimmed."""

from __future__ import annotations

from pybridge.macros.values.characters import SPACES
from pybridge.macros.values.problems import pointer, problem, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    Json = dict[str, Any]

TEXTS = ("title", "content")
LISTS = ("tags", "categories")
FIELDS = (*TEXTS, *LISTS)
_TRIMMED = "".join(SPACES)


class BadPost(Exception):
    """A value that is not a valid post."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(message)
        self.pointer = where
        self.message = message


def read_post(value: object) -> Json:
    """Return *value*, made of JSON's own types, as a post of its own; other fields are dropped.

    Raises:
        BadPost: It is not a valid post.
    """
    if type(value) is not dict:
        raise BadPost("", f"a post is an object, not {shown(value)}")
    for name in FIELDS:
        if name not in value:
            raise BadPost("", f"{name!r} is missing")
    texts = {name: _text(value[name], pointer(name)) for name in TEXTS}
    return {**texts, **{name: _texts(value[name], name) for name in LISTS}}


def check_post(value: object) -> Json | None:
    """Return the error.v1 saying why *value* is not a valid post, None if it is."""
    try:
        read_post(value)
    except BadPost as error:
        where = f" at {error.pointer}" if error.pointer else ""
        return problem("schema", f"not a post{where}: {error.message}", pointer=error.pointer)
    return None


def copied(post: Mapping[str, Any]) -> Json:
    """Return a copy of *post* that shares nothing mutable with it."""
    return {**post, **{name: [*post[name]] for name in LISTS}}


def _text(value: object, where: str) -> str:
    if type(value) is not str:
        raise BadPost(where, f"{where[1:]} must be text, not {shown(value)}")
    trimmed = value.strip(_TRIMMED)
    if not trimmed:
        raise BadPost(where, f"{where[1:]} must not be empty")
    return trimmed


def _texts(value: object, name: str) -> list[str]:
    if type(value) is not list:
        raise BadPost(pointer(name), f"{name} must be a list of texts, not {shown(value)}")
    return [_text(each, pointer(name, number)) for number, each in enumerate(value)]
