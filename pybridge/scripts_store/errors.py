"""Errors that only the store raises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pybridge.errors import Conflict, PybridgeError


@dataclass(eq=False)
class IndexBusy(PybridgeError):
    """Another process has locked the index for too long."""

    path: Path
    wait_s: float
    code = "unavailable"
    hint = (
        "close the other program; the files are untouched, and the index can be deleted at any time"
    )

    def what(self) -> str:
        """Name the file and how long was waited."""
        return f"{self.path}: locked by another process for more than {self.wait_s:g} s"


@dataclass(eq=False)
class IndexUnusable(PybridgeError):
    """The index cannot be opened or written; its content is not the reason."""

    path: Path
    detail: str
    code = "io"
    hint = "check the folder's permissions and the free space; the scripts themselves are untouched"

    def what(self) -> str:
        """Name the file and SQLite's words."""
        return f"{self.path}: the index cannot be used: {self.detail}"


@dataclass(eq=False)
class IndexCorrupt(PybridgeError):
    """The index file is corrupt."""

    path: Path
    detail: str
    code = "integrity"
    hint = "`pybridge rebuild` makes a new one"

    def what(self) -> str:
        """Name the file and SQLite's words."""
        return f"{self.path}: the index is damaged: {self.detail}"


class StaleWrite(Conflict):
    """A script changed since the writer read it."""

    def __init__(self, path: str, expected: str, actual: str | None, actual_version: int | None):
        self.path, self.expected, self.actual = path, expected, actual
        self.actual_version = actual_version
        Exception.__init__(self, path, expected, actual, actual_version)
        version = f", version {actual_version}" if actual_version is not None else ""
        now = f"it is {actual[:12]} now{version}" if actual else "it is gone now"
        self.problem = f"{path}: written against {expected[:12]}, but {now}"
        self.hint = "read it again and merge your changes"

    def places(self) -> dict[str, str]:
        """Return the hash of the present content."""
        return {"sha256": self.actual} if self.actual else {}


@dataclass(eq=False)
class AmbiguousName(PybridgeError):
    """A name that fits several scripts or kept contents."""

    name: str
    candidates: Sequence[str] = field(default_factory=tuple)
    code = "usage"

    def what(self) -> str:
        """Name the candidates."""
        return f"{self.name!r} can mean {', '.join(self.candidates)}"

    @property
    def hint(self) -> str:
        """Say how to be clear."""
        return "name one of them in full"


@dataclass(eq=False)
class DocumentMissing(PybridgeError):
    """The document does not exist."""

    path: str
    code = "not-found"
    hint = "check the spelling; `documents.list` has them all"

    def what(self) -> str:
        """Name the file."""
        return f"{self.path}: no such file"


class DocumentThere(Conflict):
    """A new document was to be written, and there is one already."""

    def __init__(self, path: str, sha256: str) -> None:
        super().__init__(f"there is a file {path} already", "choose another name, or read it first")
        self.sha256 = sha256

    def places(self) -> Mapping[str, str]:
        """Return the hash of the present content."""
        return {"sha256": self.sha256}
