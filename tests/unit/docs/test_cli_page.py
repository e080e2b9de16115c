"""The page of the command line shows what the commands really print, and all of them."""

from __future__ import annotations

import click

from pybridge.cli import cli
from tests.unit.docs.cli_page import PAGE, commands, comparable, played, sessions, workplace

TEXT = PAGE.read_text("utf-8")


def test_the_page_shows_the_real_output() -> None:
    with workplace() as place:
        for session in sessions(TEXT):
            assert comparable(played(session, place)) == comparable(session)


def test_every_command_is_shown() -> None:
    shown = [line for session in sessions(TEXT) for line in commands(session)]
    missing = [name for name in names(cli) if not any(name in line for line in shown)]
    assert missing == []


def names(group: click.Group, prefix: str = "pybridge") -> list[str]:
    """Every command of the program, as it is typed."""
    found: list[str] = []
    for name, command in group.commands.items():
        inner = f"{prefix} {name}"
        found += names(command, inner) if isinstance(command, click.Group) else [inner]
    return found
