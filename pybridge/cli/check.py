"""The `check` command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from pybridge.cli import options, terminal
from pybridge.cli.output import counted
from pybridge.project.discover import project_or_built_ins


@click.command()
@click.argument("paths", nargs=-1, type=options.PATH, metavar="[PATH]…")
@options.project
@options.as_json
def check(paths: tuple[Path, ...], project: Path | None, as_json: bool) -> int:
    """Find mistakes in scripts without running them; exit with 1 if there are any.

    As a git hook: pybridge check $(git diff --cached --name-only --diff-filter=d -- scripts)

    Example: pybridge check scripts/map.py
    """
    from pybridge.commands.scripts.checking import check_scripts

    found = project_or_built_ins(paths[0] if paths else Path.cwd(), project)
    done = check_scripts(paths, found)
    if as_json:
        terminal.document(done)
    else:
        _tell_checked(done["scripts"])
    return terminal.EXIT_DONE if done["ok"] else terminal.EXIT_FAILED


def _tell_checked(scripts: Sequence[Mapping[str, Any]]) -> None:
    """Report the problems found in scripts."""
    for script in scripts:
        for found in script["problems"]:
            terminal.problem(found)
        for found in script["warnings"]:
            place = f"{script['path']}:{found['line']}:{found['column']}"
            terminal.caution(f"{place}: {found['message']}")
    wrong = sum(bool(script["problems"]) for script in scripts)
    terminal.talk(f"{counted(len(scripts), 'script')} checked, {wrong:,} with problems")
