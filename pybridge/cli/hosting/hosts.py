"""Commands for hosts: serve a process, open the studio."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pybridge.cli import options, terminal
from pybridge.cli.keyboard import on_enter
from pybridge.project.discover import require_project

if TYPE_CHECKING:
    from pybridge.studio.web.open import Started


@click.command()
@options.project
def serve(project: Path | None) -> int:
    """Serve a project to a host process: JSON-RPC 2.0, one JSON document per line.

    Reads requests from standard input, writes answers and events to standard output, until the input ends.

    Example: echo '{"jsonrpc": "2.0", "id": 1, "method": "scripts.list"}' | pybridge serve
    """
    from pybridge.service.serve import serve_stdio

    serve_stdio(require_project(Path.cwd(), project))
    return terminal.EXIT_DONE


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="N",
    help="Port (default: a random one, the same at each start of the project).",
)
@click.option("--open", "opens", is_flag=True, help="Open the page in the default browser.")
@options.project
def studio(port: int | None, opens: bool, project: Path | None) -> int:
    """Write, run and preview scripts in your browser, until Ctrl-C.

    The printed address opens the page once, within two minutes. Enter prints another one.

    Example: pybridge studio --project my-blog
    """
    from pybridge.studio.web.open import open_studio

    open_studio(
        require_project(Path.cwd(), project),
        port=port,
        opens=opens,
        on_start=_tell_started,
        on_problem=lambda error: terminal.notes([error]),
    )
    return terminal.EXIT_DONE


def _tell_started(started: Started) -> None:
    terminal.row(started.new_address())
    if started.taken_port is not None:
        terminal.talk(
            f"port {started.taken_port} is taken, perhaps by another studio of this "
            "project; both work, but each keeps its unsaved changes to itself"
        )
    terminal.talk("the studio is open; Enter prints a new address, Ctrl-C ends it")
    on_enter(lambda: terminal.row(started.new_address()))
