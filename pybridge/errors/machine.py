"""Missing packages."""

from __future__ import annotations

from dataclasses import dataclass

from pybridge.errors.root import PybridgeError


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
    """Return the error for a missing playwright, which the extra `browser` installs."""
    return PackageMissing("playwright", "pip install 'pybridge-runtime[browser]'")
