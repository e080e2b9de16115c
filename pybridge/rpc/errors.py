"""What a JSON-RPC server refuses besides the common errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
class SystemRefused(PybridgeError):
    """The operating system refused what a request needed."""

    method: str
    error: OSError
    code = "io"
    hint = "check the project's folder, its permissions and the free space"

    def what(self) -> str:
        """Give the system's words, and the file where it names one."""
        where = self.error.filename or self.method
        return f"{where}: {self.error.strerror or self.error}"


@dataclass(eq=False)
class RequestInvalid(PybridgeError):
    """A message that is no request."""

    problem: str
    code = "schema"
    hint = 'send {"jsonrpc": "2.0", "id": 1, "method": "scripts.list", "params": {}}'

    def what(self) -> str:
        """Say what is wrong with it."""
        return f"this is no request: {self.problem}"


@dataclass(eq=False)
class MessageTooLarge(PybridgeError):
    """A message that was not read."""

    limit: int
    code = "input-limit"
    hint = "split it"

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

    @property
    def hint(self) -> str:
        """Say which are close, or where they are."""
        if self.similar:
            return f"did you mean {' or '.join(map(repr, self.similar))}?"
        return "the methods are in docs/service-methods.md"
