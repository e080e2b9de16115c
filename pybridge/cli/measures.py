"""Commands that measure and compare: bench, parity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from pybridge import notices
from pybridge.cli import options, terminal
from pybridge.engines import ENGINES, EngineChoice
from pybridge.project.discover import project_or_built_ins


@click.command()
@click.option(
    "--quick",
    is_flag=True,
    help="Fewer runs: under a minute on an idle machine, less exact figures.",
)
@click.option(
    "--only", multiple=True, metavar="NAME", help="Run only this scenario; may be repeated."
)
@click.option(
    "--out",
    type=options.PATH,
    metavar="DIR",
    help="Write bench.json, bench.md and bench.html (plots) to DIR.",
)
@click.option(
    "--baseline", type=options.PATH, metavar="FILE", help="Fail if slower than this bench.json."
)
@click.option("--gates", is_flag=True, help="Fail if a ratio is above its (loose) limit.")
@options.as_json
def bench(
    quick: bool,
    only: tuple[str, ...],
    out: Path | None,
    baseline: Path | None,
    gates: bool,
    as_json: bool,
) -> int:
    """Measure against the usual ways to run Python in a browser; lower ratios are better.

    Example: pybridge bench --quick --out out/bench
    """
    from pybridge.bench.compare import beyond_gates, regressions
    from pybridge.bench.table import table
    from pybridge.commands.measures.bench import keep, measure, read_run, scenario_names

    unknown = sorted(set(only) - set(scenario_names()))
    if unknown:
        known = ", ".join(scenario_names())
        raise click.BadParameter(f"no scenario {unknown[0]!r}; there are {known}")
    before = read_run(baseline) if baseline else None
    measured = measure(
        quick=quick, only=only, on_scenario=lambda name: terminal.talk(f"measuring {name} …")
    )
    slower = regressions(before, measured) if before else []
    above = beyond_gates(measured) if gates else []
    for path in keep(measured, out) if out else []:
        terminal.talk(f"wrote {path}")
    if as_json:
        terminal.document(measured)
    else:
        terminal.text(table(measured))
    for regression in slower:
        terminal.talk(f"slower: {regression}")
    for each in above:
        terminal.talk(f"above its limit: {each}")
    return terminal.EXIT_FAILED if slower or above else terminal.EXIT_DONE


@click.command()
@click.option(
    "--engines",
    default=",".join(ENGINES),
    show_default=True,
    metavar="NAMES",
    help="Two or more engines, or `component`; each is compared with the first.",
)
@click.option("--cases", type=click.IntRange(min=0), metavar="N", help="Run at least N cases.")
@click.option("--seed", type=int, metavar="S", help="Seed of the random cases.")
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
    """Render the same cases in every engine; a difference is a failure.

    Example: pybridge parity --engines wasi,native --cases 1000
    """
    from pybridge.commands.measures.parity import CASES, SEED
    from pybridge.commands.measures.parity import parity as compare

    names = [name.strip() for name in engines.split(",") if name.strip()]
    choices = [
        replace(EngineChoice.labelled(name), wasm=wasm if name == "wasi" else None)
        for name in names
    ]
    with terminal.progress("comparing") as bar:
        done = compare(
            choices,
            project_or_built_ins(Path.cwd(), project),
            cases=CASES if cases is None else cases,
            seed=SEED if seed is None else seed,
            on_progress=lambda name, at, total: bar(at, total, name) if bar else None,
            notify=notices.waiting,
        ).to_json()
    if as_json:
        terminal.document(done)
    else:
        _tell_parity(done)
    return terminal.EXIT_DONE if done["ok"] else terminal.EXIT_FAILED


def _tell_parity(done: Mapping[str, Any]) -> None:
    """Report the first difference of each case that has one."""
    for found in done["differences"]:
        one, other = found["engines"]
        terminal.row(f"✗ {found['set']}: {found['case']} differs at {found['pointer'] or '/'}")
        terminal.row(f"  {one:<8} {found['values'][0]}")
        terminal.row(f"  {other:<8} {found['values'][1]}")
        terminal.row(f"  {found['kind']:<8} {_cut(found['input'])}")
    untold = done["differing"] - len(done["differences"])
    if untold:
        terminal.row(f"… and {untold:,} more")
    times = ", ".join(f"{each['name']} {each['seconds']:.1f} s" for each in done["engines"])
    sets = ", ".join(f"{each['cases']:,} {each['name']}" for each in done["sets"] if each["cases"])
    verdict = f"✗ {done['differing']:,} differences" if done["differing"] else "✓ no difference"
    terminal.row(f"{verdict} in {done['cases']:,} cases ({sets}); {times}; seed {done['seed']}")


def _cut(text: str, longest: int = 400) -> str:
    return text if len(text) <= longest else text[:longest] + "…"
