"""The `test` command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pybridge.cli import options, terminal
from pybridge.cli.output import counted
from pybridge.engines import EngineChoice
from pybridge.errors import OutputFailed
from pybridge.project.discover import project_or_built_ins

if TYPE_CHECKING:  # the command imports it when it runs
    from pybridge.commands.work.testing import Tested


@click.command()
@click.argument("slugs", nargs=-1, metavar="[SLUG]…")
@click.option("--update", is_flag=True, help="Write golden outputs that differ or are missing.")
@click.option(
    "--junit", "junit_file", type=options.PATH, metavar="FILE", help="Write JUnit XML, too."
)
@options.engine
@options.project
@options.as_json
def test(
    slugs: tuple[str, ...],
    update: bool,
    junit_file: Path | None,
    engine: EngineChoice,
    project: Path | None,
    as_json: bool,
) -> int:
    """Run the examples of scripts; exit with 1 if one fails.

    Examples are the dicts of EXAMPLES in a script, and scripts/tests/SLUG/NAME.md with its output in NAME.out.

    Example: pybridge test greet --engine browser
    """
    from pybridge.commands.work.testing import junit, run_project_examples

    found = project_or_built_ins(Path.cwd(), project)
    report = run_project_examples(found, engine, slugs, update=update)
    if junit_file is not None:
        _write(junit_file, junit(report))
    if as_json:
        terminal.document(report.to_json())
    else:
        terminal.notes(report.notes)
        for each in report.tests:
            _tell(each)
        updated = sum(each.status == "updated" for each in report.tests)
        more = f", {updated:,} updated" if updated else ""
        terminal.talk(
            f"{counted(len(report.tests), 'example')} tested, {report.failed:,} failed{more}"
        )
    return terminal.EXIT_FAILED if report.failed else terminal.EXIT_DONE


def _tell(tested: Tested) -> None:
    example = tested.example
    terminal.row(f"{tested.status}  {example.script}: {example.name}")
    if tested.status != "failed":
        return
    for error in tested.errors:
        terminal.problem(error)
    if not tested.errors:
        terminal.caution(f"{example.path}:{example.line}: {tested.message}")
        terminal.talk(tested.difference())


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise OutputFailed(path, error) from error
