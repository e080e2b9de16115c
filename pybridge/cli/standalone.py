"""The command that builds an executable for machines without Python."""

from __future__ import annotations

from pathlib import Path

import click

from pybridge import report
from pybridge.cli import options


@click.command()
@click.option("--out", type=options.PATH, metavar="DIR", help="Default: dist/standalone.")
@options.as_json
def standalone(out: Path | None, as_json: bool) -> int:
    """Build an executable that runs where there is no Python: `serve` for an application's users.

    It is for the system and the kind of processor that it is built on.

    Example: pybridge standalone --out dist/standalone
    """
    from pybridge.build.standalone import build_standalone

    built = build_standalone(out or Path("dist") / "standalone", notify=report.waiting)
    if as_json:
        report.document(built.to_json())
    else:
        report.text(f"{built.executable}  ({built.size / 1_000_000:,.0f} MB in all)\n")
    return report.EXIT_DONE
