"""Built folders with one layer switched off, to see that the others hold without it."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from pybridge import resources
from pybridge.build import pyodide_assets, site
from pybridge.build.esbuild import run_tool

Edits = Mapping[str, Sequence[tuple[str, str]]]
"""What to replace by what, by file below web_worker/."""

ACCEPT_ANYTHING: Edits = {
    "host/sandbox/levels.js": [
        ("return LEVELS[isolation];", "return { ...LEVELS[isolation], probes: [] };")
    ]
}
"""A client that starts whatever the sandbox could not prove."""


def weakened(
    built: Path, folder: Path, edits: Edits, *, policy: Sequence[tuple[str, str]] = ()
) -> Path:
    """Write a copy of *built* to *folder*, made of changed sources; return *folder*.

    *policy* changes the policy inside frame.html. Every replacement has to find its text.
    """
    shutil.copytree(built, folder)
    sources = folder.with_name(folder.name + "-sources")
    shutil.copytree(resources.web_worker(), sources / "web_worker")
    (sources / "node_modules").symlink_to(resources.root() / "node_modules")
    for name, changes in edits.items():
        _change(sources / "web_worker" / name, changes)
    request = {"root": str(sources), "pyodide": str(pyodide_assets.ensure()), "minify": False}
    run_tool("bundle.mjs", {**request, "outdir": str(folder)})
    frame = folder / "frame.js"
    (folder / "frame.html").write_text(site.frame_html(frame.read_text("utf-8")), "utf-8")
    frame.unlink()
    _change(folder / "frame.html", policy)
    python_side = "worker/pyodide/pybridge_worker.py"
    if python_side in edits:
        _replace_member(folder / "engine.zip", sources / "web_worker" / python_side)
    _seal(folder, keeps_snapshot=python_side not in edits)
    shutil.rmtree(sources)
    return folder


def _change(path: Path, changes: Sequence[tuple[str, str]]) -> None:
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text, f"{path.name} has no {old!r} any more"
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def _replace_member(archive: Path, member: Path) -> None:
    """Put a changed Python file into the engine's archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(buffer, "w") as new:
        names = [name for name in old.namelist() if not name.startswith(member.stem + ".")]
        assert len(names) < len(old.namelist())
        for name in names:
            new.writestr(name, old.read(name))
        new.writestr(member.name, member.read_text("utf-8"))
    archive.write_bytes(buffer.getvalue())


def _seal(folder: Path, *, keeps_snapshot: bool) -> None:
    """Make the manifest agree with the files: the hashes are not what is tested here."""
    path = folder / site.MANIFEST
    manifest = json.loads(path.read_text("utf-8"))
    for name, entry in manifest["files"].items():
        content = (folder / name).read_bytes()
        entry.update(sha256=hashlib.sha256(content).hexdigest(), bytes=len(content))
    if not keeps_snapshot:
        manifest["snapshot"] = None
    path.write_text(json.dumps(manifest), "utf-8")
    os.utime(path)
