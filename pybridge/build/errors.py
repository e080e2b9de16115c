"""What goes wrong when things are built."""

from __future__ import annotations

from dataclasses import dataclass

from pybridge.errors import PybridgeError


@dataclass(eq=False)
class NodeMissing(PybridgeError):
    """Node is needed for building and is not there, or too old."""

    needed: str = "20"
    found: str | None = None
    code = "unavailable"
    hint = "install it from your system's packages and make sure `node` is on the PATH"

    def what(self) -> str:
        """Name the version that is needed."""
        found = f"found {self.found}" if self.found else "none found"
        return f"Node {self.needed} or newer is needed to build, {found}"


@dataclass(eq=False)
class BuildFailed(PybridgeError):
    """A tool of the build failed."""

    tool: str
    detail: str
    advice: str = "`pybridge doctor` checks what the build needs"
    code = "unavailable"

    def what(self) -> str:
        """Name the tool and its message."""
        return f"{self.tool} failed: {self.detail}"

    @property
    def hint(self) -> str:
        """Say what to check."""
        return self.advice


@dataclass(eq=False)
class PackagesTooLarge(PybridgeError):
    """The packages of a project do not fit into the memory of a worker's snapshot."""

    detail: str
    code = "unavailable"
    hint = "ask for fewer packages, or run the scripts with --engine wasi"

    def what(self) -> str:
        """Name the sizes."""
        return f"the packages do not fit into the browser's snapshot: {self.detail}"


@dataclass(eq=False)
class DownloadFailed(PybridgeError):
    """A pinned asset could not be fetched."""

    name: str
    detail: str
    code = "unavailable"
    hint = "connect once to the network (or your mirror); afterwards the cache is used"

    def what(self) -> str:
        """Name the asset and the reason."""
        return f"could not fetch {self.name}: {self.detail}"
