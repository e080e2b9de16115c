"""The command line: parse, call, terminal."""

from __future__ import annotations

import os
import sys

import pybridge

TYPE_CHECKING = False  # importing typing takes longer than showing the version
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from pybridge.cli.app import cli, run_command

__all__ = ["cli", "main", "run_command"]


COMPLETE = "_PYBRIDGE_COMPLETE"
"""The variable by which a shell asks for the completion of a command line."""


def main() -> NoReturn:
    """Run the command line of this process; the program is imported only when signals are handled."""
    if _show_version():
        sys.exit(0)
    from pybridge.cli import signals

    signals.end_at_once()
    from pybridge.cli.start import run_process

    run_process()


def _show_version() -> bool:
    """Answer `pybridge --version`; False for any other command line, and when nothing can be written."""
    if sys.argv[1:] != ["--version"] or COMPLETE in os.environ:
        return False
    text = f"pybridge, version {pybridge.__version__}{os.linesep}".encode("ascii")
    try:
        return os.write(1, text) == len(text)
    except OSError:
        return False


def __getattr__(name: str) -> Any:
    if name not in ("cli", "run_command"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("pybridge.cli.app"), name)
