"""Commands for the index: keep it in step with the files, compare, seed, watch."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from pybridge import report
from pybridge.cli import options
from pybridge.cli.answers import answer, plain, project_of
from pybridge.engines import EngineChoice


@click.command()
@click.option(
    "--prefer",
    type=click.Choice(["disk", "index"]),
    default="disk",
    show_default=True,
    help="Whose metadata holds; `index` writes headers and brings deleted files back.",
)
@options.project
@options.as_json
def sync(prefer: str, project: Path | None, as_json: bool) -> int:
    """Bring the index up to the files. No other command needs this: they look at the files.

    Example: pybridge sync
    """
    from pybridge.commands.scripts.syncing import sync as syncing

    side: Any = prefer
    return answer(syncing(project_of(project), prefer=side), as_json, _tell_sync)


@click.command()
@options.project
@options.as_json
def rebuild(project: Path | None, as_json: bool) -> int:
    """Make the index anew from the files.

    Example: pybridge rebuild
    """
    from pybridge.commands.scripts.syncing import sync as syncing

    return answer(syncing(project_of(project), fresh=True), as_json, _tell_sync)


def _tell_sync(value: Mapping[str, Any]) -> None:
    for path in value["written"]:
        report.text(f"written  {path}\n")
    report.text("".join(f"{line}\n" for line in _lines(value)))
    for clash in value["conflicting"]:
        report.caution(_clash(clash))
    for problem in value["problems"]:
        report.problem(problem)
    report.notes(value["notes"])
    counts = value["index"]
    report.talk(f"{counts['scripts']:,} scripts and {counts['documents']:,} documents in the index")


def _lines(value: Mapping[str, Any]) -> list[str]:
    """Return what differs, a line each."""
    lines = [f"{name:<7}  {path}" for name in ("added", "changed") for path in value[name]]
    lines += [f"moved    {move['from']} → {move['to']}" for move in value["moved"]]
    lines += [f"removed  {path}" for path in value["removed"]]
    return [*lines, *([f"{value['documents']} documents"] if value["documents"] else [])]


def _clash(clash: Mapping[str, Any]) -> str:
    winner, *others = clash["paths"]
    if clash["kind"] == "path":
        return f"{winner} and {', '.join(others)} are one file on other systems"
    return f"{clash['kind']} {clash['value']!r}: {winner} wins over {', '.join(others)}"


@click.command()
@click.option("--check", is_flag=True, help="Exit code 1 if there is a difference.")
@options.project
@options.as_json
def diff(check: bool, project: Path | None, as_json: bool) -> int:
    """Show what files and index do not agree on, field by field.

    `sync` brings the index to the files, `sync --prefer index` the files to the index.

    Example: pybridge diff
    """
    from pybridge.commands.scripts.syncing import diff as comparing

    found = comparing(project_of(project))
    answer(found, as_json, _tell_diff)
    return report.EXIT_FAILED if check and not found["same"] else report.EXIT_DONE


def _tell_diff(value: Mapping[str, Any]) -> None:
    for each in value["differences"]:
        origin = f"{each['from']} → " if "from" in each else ""
        report.text(f"{each['state']:<7}  {origin}{each['path']}\n")
        rows = [
            (f"  {field['field']}", _short(field["disk"]), "≠", _short(field["index"]))
            for field in each["fields"]
        ]
        report.table(
            ("field", "disk", "", "index"), rows if each["state"] in ("changed", "moved") else []
        )
    for clash in value["conflicting"]:
        report.caution(_clash(clash))
    if value["same"]:
        report.talk("files and index agree")


def _short(value: object) -> str:
    text = plain(value)
    return text if len(text) <= 40 else f"{text[:12]}…"


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@options.project
@options.as_json
def seed(dry_run: bool, project: Path | None, as_json: bool) -> int:
    """Bring the built-in macros into the project, and unmodified ones up to date.

    What was modified is kept, with the difference shown; what was deleted stays away.

    Example: pybridge seed --dry-run
    """
    from pybridge.commands.scripts.seed import seed as seeding

    return answer(seeding(project_of(project), dry_run=dry_run), as_json, _tell_seeding)


def _tell_seeding(value: Mapping[str, Any]) -> None:
    would = "" if value["done"] else "would be "
    for each in value["scripts"]:
        is_change = each["action"] in ("seeded", "upgraded")
        report.text(f"{would if is_change else ''}{each['action']}  {each['path']}\n")
        report.text(each.get("diff", ""))


@click.command()
@click.option("--out", type=options.PATH, metavar="DIR", help="Default: .pybridge/preview.")
@click.option("--html", is_flag=True, help="Convert to pages.")
@options.engine
@options.project
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line after each change.")
def watch(
    out: Path | None, html: bool, engine: EngineChoice, project: Path | None, as_json: bool
) -> int:
    """Re-render the documents that a saved script or document concerns, until interrupted.

    Example: pybridge watch --out out --html
    """
    from pybridge.commands.work.watch import WatchRequest
    from pybridge.commands.work.watch import watch as watching

    request = WatchRequest(project_of(project), engine, out, html)
    for turn in watching(request):
        if as_json:
            report.line(turn)
        else:
            _tell_turn(turn)
    return report.EXIT_DONE


def _tell_turn(turn: Mapping[str, Any]) -> None:
    report.text("".join(f"{line}\n" for line in _lines(turn)))
    for problem in turn["problems"]:
        report.problem(problem)
    for clash in turn["conflicting"]:
        report.caution(_clash(clash))
    for each in turn["rendered"]:
        report.text(f"  rendered {each['path']} → {each['target']}  ({each['macros']} macros)\n")
        for problem in each["errors"]:
            report.problem(problem)
    report.notes(turn["notes"])
    time = f"{turn['ms']:,.0f} ms from save to output" if turn["ms"] is not None else "up to date"
    report.text(f"{len(turn['rendered'])} documents, {time}\n")
