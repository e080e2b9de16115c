"""The page of the command line shows what the commands really print, and all of them."""

from __future__ import annotations

import re

import click
import pytest

from pybridge.cli import cli
from tests.unit.docs.cli_page import (
    PAGE,
    TUTORIAL,
    commands,
    comparable,
    played,
    replayed,
    sessions,
    workplace,
)

TEXT = PAGE.read_text("utf-8")


@pytest.mark.timeout(400)  # a process for each of its fifty commands
def test_the_page_shows_the_real_output() -> None:
    with workplace() as place:
        for session in sessions(TEXT):
            assert comparable(played(session, place)) == comparable(session)


@pytest.mark.timeout(120)  # nine commands, one of them a test run that starts three more
def test_the_tutorial_can_be_followed_from_an_empty_folder() -> None:
    text = TUTORIAL.read_text("utf-8")
    with workplace() as place:
        assert comparable(replayed(text, place)) == comparable(text)


def test_every_command_is_shown() -> None:
    texts = (TEXT, PAGE.with_name("packages.md").read_text("utf-8"))
    found = (session for text in texts for session in sessions(text))
    shown = [line for session in found for line in commands(session)]
    missing = [name for name in names(cli) if not any(name in line for line in shown)]
    assert missing == []


def names(group: click.Group, prefix: str = "pybridge") -> list[str]:
    """Every command of the program, as it is typed."""
    found: list[str] = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        inner = f"{prefix} {name}"
        found += names(command, inner) if isinstance(command, click.Group) else [inner]
    return found


def test_the_example_for_programs_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    page = PAGE.with_name("the-script-store.md").read_text("utf-8")
    [code] = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    with workplace() as place:
        monkeypatch.chdir(place)
        (place / "blog" / "scripts").mkdir(parents=True)
        (place / "blog" / "scripts" / "map.py").write_text("def render(context): ...\n")
        (place / "blog" / "a.md").write_text("[[map]]")
        exec(compile(code, "the-script-store.md", "exec"), {})
        assert (place / "blog" / "scripts" / "atlas.py").read_text().endswith("# more\n")
        assert (place / "blog" / "a.md").read_text() == "[[atlas]]"
