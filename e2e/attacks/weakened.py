"""Built folders with one layer switched off, to see that the others hold without it."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
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


PYTHON_SIDE = "worker/pyodide/pybridge_worker.py"

PRODUCTS = {"worker": "worker.bin", "host": "client.js"}
"""What is bundled anew for an edit, by the folder of the source."""


class Workshop:
    """Makes weakened folders; each product is bundled once for a set of edits."""

    def __init__(self, built: Path, folder: Path) -> None:
        """*folder* takes the bundled products; *built* is never changed."""
        self._built = built
        self._folder = folder
        self._bundled: dict[str, Path] = {}

    def weakened(
        self, folder: Path, edits: Edits, *, policy: Sequence[tuple[str, str]] = ()
    ) -> Path:
        """Write a copy of the built folder to *folder*, made of changed sources; return *folder*.

        *policy* changes the policy inside frame.htm. Every replacement has to find its text.
        """
        shutil.copytree(self._built, folder, copy_function=_link)
        changed = dict(self._products(edits))
        if policy:
            frame = (folder / "frame.htm").read_text("utf-8")
            changed["frame.htm"] = _replaced("frame.htm", frame, policy).encode()
        if PYTHON_SIDE in edits:
            source = _source(PYTHON_SIDE).read_text("utf-8")
            text = _replaced(PYTHON_SIDE, source, edits[PYTHON_SIDE])
            member = Path(PYTHON_SIDE).name
            changed["engine.zip"] = _with_member(folder / "engine.zip", member, text)
        for name, content in changed.items():
            _write(folder / name, content)
        _seal(folder, list(changed), keeps_snapshot=PYTHON_SIDE not in edits)
        return folder

    def _products(self, edits: Edits) -> Iterator[tuple[str, bytes]]:
        """Yield the products that are made of edited sources."""
        for folder, product in PRODUCTS.items():
            own = {
                name: changes
                for name, changes in edits.items()
                if name.startswith(folder + "/") and name.endswith(".js")
            }
            if own:
                yield product, self._product(product, own)

    def _product(self, product: str, edits: Edits) -> bytes:
        key = json.dumps([product, edits], sort_keys=True)
        if key not in self._bundled:
            for name, changes in edits.items():
                _replaced(name, _source(name).read_text("utf-8"), changes)
            outdir = self._folder / str(len(self._bundled))
            request = {"pyodide": str(pyodide_assets.ensure()), "outdir": str(outdir)}
            changes_by_path = {f"web_worker/{name}": changes for name, changes in edits.items()}
            run_tool(
                "bundle.mjs",
                {**request, "minify": False, "only": [product], "edits": changes_by_path},
            )
            self._bundled[key] = outdir / product
        return self._bundled[key].read_bytes()


def _source(name: str) -> Path:
    return resources.web_worker() / name


def _replaced(name: str, text: str, changes: Sequence[tuple[str, str]]) -> str:
    for old, new in changes:
        assert old in text, f"{name} has no {old!r} any more"
        text = text.replace(old, new)
    return text


def _link(source: str, target: str) -> None:
    """Link a file that stays as it is; another file system takes a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _write(path: Path, content: bytes) -> None:
    """Put a new file in the place of a linked one, which is shared."""
    path.unlink()
    path.write_bytes(content)


def _with_member(archive: Path, member: str, text: str) -> bytes:
    """Return the engine's archive with a changed Python file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(buffer, "w") as new:
        stem = Path(member).stem
        names = [name for name in old.namelist() if not name.startswith(stem + ".")]
        assert len(names) < len(old.namelist())
        for name in names:
            new.writestr(name, old.read(name))
        new.writestr(member, text)
    return buffer.getvalue()


def _seal(folder: Path, changed: Sequence[str], *, keeps_snapshot: bool) -> None:
    """Make the manifest agree with the files: the hashes are not what is tested here."""
    path = folder / site.MANIFEST
    manifest = json.loads(path.read_text("utf-8"))
    for name in changed:
        content = (folder / name).read_bytes()
        manifest["files"][name].update(
            sha256=hashlib.sha256(content).hexdigest(), bytes=len(content)
        )
    if not keeps_snapshot:
        manifest["snapshot"] = None
    _write(path, json.dumps(manifest).encode())
