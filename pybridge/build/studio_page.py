"""The bundle of the studio's page: built when its sources changed, kept in the cache."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pybridge
from pybridge import resources
from pybridge.build.esbuild import run_tool
from pybridge.caches import cache_folder

_KEPT = 3
_IN_USE_S = 24 * 3600
_MARK = "studio.js"
PACKAGES = "packages.json"
"""In the built page's folder: the places of the npm packages whose code is in it."""


def built_page() -> Path:
    """Return a folder with studio.js, studio.css and PACKAGES of the sources as they are now.

    Raises:
        PybridgeError: it has to be built and cannot be.
    """
    folder = cache_folder("studio") / _key()
    if not (folder / _MARK).is_file():
        _build(folder)
    folder.touch()
    return folder


def _build(folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as scratch:
        new = Path(scratch) / "page"
        new.mkdir()
        request: dict[str, object] = {
            "page": resources.studio_page(),
            "schemas": resources.schemas(),
            "outdir": new,
        }
        answer = run_tool("studio.mjs", request)
        (new / PACKAGES).write_text(json.dumps(answer["packages"]), "utf-8")
        if not folder.exists():
            new.replace(folder)
    _forget_old(folder)


def _forget_old(newest: Path) -> None:
    """Keep the last few, and what another checkout or a running studio used within a day."""
    used = {path: path.stat().st_mtime for path in newest.parent.iterdir() if path.name[0] != "."}
    for folder in sorted(used, key=used.__getitem__, reverse=True)[_KEPT:]:
        if time.time() - used[folder] > _IN_USE_S:
            shutil.rmtree(folder, ignore_errors=True)


def _key() -> str:
    digest = hashlib.sha256(pybridge.__version__.encode())
    for path in _inputs():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _inputs() -> Iterator[Path]:
    for folder in (resources.studio_page(), resources.schemas()):
        yield from sorted(path for path in folder.rglob("*") if path.is_file())
    for name in ("studio.mjs", "packages.mjs"):
        yield resources.web_worker() / "tools" / name
    yield resources.root() / "package-lock.json"
