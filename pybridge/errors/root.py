"""The root of the exception tree, and errors that any package may raise."""

from __future__ import annotations

import copyreg
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class Located(Protocol):
    """A problem inside a JSON document, as `pybridge.abi.validate` reports it."""

    @property
    def pointer(self) -> str:
        """JSON pointer to the offending value; empty for the whole document."""
        ...

    @property
    def message(self) -> str:
        """What is wrong there."""
        ...


class PybridgeError(Exception):
    """The root of pybridge's errors.

    Subclasses keep the objects they are about as fields; `what` and `hint` build the message.
    """

    code: str = "internal"
    """One of error.v1's closed list."""

    def what(self) -> str:
        """Return what is wrong, with which value, where."""
        return " ".join(str(part) for part in self.args) or type(self).__name__

    @property
    def hint(self) -> str | None:
        """What to do about it; None when nothing can be said. Subclasses set it, or compute it."""
        return None

    @property
    def way_out(self) -> str | None:
        """The former name of `hint`; goes with the next version."""
        warnings.warn("way_out is now hint", DeprecationWarning, stacklevel=2)
        return self.hint

    def places(self) -> Mapping[str, Any]:
        """Return the other fields of error.v1: places, hashes."""
        return {}

    def __str__(self) -> str:
        hint = self.hint
        return f"{self.what()} – {hint}" if hint else self.what()

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions are otherwise made again from positional arguments only: a process pool ends on that.
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]

    def to_json(self) -> dict[str, Any]:
        """Return the error as error.v1."""
        hint = self.hint
        value: dict[str, Any] = {"code": self.code, "message": self.what(), **self.places()}
        return {**value, "hint": hint} if hint else value


@dataclass(eq=False)
class InternalError(PybridgeError):
    """A bug in pybridge."""

    detail: str
    code = "internal"
    hint = "this is a bug in pybridge, please report it"

    def what(self) -> str:
        return f"internal error: {self.detail}"


@dataclass(eq=False)
class UsageError(PybridgeError):
    """The arguments are invalid."""

    problem: str
    hint: str | None = None
    code = "usage"

    def what(self) -> str:
        return self.problem


@dataclass(eq=False)
class RemoteError(PybridgeError):
    """An error that a sandbox reported; its code and message are the reported ones."""

    value: Mapping[str, Any]
    """As error.v1."""

    def __post_init__(self) -> None:
        self.code = str(self.value["code"])

    def what(self) -> str:
        return str(self.value["message"])

    @property
    def hint(self) -> str | None:
        return self.value.get("hint")

    def to_json(self) -> dict[str, Any]:
        """Return the error as it was reported."""
        return dict(self.value)
