"""The program: its commands, its exit codes."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence

import click

import pybridge
from pybridge.cli import terminal
from pybridge.cli.output import ended
from pybridge.errors import UsageError

SECTIONS: Mapping[str, Mapping[str, str]] = {
    "Project": {"init": "projects", "build": "projects", "doctor": "projects", "seed": "index"},
    "Documents": {"render": "documents", "watch": "documents", "transform": "documents"},
    "Scripts": {
        "scripts": "scripts",
        "check": "calls",
        "test": "testing",
        "call": "calls",
        "run": "calls",
    },
    "Packages": {"packages": "distribution.packages"},
    "Processes": {"python": "processes", "runtimes": "processes"},
    "Bundles": {
        "keys": "distribution.keys",
        "bundle": "distribution.bundles",
        "install": "distribution.bundles",
        "installed": "distribution.bundles",
        "update": "distribution.bundles",
        "uninstall": "distribution.bundles",
        "publish": "distribution.publishing",
        "registry": "distribution.registry",
    },
    "Index": {"sync": "index", "diff": "index", "rebuild": "index"},
    "Hosts": {"serve": "hosting.hosts", "studio": "hosting.hosts", "standalone": "projects"},
    "Assistants": {
        "mcp": "hosting.assistants",
        "audit": "hosting.assistants",
        "skills": "distribution.skills",
    },
    "Measurements": {"bench": "measures", "parity": "measures"},
}
"""The commands of each section, with the module of this package that has a function of the same name."""

_MODULES = {name: module for commands in SECTIONS.values() for name, module in commands.items()}


class _Sections(click.Group):
    """Lists the commands by section, and imports the one that is used."""

    def list_commands(self, _: click.Context) -> list[str]:
        return list(_MODULES)

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        module = _MODULES.get(name)
        if module is None:
            return None
        command: click.Command = getattr(importlib.import_module(f"pybridge.cli.{module}"), name)
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, _MODULES))
        for section, names in SECTIONS.items():
            with formatter.section(section):
                formatter.write_dl(
                    [(f"{name:<{width}}", self._summary(context, name)) for name in names]
                )

    def _summary(self, context: click.Context, name: str) -> str:
        command = self.get_command(context, name)
        return command.get_short_help_str(limit=200) if command else ""


@click.group(cls=_Sections, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(pybridge.__version__, prog_name="pybridge")
def cli() -> None:
    """Render macros in documents with sandboxed Python.

    Example: pybridge render posts --out site --html
    """


def run_command(arguments: Sequence[str]) -> int:
    """Run a command line and return the exit code; nothing but a bug escapes."""
    return ended(lambda: _run(arguments), as_json="--json" in arguments)


def _run(arguments: Sequence[str]) -> object:
    try:
        return cli.main(args=list(arguments), prog_name="pybridge", standalone_mode=False)
    except click.UsageError as error:
        raise UsageError(error.format_message(), _help_hint(error)) from error
    except click.Abort:
        return terminal.EXIT_INTERRUPTED


def _help_hint(error: click.UsageError) -> str:
    return f"see `{error.ctx.command_path if error.ctx else 'pybridge'} --help`"
