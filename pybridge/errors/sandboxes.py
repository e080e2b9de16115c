"""What is wrong with a sandbox, or what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pybridge.errors.root import PybridgeError


@dataclass(eq=False)
class BootFailed(PybridgeError):
    """An engine did not come up."""

    engine: str
    reason: str
    way_out: str | None = None
    code = "boot"

    def what(self) -> str:
        return f"the {self.engine} engine did not start: {self.reason}"

    def hint(self) -> str | None:
        return self.way_out or "`pybridge doctor` says what is missing"


@dataclass(eq=False)
class AssetMissing(PybridgeError):
    """A file that an engine needs is not there."""

    path: str
    folder: Path | None = None
    code = "boot"
    way_out = "build the folder again with `pybridge build`"

    def what(self) -> str:
        return f"{self.path} is missing" + (f" from {self.folder}" if self.folder else "")


@dataclass(eq=False)
class IntegrityFailed(PybridgeError):
    """A file's content is not what its hash promises."""

    path: str
    expected: str
    actual: str
    way_out: str | None = "delete it and run `pybridge build` again"
    code = "integrity"

    def what(self) -> str:
        return f"{self.path} was changed or damaged: expected {self.expected}, found {self.actual}"


@dataclass(eq=False)
class IsolationFailed(PybridgeError):
    """The sandbox can do what it must not."""

    level: str
    held: Mapping[str, bool]
    code = "isolation"
    way_out = "use a browser and a page that provide the level"

    def what(self) -> str:
        open_ = ", ".join(sorted(name for name, held in self.held.items() if not held))
        return f"isolation level {self.level!r} was asked for, but these are open: {open_}"


@dataclass(eq=False)
class EngineCrashed(PybridgeError):
    """An engine died and could not be replaced."""

    engine: str
    detail: str = ""
    code = "crash"

    def what(self) -> str:
        return f"the {self.engine} engine crashed" + (f": {self.detail}" if self.detail else "")


@dataclass(eq=False)
class DeadlinePassed(PybridgeError):
    """Work outside a single macro took too long."""

    doing: str
    seconds: float
    code = "timeout"

    def what(self) -> str:
        return f"{self.doing} took longer than {self.seconds:g} s"
