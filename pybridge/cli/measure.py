"""The command that measures."""

from __future__ import annotations

from pathlib import Path

import click

from pybridge import report
from pybridge.cli import options


@click.command()
@click.option("--quick", is_flag=True, help="Fewer turns: under a minute, rougher figures.")
@click.option(
    "--out", type=options.PATH, metavar="DIR", help="Write bench.json and bench.md there."
)
@click.option(
    "--baseline", type=options.PATH, metavar="FILE", help="Fail when slower than this bench.json."
)
@options.as_json
def bench(quick: bool, out: Path | None, baseline: Path | None, as_json: bool) -> int:
    """Measure against the usual ways of running Python in a browser; lower ratios are better.

    Example: pybridge bench --quick --out out/bench
    """
    from pybridge.bench.compare import regressions
    from pybridge.bench.table import table
    from pybridge.commands.bench import keep, measure, read_run

    before = read_run(baseline) if baseline else None
    measured = measure(quick=quick, on_scenario=lambda name: report.talk(f"measuring {name} …"))
    slower = regressions(before, measured) if before else []
    for path in keep(measured, out) if out else []:
        report.talk(f"wrote {path}")
    if as_json:
        report.document(measured)
    else:
        report.text(table(measured))
    for regression in slower:
        report.talk(f"slower: {regression}")
    return report.EXIT_FAILED if slower else report.EXIT_DONE
