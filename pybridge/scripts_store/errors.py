"""What the store raises besides the common errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pybridge.errors import Conflict, PybridgeError


@dataclass(eq=False)
class IndexBusy(PybridgeError):
    """Another process has locked the index for too long."""

    path: Path
    wait_s: float
    code = "unavailable"
    hint = "close what holds it; the files are untouched, and the index can be deleted any time"

    def what(self) -> str:
        """Name the file and how long was waited."""
        return f"{self.path}: locked by another process for more than {self.wait_s:g} s"


@dataclass(eq=False)
class IndexUnusable(PybridgeError):
    """The index cannot be opened or written, through no fault of its content."""

    path: Path
    detail: str
    code = "io"
    hint = "check the folder's permissions and the free space; the scripts themselves are untouched"

    def what(self) -> str:
        """Name the file and SQLite's words."""
        return f"{self.path}: the index cannot be used: {self.detail}"


@dataclass(eq=False)
class IndexCorrupt(PybridgeError):
    """The index is no index any more."""

    path: Path
    detail: str
    code = "integrity"
    hint = "`pybridge rebuild` makes a new one"

    def what(self) -> str:
        """Name the file and SQLite's words."""
        return f"{self.path}: the index is damaged: {self.detail}"


class StaleWrite(Conflict):
    """A script changed since it was read by the one who writes it now."""

    def __init__(self, path: str, expected: str, actual: str | None, actual_version: int | None):
        self.path, self.expected, self.actual = path, expected, actual
        self.actual_version = actual_version
        Exception.__init__(self, path, expected, actual, actual_version)
        version = f", version {actual_version}" if actual_version is not None else ""
        now = f"it is {actual[:12]} now{version}" if actual else "it is gone now"
        self.problem = f"{path}: written against {expected[:12]}, but {now}"
        self.hint = "read it again, and bring your changes into what is there"

    def places(self) -> dict[str, str]:
        """Return the hash of what is there."""
        return {"sha256": self.actual} if self.actual else {}


@dataclass(eq=False)
class AmbiguousName(PybridgeError):
    """A name that several scripts, or kept contents, answer to."""

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
