"""The commands around projects and their scripts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pybridge import report
from pybridge.cli import options
from pybridge.project.discover import find_project


@click.command()
@click.argument("folder", default=Path(), type=options.PATH)
@options.as_json
def init(folder: Path, as_json: bool) -> int:
    """Make FOLDER a project; what exists stays as it is.

    Example: pybridge init my-blog
    """
    from pybridge.commands.projects.init import fill

    done = fill(folder)
    if as_json:
        report.document({"root": str(done.root), "written": done.written, "kept": done.kept})
    else:
        for name in done.written:
            report.talk(f"wrote {done.root / name}")
        for name in done.kept:
            report.talk(f"kept  {done.root / name}")
    return report.EXIT_DONE


@click.command()
@click.option("--out", type=options.PATH, metavar="DIR", help="The folder; default: dist/pybridge.")
@click.option("--check", is_flag=True, help="Only tell whether the generated files are up to date.")
@click.option("--generate", is_flag=True, help="Only write the generated files.")
@click.option("--file-protocol", is_flag=True, help="Make it work from file: pages, too.")
@click.option("--studio", is_flag=True, help="Put the studio's page into it, below studio/.")
@options.project
@options.as_json
def build(
    out: Path | None,
    check: bool,
    generate: bool,
    file_protocol: bool,
    studio: bool,
    project: Path | None,
    as_json: bool,
) -> int:
    """Build the folder that a renderer loads, with the project's scripts compiled into it.

    Example: pybridge build --out app/vendor/pybridge
    """
    from pybridge.commands.projects import build as building

    if check:
        building.check_generated()
        _say({"ok": True}, "generated files are up to date", as_json)
    elif generate:
        paths = [str(path) for path in building.write_generated()]
        _say({"written": paths}, "\n".join(paths) or "nothing to do", as_json)
    else:
        found = find_project(Path.cwd(), project)
        done = building.build(
            out or building.DEFAULT_OUT, found, file_pages=file_protocol, studio=studio
        ).to_json()
        if as_json:
            report.document(done)
        else:
            report.built(done)
    return report.EXIT_DONE


@click.command()
@click.argument("paths", nargs=-1, type=options.PATH, metavar="[PATH]…")
@options.project
@options.as_json
def check(paths: tuple[Path, ...], project: Path | None, as_json: bool) -> int:
    """Look for mistakes in scripts without running them; exit code 1 if there are any.

    As a git hook: pybridge check $(git diff --cached --name-only --diff-filter=d -- scripts)

    Example: pybridge check scripts/map.py
    """
    from pybridge.commands.scripts.checking import check_scripts

    found = find_project(paths[0] if paths else Path.cwd(), project)
    done = check_scripts(paths, found)
    if as_json:
        report.document(done)
    else:
        report.checked(done["scripts"])
    return report.EXIT_DONE if done["ok"] else report.EXIT_FAILED


@click.group()
def scripts() -> None:
    """Look at a project's scripts and change them."""


@scripts.command("list")
@options.project
@options.as_json
def list_scripts(project: Path | None, as_json: bool) -> int:
    """List the scripts: the project's own and the built-in ones.

    Example: pybridge scripts list
    """
    from pybridge.commands.scripts.listing import list_scripts as listing

    found, notes = listing(find_project(Path.cwd(), project))
    report.notes(notes)
    if as_json:
        report.document(found)
    else:
        report.script_table(found)
    return report.EXIT_DONE


@click.command()
@options.as_json
def doctor(as_json: bool) -> int:
    """Tell what is missing on this machine, and how to get it.

    Example: pybridge doctor
    """
    from pybridge.commands.projects.doctor import diagnose, report_of

    done = report_of(diagnose())
    if as_json:
        report.document(done)
    else:
        report.diagnosis(done["checks"])
    return report.EXIT_DONE if done["ok"] else report.EXIT_FAILED


def _say(value: dict[str, Any], message: str, as_json: bool) -> None:
    if as_json:
        report.document(value)
    else:
        report.talk(message)
