"""Commands for assistants: a server of the Model Context Protocol."""

from __future__ import annotations

from pathlib import Path

import click

from pybridge.cli import options, terminal
from pybridge.project.discover import project_or_built_ins


@click.command()
@options.project
def mcp(project: Path | None) -> int:
    """Serve Python to an assistant: a server of the Model Context Protocol.

    Reads from standard input and writes to standard output, until the input ends; hosts start it.

    Example: pybridge mcp --project my-blog
    """
    from pybridge.mcp.server.open import serve_stdio

    serve_stdio(project_or_built_ins(Path.cwd(), project))
    return terminal.EXIT_DONE
