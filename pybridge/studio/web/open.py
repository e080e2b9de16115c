"""Open the studio on a project."""

from __future__ import annotations

import webbrowser
from pathlib import Path

from pybridge import report
from pybridge.commands.scripts.seed import seed
from pybridge.commands.scripts.syncing import require_root
from pybridge.errors import PybridgeError, studio_extra_missing
from pybridge.project.discover import Project


def open_studio(project: Project, *, port: int | None, opens: bool) -> None:
    """Serve the studio until it is told to stop.

    Args:
        project: Which; it must have a root.
        port: None for the project's own.
        opens: Whether to open the page in the default browser, too.

    Raises:
        PackageMissing: the extra `studio` is not installed.
        PortUnusable: *port* cannot be used.
        PybridgeError: the page or the worker has to be built and cannot be.
    """
    from pybridge.service.service import Service

    try:
        from pybridge.studio.web import serve
    except ModuleNotFoundError as error:
        raise studio_extra_missing() from error
    require_root(project)
    root = project.root or Path()
    bound, is_own_port = serve.bind(root, port)

    def tell(opened: serve.Opened) -> None:
        report.text(f"{opened.url}\n")
        if not is_own_port:
            report.talk(
                f"port {serve.usual_port(root)} is taken, perhaps by another studio of this "
                "project; both work, but each keeps its unsaved changes to itself"
            )
        report.talk("the studio is open; Ctrl-C ends it")
        if opens:
            webbrowser.open(opened.url)

    _seed(project)
    with bound, Service(project, watch=True) as service:
        serve.serve(service, bound, root, is_own_port=is_own_port, on_open=tell)


def _seed(project: Project) -> None:
    """Bring missing built-in macros into the project; where it cannot be written to, go on without."""
    try:
        seed(project, dry_run=False)
    except PybridgeError as error:
        report.notes([error])
