"""Make a built folder usable from pages opened by `file:`, which can neither import modules nor fetch."""

from __future__ import annotations

import base64
import gzip
from pathlib import Path

from pybridge.build import site, templates
from pybridge.build.esbuild import run_tool

CLIENT = "client.iife.js"
ASSETS = "pybridge-assets.js"

_PACKED = (
    *("manifest.json", "frame.htm", "worker.bin", "pyodide.asm.wasm", "python_stdlib.zip"),
    *("engine.zip", site.SCRIPTS, site.SNAPSHOT),
)
"""What the client loads."""


def add_file_pages(folder: Path) -> None:
    """Add two classic scripts to the built *folder*: the client, and all that it would fetch.

    The manifest inside is the one of the folder without them; the one beside them has their hashes.
    """
    request: dict[str, object] = {"folder": folder, "outfile": CLIENT, "globalName": "pybridge"}
    run_tool("classic.mjs", request)
    packed = {name: _packed(folder / name) for name in _PACKED}
    script = templates.render("file_assets.js.jinja", packed=packed)
    (folder / ASSETS).write_text(script, "utf-8")
    site.add_to_manifest(folder, (CLIENT, f"{CLIENT}.map", ASSETS))


def _packed(path: Path) -> str:
    """Return the file as base64 of its gzip: here size counts, a script this large has to be parsed."""
    return base64.b64encode(gzip.compress(path.read_bytes(), 9, mtime=0)).decode("ascii")
