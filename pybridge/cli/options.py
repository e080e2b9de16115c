"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

from pybridge.engines import DEFAULT_ENGINE, ENGINES

PATH = click.Path(path_type=Path)

project = click.option(
    "--project", type=PATH, metavar="DIR", help="The project; default: the nearest."
)
engine = click.option(
    "--engine",
    default=DEFAULT_ENGINE,
    show_default=True,
    metavar="NAME",
    help=f"One of {', '.join(ENGINES)}.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
