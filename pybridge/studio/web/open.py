"""Open the studio on a project."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable
from dataclasses import dataclass

from pybridge.commands.scripts.seed import seed
from pybridge.errors import PackageMissing, PybridgeError
from pybridge.project.discover import Project


@dataclass(frozen=True)
class Started:
    """A running studio."""

    new_address: Callable[[], str]
    """Returns an address of the page that works once."""
    taken_port: int | None
    """The project's own port, if another program uses it."""


def open_studio(
    project: Project,
    *,
    port: int | None,
    opens: bool,
    on_start: Callable[[Started], None],
    on_problem: Callable[[PybridgeError], None],
) -> None:
    """Serve the studio until SIGINT or SIGTERM.

    Args:
        project: The project.
        port: None for the project's own port.
        opens: Whether to open the page in the default browser.
        on_start: Called when the server accepts requests.
        on_problem: Called with errors that do not stop the start.

    Raises:
        PackageMissing: the extra `studio` is not installed.
        PortUnusable: *port* cannot be used.
        PybridgeError: the page or the worker has to be built and cannot be.
    """
    from pybridge.service.service import Service

    try:
        from pybridge.studio.web import ports, serve
    except ModuleNotFoundError as error:
        raise PackageMissing(
            "starlette or uvicorn", "pip install 'pybridge-runtime[studio]'"
        ) from error
    bound = ports.bind(project.root, port)

    def started(opened: serve.Opened) -> None:
        on_start(Started(opened.new_address, bound.taken_port))
        if opens:  # a code of its own: other users can read the browser's command line
            webbrowser.open(opened.new_address())

    _seed(project, on_problem)
    with bound.socket, Service(project, watch=True) as service:
        serve.serve(service, bound, project.root, started)


def _seed(project: Project, on_problem: Callable[[PybridgeError], None]) -> None:
    """Add missing built-in macros to the project; report it if the project is not writable."""
    try:
        seed(project, dry_run=False)
    except PybridgeError as error:
        on_problem(error)
