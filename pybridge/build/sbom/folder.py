"""The bill of materials of a built folder, which is also the npm package."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pybridge
from pybridge.build.sbom.document import Component, document, extended
from pybridge.build.sbom.interpreters import pyodide
from pybridge.build.sbom.npm import locked

FILE = "sbom.cdx.json"


def write_sbom(folder: Path, packages: Iterable[str]) -> None:
    """Write it into *folder*.

    Args:
        folder: A built folder.
        packages: Places of the npm packages whose code is in it, as `npm.locked` takes them.
    """
    version = pybridge.__version__
    root = Component(
        "pybridge-runtime",
        version,
        "MIT",
        f"pkg:npm/pybridge-runtime@{version}",
        uses=(pyodide(), *locked(packages)),
    )
    (folder / FILE).write_text(document(root), "utf-8")


def add_packages(folder: Path, packages: Iterable[str]) -> None:
    """Add npm packages whose code came into a built *folder* later."""
    add_components(folder, locked(packages))


def add_components(folder: Path, components: Iterable[Component]) -> None:
    """Add what came into a built *folder* later."""
    path = folder / FILE
    path.write_text(extended(path.read_text("utf-8"), components), "utf-8")
