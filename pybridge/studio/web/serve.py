"""Run the studio's server: a loopback socket, sessions, and uvicorn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from pybridge import resources
from pybridge.build.on_demand import built_folder
from pybridge.build.studio_page import built_page
from pybridge.studio.web.app import Folders, Host, create_app
from pybridge.studio.web.guard import Guard
from pybridge.studio.web.ports import LOOPBACK, Bound
from pybridge.studio.web.sessions import Sessions


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
    uvicorn.Server(config).run(sockets=[bound.socket])
