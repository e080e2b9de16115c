"""Errors that only a JSON-RPC server raises."""

from __future__ import annotations

from dataclasses import dataclass

from pybridge.errors import PybridgeError


@dataclass(eq=False)
class Cancelled(PybridgeError):
    """The client cancelled its request."""

    method: str
    code = "cancelled"

    def what(self) -> str:
        """Name the request."""
        return f"{self.method}: cancelled"


@dataclass(eq=False)
class SystemRefused(PybridgeError):
    """The operating system refused an operation of a request."""

    method: str
    error: OSError
    code = "io"
    hint = "check the project's folder, its permissions and the free space"

    def what(self) -> str:
        """Return the system's message, and the file if it names one."""
        where = self.error.filename or self.method
        return f"{where}: {self.error.strerror or self.error}"


@dataclass(eq=False)
class RequestInvalid(PybridgeError):
    """The message is not a request."""

    problem: str
    code = "schema"
    hint = 'send {"jsonrpc": "2.0", "id": 1, "method": "scripts.list", "params": {}}'

    def what(self) -> str:
        """Name the problem."""
        return f"invalid request: {self.problem}"


@dataclass(eq=False)
class MessageTooLarge(PybridgeError):
    """The message is too large and was not read."""

    limit: int
    code = "input-limit"
    hint = "split it"

    def what(self) -> str:
        """Name the limit."""
        return f"message exceeds {self.limit:,} bytes and was ignored"


@dataclass(eq=False)
class Busy(PybridgeError):
    """Too many requests are under way to start another one."""

    code = "unavailable"
    hint = "send it again after some answers"

    def what(self) -> str:
        """State it."""
        return "too many requests are under way"


@dataclass(eq=False)
class MethodUnknown(PybridgeError):
    """No method has this name."""

    method: str
    similar: str | None = None
    code = "usage"

    def what(self) -> str:
        """Name the method."""
        return f"no method named {self.method[:100]!r}"

    @property
    def hint(self) -> str:
        """Name a similar method, or the page that lists all."""
        if self.similar:
            return f"did you mean {self.similar!r}?"
        return "the methods are in docs/service-methods.md"
