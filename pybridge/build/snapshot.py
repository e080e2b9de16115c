"""Take the memory of an engine that has booted and compiled its scripts, so that a worker need not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pybridge.build.errors import BuildFailed, PackagesTooLarge
from pybridge.build.esbuild import run_tool

FILE = "snapshot.bin"

_TIMEOUT_S = 120
"""A script can make the compiler take very long; the build must end all the same."""


@dataclass(frozen=True)
class Snapshot:
    """What was taken."""

    build_id: str
    """Of the Pyodide it was taken of."""
    heap_bytes: int
    """Size of the memory a worker restores; the file holds only what is not zero."""
    scripts: tuple[Mapping[str, Any], ...]
    """What the engine says of each script, as script.v1."""


def take_with(
    packages: Path | None, folder: Path, pyodide: Path, scripts: Sequence[Mapping[str, Any]]
) -> Snapshot:
    """Take a snapshot as `take` does, of scripts that fit into it.

    Raises:
        PackagesTooLarge: the packages do not.
        BuildFailed: there are none, and something else failed.
    """
    try:
        return take(folder, pyodide, scripts, packages)
    except BuildFailed as error:
        if packages is None:
            raise
        raise PackagesTooLarge(error.detail) from error


def take(
    folder: Path,
    pyodide: Path,
    scripts: Sequence[Mapping[str, Any]],
    packages: Path | None = None,
) -> Snapshot:
    """Boot the engine of *folder* once in Node and write its memory there.

    Args:
        folder: Has the engine.
        pyodide: The unpacked npm package.
        scripts: They are compiled into it; no line of them runs.
        packages: The image of what scripts may import; see `packages.compiled`.

    Raises:
        BuildFailed: it does not boot, a script ends the compiler, or the memory is too large.
    """
    request: dict[str, object] = {
        "pyodide": pyodide,
        "engine": folder / "engine.zip",
        "scripts": list(scripts),
        "packages": packages,
        "outfile": folder / FILE,
    }
    taken: dict[str, Any] = run_tool("snapshot.mjs", request, timeout_s=_TIMEOUT_S)
    return Snapshot(taken["buildId"], taken["heapBytes"], tuple(taken["scripts"]))
