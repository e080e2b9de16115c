"""Run the studio's server: a loopback socket, a token, and uvicorn."""

from __future__ import annotations

import hashlib
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from pybridge import resources
from pybridge.build.on_demand import built_folder
from pybridge.build.studio_page import built_page
from pybridge.errors import PybridgeError
from pybridge.studio.web.app import Folders, Host, create_app
from pybridge.studio.web.guard import Guard

LOOPBACK = "127.0.0.1"
_FIRST_PORT = 20_000
_PORTS = 10_000


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
class Opened:
    """The address of a studio."""

    port: int
    token: str
    is_own_port: bool
    """Whether it is the requested port, or this project's usual one."""

    @property
    def url(self) -> str:
        """Return the address to open; browsers do not send the part after #."""
        return f"http://{LOOPBACK}:{self.port}/#token={self.token}"


def usual_port(root: Path) -> int:
    """Return a project's usual port: browsers keep drafts by address, port included."""
    digest = hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).digest()
    return _FIRST_PORT + int.from_bytes(digest[:4], "big") % _PORTS


def bind(root: Path, port: int | None) -> tuple[socket.socket, bool]:
    """Return a socket on loopback, and whether it has the requested or usual port.

    Raises:
        PortUnusable: *port* is taken, or not permitted.
    """
    wanted = usual_port(root) if port is None else port
    try:
        return _socket(wanted), True
    except OSError as error:
        if port is not None:
            raise PortUnusable(port, error.strerror or str(error)) from error
        return _socket(0), False


def _socket(port: int) -> socket.socket:
    bound = socket.create_server((LOOPBACK, port), backlog=64)
    bound.setblocking(False)
    return bound


def folders(root: Path) -> Folders:
    """Return the folders to serve for the project *root*; missing files are built first.

    Raises:
        PybridgeError: the build failed.
    """
    style = resources.page_style()
    return Folders(resources.studio_page(), built_page(), built_folder(), style.parent, root)


def serve(
    host: Host,
    bound: socket.socket,
    root: Path,
    *,
    is_own_port: bool,
    on_open: Callable[[Opened], None],
) -> None:
    """Serve the project *root* until SIGINT or SIGTERM."""
    files = folders(root)
    opened = Opened(bound.getsockname()[1], secrets.token_urlsafe(24), is_own_port)
    app = create_app(host, Guard(opened.port, opened.token), files)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=1,
        h11_max_incomplete_event_size=64 * 1024,
    )
    on_open(opened)
    uvicorn.Server(config).run(sockets=[bound])
