"""The bundle of the studio's page: built when its sources changed, kept in the cache."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pybridge
from pybridge import resources
from pybridge.build.esbuild import run_tool

_KEPT = 3
_MARK = "studio.js"


def built_page() -> Path:
    """Return a folder with studio.js and studio.css of the sources as they are now.

    Raises:
        PybridgeError: it has to be built and cannot be.
    """
    folder = resources.cache() / "studio" / _key()
    if not (folder / _MARK).is_file():
        _build(folder)
    folder.touch()
    return folder


def _build(folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as scratch:
        new = Path(scratch) / "page"
        new.mkdir()
        request: dict[str, object] = {
            "page": str(resources.studio_page()),
            "schemas": str(resources.schemas()),
            "outdir": str(new),
        }
        run_tool("studio.mjs", request)
        if not folder.exists():
            new.replace(folder)
    _forget_old(folder)


def _forget_old(newest: Path) -> None:
    folders = [path for path in newest.parent.iterdir() if path.name[0] != "."]
    by_age = sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)
    for folder in by_age[_KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)


def _key() -> str:
    digest = hashlib.sha256(pybridge.__version__.encode())
    for path in _inputs():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _inputs() -> Iterator[Path]:
    for folder in (resources.studio_page(), resources.schemas()):
        yield from sorted(path for path in folder.rglob("*") if path.is_file())
    yield resources.web_worker() / "tools" / "studio.mjs"
    yield resources.root() / "package-lock.json"
