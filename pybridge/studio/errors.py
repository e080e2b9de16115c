"""What the service refuses besides the common errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pybridge.errors import PybridgeError


@dataclass(eq=False)
class Cancelled(PybridgeError):
    """A request was taken back by who asked."""

    method: str
    code = "cancelled"

    def what(self) -> str:
        """Name the request."""
        return f"{self.method}: cancelled"


@dataclass(eq=False)
class ProjectGone(PybridgeError):
    """The project's folder cannot be reached any more."""

    root: Path
    code = "unavailable"
    way_out = "put it back, or open another project; nothing needs to be restarted"

    def what(self) -> str:
        """Name the folder."""
        return f"{self.root}: the project is not there any more"


@dataclass(eq=False)
class ServiceClosed(PybridgeError):
    """A request came after the end."""

    code = "unavailable"
    way_out = "start the service again"

    def what(self) -> str:
        """Say so."""
        return "the service has ended"


@dataclass(eq=False)
class SystemRefused(PybridgeError):
    """The operating system refused what a request needed."""

    method: str
    error: OSError
    code = "io"
    way_out = "check the project's folder, its permissions and the free space"

    def what(self) -> str:
        """Give the system's words, and the file where it names one."""
        where = self.error.filename or self.method
        return f"{where}: {self.error.strerror or self.error}"


@dataclass(eq=False)
class RequestInvalid(PybridgeError):
    """A message that is no request."""

    problem: str
    code = "schema"
    way_out = 'send {"jsonrpc": "2.0", "id": 1, "method": "scripts.list", "params": {}}'

    def what(self) -> str:
        """Say what is wrong with it."""
        return f"this is no request: {self.problem}"


@dataclass(eq=False)
class MessageTooLarge(PybridgeError):
    """A message that was not read."""

    limit: int
    code = "input-limit"
    way_out = "split it"

    def what(self) -> str:
        """Name the limit."""
        return f"a message of more than {self.limit:,} bytes was passed over"


@dataclass(eq=False)
class MethodUnknown(PybridgeError):
    """No method has this name."""

    method: str
    similar: Sequence[str] = ()
    code = "usage"

    def what(self) -> str:
        """Name it."""
        return f"no method named {self.method[:100]!r}"

    def hint(self) -> str:
        """Say which are close, or where they are."""
        if self.similar:
            return f"did you mean {' or '.join(map(repr, self.similar))}?"
        return "the methods are in docs/service-methods.md"


@dataclass(eq=False)
class PartUnknown(PybridgeError):
    """A document's part is a macro that did not come with it."""

    at: int
    part: int
    count: int
    code = "usage"
    way_out = "send parts and macros of the same rendered document"

    def what(self) -> str:
        """Name the part."""
        return f"part {self.at} is macro {self.part}, and there are {self.count} macros"

    def places(self) -> Mapping[str, Any]:
        """Say where it stands."""
        return {"pointer": f"/parts/{self.at}"}
