"""Commands for assistants: a server of the Model Context Protocol, and its audit log."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from pybridge.cli import options, terminal
from pybridge.cli.output import answer, counted
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


@click.group()
def audit() -> None:
    """Check the audit log of `pybridge mcp`.

    Example: pybridge audit verify audit-*.jsonl
    """


@audit.command()
@click.argument("files", nargs=-1, required=True, type=options.PATH, metavar="FILE…")
@options.as_json
def verify(files: tuple[Path, ...], as_json: bool) -> int:
    """Check that nobody changed the files of a log; name them in the order of their names.

    Ends with 1 and names the first line that is not what was written there.

    Example: pybridge audit verify audit-*.jsonl
    """
    from pybridge.mcp.verification import verified

    found = verified(files)
    answer(found.to_json(), as_json, _tell_verified)
    return terminal.EXIT_DONE if found.broken is None else terminal.EXIT_FAILED


def _tell_verified(found: Mapping[str, Any]) -> None:
    broken = found["broken"]
    if broken is not None:
        terminal.row(f"{broken['path']}:{broken['line']}: {broken['message']}")
        return
    lines, logs = counted(found["lines"], "line"), counted(found["chains"], "log")
    terminal.row(f"intact: {lines} of {logs}; hash of the last one {found['last']}")
