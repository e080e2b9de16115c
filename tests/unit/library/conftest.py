"""Command lines, for what a program and the command line both do."""

from tests.unit.cli.conftest import cli

__all__ = ["cli"]
