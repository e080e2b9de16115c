"""Run a program in the pinned Pyodide, as npm has it, without anything of pybridge around it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from pybridge.build import pyodide_assets
from pybridge.build.esbuild import node

PROGRAM = (
    "import { readFileSync } from 'node:fs';\n"
    "const [folder, file] = process.argv.slice(1);\n"
    "const { loadPyodide } = await import(folder + '/pyodide.mjs');\n"
    "(await loadPyodide({ indexURL: folder })).runPython(readFileSync(file, 'utf8'));\n"
)


def printed_by_pyodide(file: Path) -> str:
    """Return what a Python program prints there."""
    folder = str(pyodide_assets.ensure())
    command = [node(), "--input-type=module", "-e", PROGRAM, folder, str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
