"""The built folder for tools of this machine: built when its sources changed, kept in the cache."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pybridge
from pybridge import resources
from pybridge.build import pins, site
from pybridge.caches import cache_folder
from pybridge.errors import OutputFailed
from pybridge.packages.script_packages import ScriptPackages

_KEPT = 3
_IN_USE_S = 3600
"""Seconds since its last use within which a folder may still be served to a browser."""


def built_folder(packages: ScriptPackages | None = None) -> Path:
    """Return a built folder of the sources as they are now, with *packages* for scripts.

    Raises:
        OutputFailed: the cache cannot be written.
        PybridgeError: it has to be built and cannot be.
    """
    folder = cache_folder("sites") / _key(packages)
    try:
        if not (folder / site.MANIFEST).is_file():
            site.build(folder, packages=packages)
            forget_old(folder)
        folder.touch()
    except OSError as error:
        raise OutputFailed(folder, error) from error
    return folder


def _key(packages: ScriptPackages | None) -> str:
    digest = hashlib.sha256(f"{pybridge.__version__} {pins.PYODIDE_INTEGRITY}".encode())
    for path in _sources():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    if packages is not None:
        digest.update(packages.key().encode())
    return digest.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    folders = [resources.web_worker(), resources.engine_sources(), resources.default_scripts()]
    folders.append(Path(__file__).parent)
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*") if _is_source(path))
    for name in ("package-lock.json", "LICENSE", "NOTICE.md"):
        yield resources.root() / name


def _is_source(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts and "node_modules" not in path.parts


def forget_old(newest: Path) -> None:
    """Keep the last few, and whatever another checkout or process may be using right now."""
    siblings = [path for path in newest.parent.iterdir() if path.is_dir() and path.name[0] != "."]
    by_age = sorted(siblings, key=_last_use, reverse=True)
    for folder in by_age[_KEPT:]:
        if time.time() - _last_use(folder) > _IN_USE_S:
            shutil.rmtree(folder, ignore_errors=True)


def _last_use(folder: Path) -> float:
    return folder.stat().st_mtime
