"""The program: its commands, its exit codes."""

from __future__ import annotations

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
    processes,
    projects,
    scripts,
    streams,
    terminal,
)
from pybridge.errors import PybridgeError, UsageError

SECTIONS: dict[str, tuple[click.Command, ...]] = {
    "Project": (projects.init, projects.build, projects.doctor, index.seed),
    "Documents": (documents.render, documents.watch, documents.transform),
    "Scripts": (scripts.scripts, check.check, calls.call, calls.run),
    "Processes": (processes.python, processes.runtimes),
    "Index": (index.sync, index.diff, index.rebuild),
    "Hosts": (hosts.serve, hosts.studio, projects.standalone),
    "Measurements": (measures.bench, measures.parity),
}


class _Sections(click.Group):
    """Lists the commands by section."""

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, self.commands))
        for section, commands in SECTIONS.items():
            with formatter.section(section):
                formatter.write_dl([(f"{each.name:<{width}}", _summary(each)) for each in commands])


def _summary(command: click.Command) -> str:
    return command.get_short_help_str(limit=200)


@click.group(cls=_Sections, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(pybridge.__version__, prog_name="pybridge")
def cli() -> None:
    """Render macros in documents with sandboxed Python.

    Example: pybridge render posts --out site --html
    """


for _command in (each for commands in SECTIONS.values() for each in commands):
    cli.add_command(_command)


def run_command(arguments: Sequence[str]) -> int:
    """Run a command line and return the exit code; nothing but a bug escapes."""
    try:
        return _run(arguments)
    except streams.StdoutFailed as error:
        streams.discard_stdout()
        return terminal.failure(error, as_json=False)
    except BrokenPipeError:
        streams.discard_stdout()
        return terminal.EXIT_FAILED


def _run(arguments: Sequence[str]) -> int:
    as_json = "--json" in arguments
    terminal.show_notices()
    try:
        code = cli.main(args=list(arguments), prog_name="pybridge", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else terminal.EXIT_DONE
    except click.UsageError as error:
        usage = UsageError(error.format_message(), _help_hint(error))
        return terminal.failure(usage, as_json=as_json)
    except streams.StdoutFailed:
        raise
    except PybridgeError as error:
        return terminal.failure(error, as_json=as_json)
    except (click.Abort, KeyboardInterrupt):
        return terminal.EXIT_INTERRUPTED


def _help_hint(error: click.UsageError) -> str:
    return f"see `{error.ctx.command_path if error.ctx else 'pybridge'} --help`"


def _end(*_: object) -> NoReturn:
    sys.exit(143)


def main() -> NoReturn:
    """Run the command line of this process."""
    streams.prepare()
    signal.signal(signal.SIGTERM, _end)
    sys.exit(run_command(sys.argv[1:]))
