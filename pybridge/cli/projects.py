"""Commands for a project as a whole: init, build, doctor, standalone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from pybridge import notices
from pybridge.cli import options, terminal
from pybridge.errors.text import error_text
from pybridge.project.discover import project_or_built_ins


@click.command()
@click.argument("folder", default=Path(), type=options.PATH)
@options.as_json
def init(folder: Path, as_json: bool) -> int:
    """Make FOLDER a project. Existing files are kept.

    Example: pybridge init my-blog
    """
    from pybridge.commands.projects.init import fill

    done = fill(folder)
    if as_json:
        terminal.document({"root": str(done.root), "written": done.written, "kept": done.kept})
    else:
        for name in done.written:
            terminal.talk(f"wrote {done.root / name}")
        for name in done.kept:
            terminal.talk(f"kept  {done.root / name}")
    return terminal.EXIT_DONE


@click.command()
@click.option(
    "--out", type=options.PATH, metavar="DIR", help="Output folder (default: dist/pybridge)."
)
@click.option(
    "--check", is_flag=True, help="Only check whether the generated files are up to date."
)
@click.option("--generate", is_flag=True, help="Only write the generated files.")
@click.option("--file-protocol", is_flag=True, help="Make it work from file: pages as well.")
@click.option("--studio", is_flag=True, help="Include the studio's page, in studio/.")
@click.option("--processes", is_flag=True, help="Include Python for processes in pages.")
@options.project
@options.as_json
def build(
    out: Path | None,
    check: bool,
    generate: bool,
    file_protocol: bool,
    studio: bool,
    processes: bool,
    project: Path | None,
    as_json: bool,
) -> int:
    """Build the folder that a renderer loads, with the project's scripts compiled in.

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
        found = project_or_built_ins(Path.cwd(), project)
        done = building.build(
            out or building.DEFAULT_OUT,
            found,
            file_pages=file_protocol,
            studio=studio,
            processes=processes,
        ).to_json()
        if as_json:
            terminal.document(done)
        else:
            _tell_built(done)
    return terminal.EXIT_DONE


@click.command()
@options.as_json
def doctor(as_json: bool) -> int:
    """Check the requirements and say how to install what is missing.

    Example: pybridge doctor
    """
    from pybridge.commands.projects.doctor import diagnose, report_of

    done = report_of(diagnose())
    if as_json:
        terminal.document(done)
    else:
        _tell_diagnosis(done["checks"])
    return terminal.EXIT_DONE if done["ok"] else terminal.EXIT_FAILED


def _say(value: dict[str, Any], message: str, as_json: bool) -> None:
    if as_json:
        terminal.document(value)
    else:
        terminal.talk(message)


def _tell_built(done: Mapping[str, Any]) -> None:
    """Report a built folder, and the problems of the scripts in it."""
    for found in done["problems"]:
        terminal.caution(error_text(found))
    terminal.talk(f"{done['out']}: {len(done['files'])} files, {done['totalBytes'] / 1e6:.1f} MB")


def _tell_diagnosis(checks: Sequence[Mapping[str, Any]]) -> None:
    """Report the checks, and a hint for each that failed."""
    marks = {"ok": "✓", "warning": "!", "failed": "✗", "skipped": "–"}
    width = max(len(check["name"]) for check in checks)
    for check in checks:
        terminal.row(f"{marks[check['status']]} {check['name']:<{width}}  {check['message']}")
        if check.get("hint"):
            terminal.row(f"  {'':<{width}}  → {check['hint']}")


@click.command()
@click.option(
    "--out", type=options.PATH, metavar="DIR", help="Output folder (default: dist/standalone)."
)
@click.option(
    "--mcp", "with_mcp", is_flag=True, help="Include what `pybridge mcp` needs: 40 MB more."
)
@options.as_json
def standalone(out: Path | None, with_mcp: bool, as_json: bool) -> int:
    """Build an executable that needs no Python, to ship `serve` or `mcp` with an application.

    It runs on the operating system and processor type it was built on.

    Example: pybridge standalone --out dist/standalone
    """
    from pybridge.build.standalone import build_standalone

    built = build_standalone(
        out or Path("dist") / "standalone", with_mcp=with_mcp, notify=notices.waiting
    )
    if as_json:
        terminal.document(built.to_json())
    else:
        terminal.row(f"{built.executable}  ({built.size / 1_000_000:,.0f} MB in all)")
    return terminal.EXIT_DONE
