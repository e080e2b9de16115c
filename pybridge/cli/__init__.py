"""The command line: parse, call, terminal."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from pybridge.cli.app import cli, run_command

__all__ = ["cli", "main", "run_command"]


def main() -> NoReturn:
    """Run the command line of this process; the program is imported only when signals are handled."""
    from pybridge.cli import signals

    signals.end_at_once()
    from pybridge.cli.app import run_process

    run_process()


def __getattr__(name: str) -> Any:
    if name not in ("cli", "run_command"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("pybridge.cli.app"), name)
