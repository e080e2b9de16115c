"""The command line: parse, call, terminal."""

from __future__ import annotations

from pybridge.cli.app import cli, main, run_command

__all__ = ["cli", "main", "run_command"]
