"""Commands for assistants: a server of the Model Context Protocol."""

from __future__ import annotations

from pathlib import Path

import click

from pybridge.cli import options, terminal
from pybridge.errors import UsageError
from pybridge.project.discover import project_or_built_ins


@click.command()
@options.project
@click.option(
    "--policy", type=options.PATH, metavar="FILE", help="What code may do (run-policy.v1)."
)
@click.option(
    "--max",
    "most",
    type=click.Choice(["secure", "yolo"]),
    default="secure",
    show_default=True,
    help="The most that any policy allows; yolo: code without a sandbox, if it is asked for.",
)
@click.option(
    "--folder",
    "folders",
    multiple=True,
    metavar="PATH[:rw]",
    help="A folder that code sees, and with :rw may change.",
)
@click.option(
    "--audit",
    type=options.PATH,
    metavar="DIR",
    help="Folder of the audit log (default: one of the user).",
)
@click.option(
    "--http",
    "port",
    is_flag=False,
    flag_value=0,
    type=click.IntRange(0, 65535),
    metavar="[PORT]",
    help="Serve HTTP on 127.0.0.1 instead (without PORT: a free one).",
)
@click.option(
    "--token-file",
    type=options.PATH,
    metavar="FILE",
    help="With --http: holds the token that clients send; made if it is missing.",
)
def mcp(
    project: Path | None,
    policy: Path | None,
    most: str,
    folders: tuple[str, ...],
    audit: Path | None,
    port: int | None,
    token_file: Path | None,
) -> int:
    """Serve Python to an assistant: a server of the Model Context Protocol.

    Reads from standard input and writes to standard output, until the input ends; hosts start it.

    Example: pybridge mcp --folder data --folder out:rw
    """
    from pybridge.mcp.audit import AuditLog, default_folder
    from pybridge.mcp.folders.approved import approved
    from pybridge.mcp.policies.reading import host_policy
    from pybridge.mcp.server.open import Settings, serve_http, serve_stdio
    from pybridge.mcp.token import read_token

    settings = Settings(
        project_or_built_ins(Path.cwd(), project),
        host_policy(most, policy),
        [approved(text) for text in folders],
        AuditLog(audit or default_folder()),
    )
    if port is None and token_file is None:
        serve_stdio(settings)
    elif port is None or token_file is None:
        raise UsageError(
            "--http and --token-file go together", "pybridge mcp --http --token-file F"
        )
    else:
        serve_http(settings, port, read_token(token_file), terminal.talk)
    return terminal.EXIT_DONE
