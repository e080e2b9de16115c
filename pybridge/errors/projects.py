"""Errors about a project, its scripts and its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pybridge.errors.root import PybridgeError


@dataclass(eq=False)
class UnknownEngine(PybridgeError):
    """No engine has this name."""

    name: str
    known: Sequence[str]
    code = "usage"

    def what(self) -> str:
        return f"no engine named {self.name!r}"

    @property
    def hint(self) -> str:
        return f"choose one of {', '.join(self.known)}"


@dataclass(eq=False)
class ProjectInvalid(PybridgeError):
    """A project's pybridge.toml is invalid."""

    path: Path
    problem: str
    code = "schema"
    hint = "correct the file, or delete it to use the defaults"

    def what(self) -> str:
        return f"{self.path}: {self.problem}"


@dataclass(eq=False)
class ScriptNotFound(PybridgeError):
    """No script has this slug, alias, id or path."""

    name: str
    searched: Sequence[str]
    similar: Sequence[str] = ()
    code = "not-found"

    def what(self) -> str:
        return f"no script named {self.name!r} in {', '.join(self.searched)}"

    @property
    def hint(self) -> str | None:
        return f"did you mean {' or '.join(map(repr, self.similar))}?" if self.similar else None


@dataclass(eq=False)
class DocumentUnreadable(PybridgeError):
    """A file cannot be read: missing, a directory, forbidden."""

    path: Path
    reason: Literal["missing", "directory", "denied", "broken"]
    detail: str = ""
    code = "io"

    def what(self) -> str:
        words = {
            "missing": "no such file",
            "directory": "this is a directory, a file was expected",
            "denied": "not allowed to read it",
            "broken": "cannot be read",
        }[self.reason]
        return f"{self.path}: {words}" + (f" ({self.detail})" if self.detail else "")

    @property
    def hint(self) -> str | None:
        hints = {"missing": "check the spelling", "directory": "name a file inside it"}
        return hints.get(self.reason)

    @classmethod
    def of(cls, path: Path, error: OSError) -> DocumentUnreadable:
        """Return the error for *path* from that of the operating system."""
        if isinstance(error, FileNotFoundError):
            return cls(path, "missing")
        if isinstance(error, IsADirectoryError):
            return cls(path, "directory")
        if isinstance(error, PermissionError):
            return cls(path, "denied")
        return cls(path, "broken", error.strerror or str(error))


@dataclass(eq=False)
class OutputFailed(PybridgeError):
    """A result could not be written."""

    path: Path
    error: OSError
    code = "io"
    hint = "nothing was changed; check the folder, its permissions and the free space"

    def what(self) -> str:
        return f"{self.path}: cannot write: {self.error.strerror or self.error}"


@dataclass(eq=False)
class Conflict(PybridgeError):
    """Two things claim the same place, or the present content is not the expected one."""

    problem: str
    hint: str | None = None
    code = "conflict"

    def what(self) -> str:
        return self.problem
