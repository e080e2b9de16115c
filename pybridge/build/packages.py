"""Compile the packages of a project with Pyodide's Python."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pybridge.build.esbuild import run_tool
from pybridge.packages.script_packages import COMPILER, COMPILER_S, IMAGE, ScriptPackages


@contextmanager
def compiled(packages: ScriptPackages | None, pyodide: Path) -> Iterator[Path | None]:
    """Give the image of packages for the snapshot, in a folder that is gone afterwards; None without packages.

    Raises:
        BuildFailed: the interpreter fails.
        PybridgeError: see `ScriptPackages.archive`.
    """
    if packages is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="pybridge-packages-") as scratch:
        asked, image = Path(scratch) / "request.bin", Path(scratch) / IMAGE
        asked.write_bytes(packages.request())
        request: dict[str, object] = {
            "pyodide": pyodide,
            "compiler": COMPILER,
            "request": asked,
            "outfile": image,
        }
        run_tool("compile_packages.mjs", request, timeout_s=COMPILER_S)
        yield image
