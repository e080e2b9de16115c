"""Errors about a sandbox and its files."""

from __future__ import annotations

from dataclasses import dataclass

from pybridge.errors.root import PybridgeError


@dataclass(eq=False)
class BootFailed(PybridgeError):
    """An engine did not come up."""

    engine: str
    reason: str
    hint: str | None = "`pybridge doctor` says what is missing"
    code = "boot"

    def what(self) -> str:
        return f"the {self.engine} engine did not start: {self.reason}"


@dataclass(eq=False)
class ComponentAbsent(PybridgeError):
    """The component with the macro engine was not built on this machine, or from other sources."""

    hint = "run `make component` in a checkout of pybridge, once on this machine, or use the engine `core`"
    code = "unavailable"

    def what(self) -> str:
        return "the component of the WASI engine is absent"


@dataclass(eq=False)
class IntegrityFailed(PybridgeError):
    """A file's content is not what its hash promises."""

    path: str
    expected: str
    actual: str
    hint: str | None = "delete it and run `pybridge build` again"
    code = "integrity"

    def what(self) -> str:
        return f"{self.path} was changed or damaged: expected {self.expected}, found {self.actual}"


class Cancelled(PybridgeError):
    """The caller ended the work before it was done."""

    code = "cancelled"

    def what(self) -> str:
        return "cancelled before it was done"


@dataclass(eq=False)
class EngineCrashed(PybridgeError):
    """An engine died and could not be replaced."""

    engine: str
    detail: str = ""
    code = "crash"

    def what(self) -> str:
        return f"the {self.engine} engine crashed" + (f": {self.detail}" if self.detail else "")
