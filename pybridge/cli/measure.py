"""The command that measures."""

from __future__ import annotations

from pathlib import Path

import click

from pybridge import report
from pybridge.cli import options


@click.command()
@click.option(
    "--quick",
    is_flag=True,
    help="Fewer turns: under a minute on a machine with nothing else to do, rougher figures.",
)
@click.option("--only", multiple=True, metavar="NAME", help="Only this scenario; may be repeated.")
@click.option(
    "--out",
    type=options.PATH,
    metavar="DIR",
    help="Write bench.json, bench.md and bench.html (plots) there.",
)
@click.option(
    "--baseline", type=options.PATH, metavar="FILE", help="Fail when slower than this bench.json."
)
@click.option("--gates", is_flag=True, help="Fail when a ratio is above its (loose) gate.")
@options.as_json
def bench(
    quick: bool,
    only: tuple[str, ...],
    out: Path | None,
    baseline: Path | None,
    gates: bool,
    as_json: bool,
) -> int:
    """Measure against the usual ways of running Python in a browser; lower ratios are better.

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
        quick=quick, only=only, on_scenario=lambda name: report.talk(f"measuring {name} …")
    )
    slower = regressions(before, measured) if before else []
    above = beyond_gates(measured) if gates else []
    for path in keep(measured, out) if out else []:
        report.talk(f"wrote {path}")
    if as_json:
        report.document(measured)
    else:
        report.text(table(measured))
    for regression in slower:
        report.talk(f"slower: {regression}")
    for each in above:
        report.talk(f"above its gate: {each}")
    return report.EXIT_FAILED if slower or above else report.EXIT_DONE
