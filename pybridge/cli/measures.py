"""Commands that measure and compare: bench, parity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pybridge import notices
from pybridge.cli import options, terminal
from pybridge.engines import ENGINES, EngineChoice
from pybridge.errors import UsageError
from pybridge.project.discover import ProjectOrBuiltIns, project_or_built_ins

if TYPE_CHECKING:
    from pybridge.parity.run import OnProgress


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
    metavar="NAMES",
    help=f"Two or more engines, or `component`; each is compared with the first (default: {','.join(ENGINES)}).",
)
@click.option(
    "--processes",
    is_flag=True,
    help="Compare processes instead, on sides such as cpython/wasmtime (default: all that are there).",
)
@click.option("--cases", type=click.IntRange(min=0), metavar="N", help="Run at least N cases.")
@click.option("--seed", type=int, metavar="S", help="Seed of the random cases.")
@options.wasm
@options.project
@options.as_json
def parity(
    engines: str | None,
    processes: bool,
    cases: int | None,
    seed: int | None,
    wasm: Path | None,
    project: Path | None,
    as_json: bool,
) -> int:
    """Render the same cases in every engine, or run the same processes; a difference is a failure.

    Example: pybridge parity --engines wasi,native --cases 1000
    """
    names = None if engines is None else [name.strip() for name in engines.split(",")]
    if processes and (wasm is not None or project is not None):
        raise UsageError("--processes takes neither --wasm nor --project", "leave them out")
    with terminal.progress("comparing") as bar:

        def on_progress(name: str, at: int, total: int) -> None:
            if bar:
                bar(at, total, name)

        if processes:
            done = _process_parity(names, cases, seed, on_progress)
        else:
            found = project_or_built_ins(Path.cwd(), project)
            done = _engine_parity(names or ENGINES, wasm, found, cases, seed, on_progress)
    if as_json:
        terminal.document(done)
    else:
        _tell_parity(done)
    return terminal.EXIT_DONE if done["ok"] else terminal.EXIT_FAILED


def _engine_parity(
    names: Sequence[str],
    wasm: Path | None,
    project: ProjectOrBuiltIns,
    cases: int | None,
    seed: int | None,
    on_progress: OnProgress,
) -> dict[str, Any]:
    from pybridge.commands.measures.parity import CASES, SEED, parity

    choices = [
        replace(EngineChoice.labelled(name), wasm=wasm if name == "wasi" else None)
        for name in names
        if name
    ]
    return parity(
        choices,
        project,
        cases=CASES if cases is None else cases,
        seed=SEED if seed is None else seed,
        on_progress=on_progress,
        notify=notices.waiting,
    ).to_json()


def _process_parity(
    names: Sequence[str] | None, cases: int | None, seed: int | None, on_progress: OnProgress
) -> dict[str, Any]:
    from pybridge.commands.measures.parity import SEED
    from pybridge.commands.measures.process_parity import CASES, process_parity

    return process_parity(
        names,
        cases=CASES if cases is None else cases,
        seed=SEED if seed is None else seed,
        on_progress=on_progress,
    ).to_json()


def _tell_parity(done: Mapping[str, Any]) -> None:
    """Report the first difference of each case that has one."""
    for found in done["differences"]:
        one, other = found["engines"]
        terminal.row(f"✗ {found['set']}: {found['case']} differs at {found['pointer'] or '/'}")
        width = max(8, len(one), len(other))
        terminal.row(f"  {one:<{width}} {found['values'][0]}")
        terminal.row(f"  {other:<{width}} {found['values'][1]}")
        terminal.row(f"  {found['kind']:<{width}} {_cut(found['input'])}")
    untold = done["differing"] - len(done["differences"])
    if untold:
        terminal.row(f"… and {untold:,} more")
    times = ", ".join(f"{each['name']} {each['seconds']:.1f} s" for each in done["engines"])
    sets = ", ".join(f"{each['cases']:,} {each['name']}" for each in done["sets"] if each["cases"])
    if absent := ", ".join(done.get("absent", ())):
        terminal.row(f"absent: {absent}")
    verdict = f"✗ {done['differing']:,} differences" if done["differing"] else "✓ no difference"
    terminal.row(f"{verdict} in {done['cases']:,} cases ({sets}); {times}; seed {done['seed']}")


def _cut(text: str, longest: int = 400) -> str:
    return text if len(text) <= longest else text[:longest] + "…"
