"""What a machine lacks, or refuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pybridge.errors.root import PybridgeError

BROWSER_COMMAND = "playwright install chromium"


@dataclass(eq=False)
class BrowserMissing(PybridgeError):
    """No Chromium can be found or started."""

    looked_at: Sequence[str]
    command: str = BROWSER_COMMAND
    code = "unavailable"

    def what(self) -> str:
        return f"no Chromium found (looked at {', '.join(self.looked_at)})"

    @property
    def hint(self) -> str:
        return f"install one: {self.command}"


@dataclass(eq=False)
class NodeMissing(PybridgeError):
    """Node is needed for building and is not there, or too old."""

    needed: str = "20"
    found: str | None = None
    code = "unavailable"
    hint = "install it from your system's packages and make sure `node` is on the PATH"

    def what(self) -> str:
        found = f"found {self.found}" if self.found else "none found"
        return f"Node {self.needed} or newer is needed to build, {found}"


@dataclass(eq=False)
class BuildFailed(PybridgeError):
    """A tool of the build failed."""

    tool: str
    detail: str
    code = "unavailable"

    def what(self) -> str:
        return f"{self.tool} failed: {self.detail}"


@dataclass(eq=False)
class PackageMissing(PybridgeError):
    """A package that this feature needs is not installed."""

    package: str
    command: str
    code = "unavailable"

    def what(self) -> str:
        return f"the package {self.package} is not installed"

    @property
    def hint(self) -> str:
        return f"install it: {self.command}"


def browser_extra_missing() -> PackageMissing:
    """Return what to raise where playwright, the extra `browser`, is not installed."""
    return PackageMissing("playwright", "pip install 'pybridge[browser]'")


def bench_extra_missing() -> PackageMissing:
    """Return what to raise where matplotlib, the extra `bench`, is not installed."""
    return PackageMissing("matplotlib", "pip install 'pybridge[bench]'")


def studio_extra_missing() -> PackageMissing:
    """Return what to raise where starlette or uvicorn, the extra `studio`, is not installed."""
    return PackageMissing("starlette or uvicorn", "pip install 'pybridge[studio]'")


@dataclass(eq=False)
class PortUnusable(PybridgeError):
    """A port that was asked for cannot be listened on."""

    port: int
    reason: str
    code = "unavailable"
    hint = "choose another with --port, or leave it out"

    def what(self) -> str:
        return f"cannot listen on port {self.port}: {self.reason}"


@dataclass(eq=False)
class DownloadFailed(PybridgeError):
    """A pinned asset could not be fetched."""

    name: str
    detail: str
    code = "unavailable"
    hint = "connect once to the network (or your mirror); afterwards the cache is used"

    def what(self) -> str:
        return f"could not fetch {self.name}: {self.detail}"
