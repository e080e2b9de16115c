"""What the service refuses besides the common errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pybridge.errors import PybridgeError


@dataclass(eq=False)
class ProjectGone(PybridgeError):
    """The project's folder cannot be reached any more."""

    root: Path
    code = "unavailable"
    hint = "put it back, or open another project; nothing needs to be restarted"

    def what(self) -> str:
        """Name the folder."""
        return f"{self.root}: the project is not there any more"


@dataclass(eq=False)
class ServiceClosed(PybridgeError):
    """A request came after the end."""

    code = "unavailable"
    hint = "start the service again"

    def what(self) -> str:
        """Say so."""
        return "the service has ended"


@dataclass(eq=False)
class PartUnknown(PybridgeError):
    """A document's part is a macro that did not come with it."""

    at: int
    part: int
    count: int
    code = "usage"
    hint = "send parts and macros of the same rendered document"

    def what(self) -> str:
        """Name the part."""
        return f"part {self.at} is macro {self.part}, and there are {self.count} macros"

    def places(self) -> Mapping[str, Any]:
        """Say where it stands."""
        return {"pointer": f"/parts/{self.at}"}
