"""The studio's port: chosen at random for each project, and kept for its next start.

Browsers keep drafts by address, port included. So a project stays on its port; but nobody can know
it before the first start, to wait there for the page.
"""

from __future__ import annotations

import hashlib
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pybridge.caches import cache_folder
from pybridge.errors import PybridgeError
from pybridge.storage.atomic import write_atomically

LOOPBACK = "127.0.0.1"
_PORTS = range(20_000, 30_000)
"""Below the ports that systems give to outgoing connections."""
_TRIES = 20


@dataclass(eq=False)
class PortUnusable(PybridgeError):
    """A port that was asked for cannot be listened on."""

    port: int
    reason: str
    code = "unavailable"
    hint = "choose another with --port, or leave it out"

    def what(self) -> str:
        """Name the port and the reason."""
        return f"cannot listen on port {self.port}: {self.reason}"


@dataclass(frozen=True)
class Bound:
    """A socket that listens on loopback."""

    socket: socket.socket
    taken_port: int | None = None
    """The project's own port, if another program uses it."""

    @property
    def port(self) -> int:
        """The port it listens on."""
        number: int = self.socket.getsockname()[1]
        return number


def bind(root: Path, port: int | None) -> Bound:
    """Listen on *port*, or on the project's own one.

    Raises:
        PortUnusable: *port* is taken, or not permitted.
        PybridgeError: the cache cannot be used.
    """
    if port is not None:
        try:
            return Bound(_socket(port))
        except OSError as error:
            raise PortUnusable(port, error.strerror or str(error)) from error
    place = _place(root)
    own = _remembered(place)
    if own is not None:
        try:
            return Bound(_socket(own))
        except OSError:
            return Bound(_random_socket(), own)
    bound = Bound(_random_socket())
    write_atomically(place, str(bound.port).encode(), mode=0o600, durable=False)
    return bound


def _place(root: Path) -> Path:
    digest = hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()
    return cache_folder("studio-ports") / digest[:20]


def _remembered(place: Path) -> int | None:
    try:
        port = int(place.read_text("ascii"))
    except (OSError, ValueError):
        return None
    return port if port in _PORTS else None


def _random_socket() -> socket.socket:
    for _ in range(_TRIES):
        with suppress(OSError):
            return _socket(secrets.choice(_PORTS))
    return _socket(0)


def _socket(port: int) -> socket.socket:
    bound = socket.create_server((LOOPBACK, port), backlog=64)
    bound.setblocking(False)
    return bound
