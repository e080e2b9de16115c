"""The program: its commands, its exit codes."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

import pybridge
from pybridge.cli import (
    calls,
    check,
    documents,
    hosts,
    index,
    measures,
    projects,
    scripts,
    terminal,
)
from pybridge.errors import PybridgeError, UsageError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(pybridge.__version__, prog_name="pybridge")
def cli() -> None:
    """Render macros in documents with sandboxed Python."""


for command in (
    projects.init,
    projects.build,
    documents.render,
    calls.call,
    calls.run,
    documents.transform,
    check.check,
    scripts.scripts,
    index.sync,
    index.diff,
    index.rebuild,
    documents.watch,
    index.seed,
    projects.doctor,
    measures.bench,
    measures.parity,
    hosts.serve,
    projects.standalone,
    hosts.studio,
):
    cli.add_command(command)


def run_command(arguments: Sequence[str]) -> int:
    """Run a command line and return the exit code; nothing but a bug escapes."""
    as_json = "--json" in arguments
    terminal.show_notices()
    try:
        code = cli.main(args=list(arguments), prog_name="pybridge", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else terminal.EXIT_DONE
    except click.UsageError as error:
        usage = UsageError(error.format_message(), _help_hint(error))
        return terminal.failure(usage, as_json=as_json)
    except PybridgeError as error:
        return terminal.failure(error, as_json=as_json)
    except (click.Abort, KeyboardInterrupt):
        return terminal.EXIT_INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return terminal.EXIT_FAILED


def _help_hint(error: click.UsageError) -> str:
    return f"see `{error.ctx.command_path if error.ctx else 'pybridge'} --help`"


def _end(*_: object) -> NoReturn:
    sys.exit(143)


def main() -> NoReturn:
    """Run the command line of this process."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    signal.signal(signal.SIGTERM, _end)
    sys.exit(run_command(sys.argv[1:]))
