"""The command that serves a host process."""

from __future__ import annotations

from pathlib import Path

import click

from pybridge import report
from pybridge.cli import options
from pybridge.project.discover import find_project


@click.command()
@options.project
def serve(project: Path | None) -> int:
    """Serve a project's scripts to a host process: JSON-RPC 2.0, one JSON document per line.

    Requests come on standard input, answers and events go to standard output, until the input ends.

    Example: echo '{"jsonrpc": "2.0", "id": 1, "method": "scripts.list"}' | pybridge serve
    """
    from pybridge.service.serve import serve_stdio

    serve_stdio(find_project(Path.cwd(), project))
    return report.EXIT_DONE
