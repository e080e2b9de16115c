"""Commands for the index: update, compare, rebuild, seed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from pybridge.cli import options, terminal
from pybridge.cli.output import answer, clash_text, differing, plain, project_of


@click.command()
@click.option(
    "--prefer",
    type=click.Choice(["disk", "index"]),
    default="disk",
    show_default=True,
    help="Which side wins; `index` writes headers and restores deleted files.",
)
@options.project
@options.as_json
def sync(prefer: str, project: Path | None, as_json: bool) -> int:
    """Update the index from the files. Other commands do not need it: they read the files.

    Example: pybridge sync
    """
    from pybridge.commands.scripts.syncing import sync as syncing

    side: Any = prefer
    return answer(syncing(project_of(project), prefer=side), as_json, _tell_sync)


@click.command()
@options.project
@options.as_json
def rebuild(project: Path | None, as_json: bool) -> int:
    """Build the index again from the files.

    Example: pybridge rebuild
    """
    from pybridge.commands.scripts.syncing import sync as syncing

    return answer(syncing(project_of(project), fresh=True), as_json, _tell_sync)


def _tell_sync(value: Mapping[str, Any]) -> None:
    for path in value["written"]:
        terminal.row(f"written  {path}")
    for line in differing(value):
        terminal.row(line)
    for clash in value["conflicting"]:
        terminal.caution(clash_text(clash))
    for problem in value["problems"]:
        terminal.problem(problem)
    terminal.notes(value["notes"])
    counts = value["index"]
    terminal.talk(
        f"{counts['scripts']:,} scripts and {counts['documents']:,} documents in the index"
    )


@click.command()
@click.option("--check", is_flag=True, help="Exit with 1 if there is a difference.")
@options.project
@options.as_json
def diff(check: bool, project: Path | None, as_json: bool) -> int:
    """Show the differences between files and index, field by field.

    `sync` takes the files' side, `sync --prefer index` the index's.

    Example: pybridge diff
    """
    from pybridge.commands.scripts.syncing import diff as comparing

    found = comparing(project_of(project))
    answer(found, as_json, _tell_diff)
    return terminal.EXIT_FAILED if check and not found["same"] else terminal.EXIT_DONE


def _tell_diff(value: Mapping[str, Any]) -> None:
    for each in value["differences"]:
        origin = f"{each['from']} → " if "from" in each else ""
        terminal.row(f"{each['state']:<7}  {origin}{each['path']}")
        rows = [
            (f"  {field['field']}", _short(field["disk"]), "≠", _short(field["index"]))
            for field in each["fields"]
        ]
        terminal.table(
            ("field", "disk", "", "index"), rows if each["state"] in ("changed", "moved") else []
        )
    for clash in value["conflicting"]:
        terminal.caution(clash_text(clash))
    if value["same"]:
        terminal.talk("files and index agree")


def _short(value: object) -> str:
    text = plain(value)
    return text if len(text) <= 40 else f"{text[:12]}…"


@click.command()
@click.option("--dry-run", is_flag=True, help="Show the changes without making them.")
@options.project
@options.as_json
def seed(dry_run: bool, project: Path | None, as_json: bool) -> int:
    """Add the built-in macros to the project, and upgrade unmodified ones.

    Modified ones are kept and their differences shown; deleted ones are not restored.

    Example: pybridge seed --dry-run
    """
    from pybridge.commands.scripts.seed import seed as seeding

    return answer(seeding(project_of(project), dry_run=dry_run), as_json, _tell_seeding)


def _tell_seeding(value: Mapping[str, Any]) -> None:
    would = "" if value["done"] else "would be "
    for each in value["scripts"]:
        is_change = each["action"] in ("seeded", "upgraded")
        terminal.row(f"{would if is_change else ''}{each['action']}  {each['path']}")
        terminal.text(each.get("diff", ""))
