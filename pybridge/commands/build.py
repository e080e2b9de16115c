"""Build the folder a renderer loads, and the files that are generated from the schemas."""

from __future__ import annotations

from pathlib import Path

from pybridge.build import generate, site
from pybridge.build.on_demand import built_folder
from pybridge.build.site import BuildReport
from pybridge.errors import GeneratedStale

DEFAULT_OUT = Path("dist/pybridge")


def build(out: Path) -> BuildReport:
    """Write the folder: a copy of the one that the browser engine uses, built if need be."""
    return site.copy(built_folder(), out)


def check_generated() -> None:
    """Return if the committed generated files are what would be generated now.

    Raises:
        GeneratedStale: when some are not.
    """
    stale = generate.stale()
    if stale:
        raise GeneratedStale(stale)


def write_generated() -> list[Path]:
    """Bring the generated files up to date; return those that were not."""
    return generate.write()
