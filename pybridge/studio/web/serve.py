"""Run the studio's server: a loopback socket, sessions, and uvicorn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import uvicorn
from starlette.types import ASGIApp

from pybridge import resources
from pybridge.build.on_demand import built_folder
from pybridge.build.studio_page import built_page
from pybridge.studio.web.app import Folders, Host, create_app
from pybridge.studio.web.guard import Guard
from pybridge.studio.web.ports import LOOPBACK, Bound
from pybridge.studio.web.sessions import Sessions
from pybridge.studio.web.sockets import Bounds, Connections

_BOUNDS = Bounds()
_BACKLOG = 128
"""Connections that are accepted in one go: more would use up the process's files."""


@dataclass(frozen=True)
class Opened:
    """The addresses of a studio."""

    port: int
    sessions: Sessions

    def new_address(self) -> str:
        """Return an address that opens the page once; browsers do not send the part after #."""
        return f"http://{LOOPBACK}:{self.port}/#code={self.sessions.new_code()}"


def folders(root: Path) -> Folders:
    """Return the folders to serve for the project *root*; missing files are built first.

    Raises:
        PybridgeError: the build failed.
    """
    style = resources.page_style()
    return Folders(resources.studio_page(), built_page(), built_folder(), style.parent, root)


def serve(host: Host, bound: Bound, root: Path, on_open: Callable[[Opened], None]) -> None:
    """Serve the project *root* until SIGINT or SIGTERM."""
    files = folders(root)
    opened = Opened(bound.port, Sessions())
    app = create_app(host, Guard(opened.port, opened.sessions), files)
    on_open(opened)
    uvicorn.Server(configuration(app)).run(sockets=[bound.socket])


def configuration(app: ASGIApp, bounds: Bounds = _BOUNDS) -> uvicorn.Config:
    """Return the settings of a server for *app*."""
    return uvicorn.Config(
        app,
        http=cast("type[asyncio.Protocol]", Connections(bounds).protocol),
        ws="none",
        log_level="error",  # any program of this machine can send invalid requests
        access_log=False,
        lifespan="off",
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=1,
        h11_max_incomplete_event_size=64 * 1024,
        backlog=_BACKLOG,
    )
