"""The command that opens the studio."""

from __future__ import annotations

from pathlib import Path

import click

from pybridge import report
from pybridge.cli import options
from pybridge.project.discover import find_project


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), metavar="N", help="Default: one of the project's own."
)
@click.option("--open", "opens", is_flag=True, help="Open the page in the default browser.")
@options.project
def studio(port: int | None, opens: bool, project: Path | None) -> int:
    """Write, run and look at scripts in a page of your browser, until Ctrl-C.

    The address it prints holds a key: nobody else on this machine gets in without it.

    Example: pybridge studio --project my-blog
    """
    from pybridge.studio.web.open import open_studio

    open_studio(find_project(Path.cwd(), project), port=port, opens=opens)
    return report.EXIT_DONE
