"""The command that compares the engines."""

from __future__ import annotations

from pathlib import Path

import click

from pybridge import report
from pybridge.cli import options
from pybridge.engines import ENGINES, EngineChoice
from pybridge.project.discover import find_project


@click.command()
@click.option(
    "--engines",
    default=",".join(ENGINES),
    show_default=True,
    metavar="NAMES",
    help="Two or more; each is compared with the first.",
)
@click.option("--cases", type=click.IntRange(min=0), metavar="N", help="At least so many cases.")
@click.option("--seed", type=int, metavar="S", help="Of the random cases.")
@options.wasm
@options.project
@options.as_json
def parity(
    engines: str,
    cases: int | None,
    seed: int | None,
    wasm: Path | None,
    project: Path | None,
    as_json: bool,
) -> int:
    """Render the same cases in every engine; any difference is a failure.

    Example: pybridge parity --engines wasi,native --cases 1000
    """
    from pybridge.commands.measures.parity import CASES, SEED
    from pybridge.commands.measures.parity import parity as compare

    names = [name.strip() for name in engines.split(",") if name.strip()]
    choices = [EngineChoice(name, wasm if name == "wasi" else None) for name in names]
    with report.progress("comparing") as bar:
        done = compare(
            choices,
            find_project(Path.cwd(), project),
            cases=CASES if cases is None else cases,
            seed=SEED if seed is None else seed,
            on_progress=lambda name, at, total: bar(at, total, name) if bar else None,
            notify=report.waiting,
        ).to_json()
    if as_json:
        report.document(done)
    else:
        report.parity(done)
    return report.EXIT_DONE if done["ok"] else report.EXIT_FAILED
