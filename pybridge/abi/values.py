"""The few wire values that Python code handles by name; a test holds them to the schemas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from pybridge.abi.naming import to_camel, to_snake


@dataclass(frozen=True)
class Problem:
    """What is wrong with one place of a JSON document."""

    pointer: str
    """JSON pointer to the offending value; empty for the whole document."""
    message: str
    """What is wrong there, in plain words."""

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.message}"


@dataclass(frozen=True)
class Position:
    """A place in a document or script; lines and columns from 1, columns in code points."""

    line: int
    column: int | None = None
    path: str | None = None

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Position:
        """Read a `callPlace` or `scriptPlace` of error.v1."""
        return cls(value["line"], value.get("column"), value.get("path"))

    def to_json(self) -> dict[str, Any]:
        """Return the place as error.v1 has it."""
        return _without_none(self)

    def __str__(self) -> str:
        parts = (self.path, self.line, self.column)
        return ":".join(str(part) for part in parts if part is not None)


@dataclass(frozen=True)
class Frame:
    """One level of a traceback."""

    path: str
    line: int
    name: str
    column: int | None = None
    text: str | None = None


@dataclass(frozen=True)
class ErrorValue:
    """An error.v1."""

    code: str
    message: str
    macro: str | None = None
    script: Position | None = None
    call: Position | None = None
    type: str | None = None
    frames: tuple[Frame, ...] | None = None
    excerpt: str | None = None
    hint: str | None = None
    pointer: str | None = None
    sha256: str | None = None

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ErrorValue:
        """Read an error.v1 that was validated before."""
        read = {to_snake(key): item for key, item in value.items()}
        for key in ("script", "call"):
            if key in read:
                read[key] = Position.from_json(read[key])
        if "frames" in read:
            read["frames"] = tuple(Frame(**frame) for frame in read["frames"])
        return cls(**read)

    def to_json(self) -> dict[str, Any]:
        """Return the error as error.v1."""
        return _without_none(self)


def _without_none(value: Position | Frame | ErrorValue) -> dict[str, Any]:
    pairs = ((field.name, getattr(value, field.name)) for field in fields(value))
    return {to_camel(name): _plain(item) for name, item in pairs if item is not None}


def _plain(item: Any) -> Any:
    if isinstance(item, Position | Frame | ErrorValue):
        return _without_none(item)
    return [_plain(part) for part in item] if isinstance(item, tuple) else item
