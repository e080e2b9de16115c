"""Run the service of a project until its client disconnects."""

from __future__ import annotations

from pybridge.commands.scripts import seed
from pybridge.errors import PybridgeError
from pybridge.errors.text import error_text
from pybridge.project.discover import Project
from pybridge.rpc import stdio
from pybridge.rpc.log import log
from pybridge.service.service import Service


def bring_defaults(project: Project) -> None:
    """Seed missing built-in macros; failures are logged."""
    try:
        seed.seed(project, dry_run=False)
    except PybridgeError as error:
        log(f"pybridge: the built-in macros were not updated: {error_text(error.to_json())}")  # fmt: skip


def serve_stdio(project: Project) -> None:
    """Answer on standard input and output; return when the input ends."""
    bring_defaults(project)
    write = stdio.own_output()
    stdio.serve(Service(project), stdio.input_bytes, write)
