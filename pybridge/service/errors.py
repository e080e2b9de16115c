"""Errors that only the service raises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pybridge.errors import PybridgeError


@dataclass(eq=False)
class ProjectGone(PybridgeError):
    """The project's folder no longer exists."""

    root: Path
    code = "unavailable"
    hint = "restore the folder, or open another project; no restart is needed"

    def what(self) -> str:
        """Name the folder."""
        return f"{self.root}: the project is not there any more"


@dataclass(eq=False)
class ServiceClosed(PybridgeError):
    """A request came after the service was closed."""

    code = "unavailable"
    hint = "start the service again"

    def what(self) -> str:
        """State it."""
        return "the service has ended"


@dataclass(eq=False)
class PartUnknown(PybridgeError):
    """A part refers to a macro that is not in the request."""

    at: int
    part: int
    count: int
    code = "usage"
    hint = "send parts and macros of the same rendered document"

    def what(self) -> str:
        """Name the part."""
        return f"part {self.at} is macro {self.part}, and there are {self.count} macros"

    def places(self) -> Mapping[str, Any]:
        """Return its place in the params."""
        return {"pointer": f"/parts/{self.at}"}
