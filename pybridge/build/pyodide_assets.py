"""Fetch the pinned Pyodide package once, through npm, and keep it where it works offline."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from pybridge.build import pins
from pybridge.build.errors import DownloadFailed, NodeMissing
from pybridge.caches import cache_folder
from pybridge.errors import IntegrityFailed

FILES = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "pyodide-lock.json",
    "python_stdlib.zip",
    "package.json",
)
"""What the build takes from the package."""


def cached() -> Path | None:
    """Return the folder of the pinned package, or None when it was not fetched yet."""
    folder = _folder()
    return folder if all((folder / name).is_file() for name in FILES) else None


def ensure() -> Path:
    """Return the folder of the pinned package, fetched and verified if need be.

    Raises:
        NodeMissing: npm is not on PATH.
        DownloadFailed: npm could not fetch it.
        IntegrityFailed: what npm brought is not what was pinned.
    """
    return cached() or _fetch()


def _folder() -> Path:
    return cache_folder(f"pyodide-{pins.PYODIDE_VERSION}")


def _fetch() -> Path:
    folder = _folder()
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        tarball = _pack(Path(scratch))
        _verify(tarball)
        unpacked = Path(scratch) / "unpacked"
        with tarfile.open(tarball) as archive:
            archive.extractall(unpacked, filter="data")
        shutil.rmtree(folder, ignore_errors=True)
        (unpacked / "package").replace(folder)
    return _folder()


def _pack(folder: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise NodeMissing("npm")
    spec = f"pyodide@{pins.PYODIDE_VERSION}"
    # --prefer-offline: a package that npm has cached needs no network, and none is waited for.
    command = [
        npm,
        "pack",
        spec,
        "--json",
        "--prefer-offline",
        "--ignore-scripts",
        "--loglevel=error",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise DownloadFailed(spec, done.stderr.strip()[-300:])
    found = json.loads(done.stdout)
    entry = found[0] if isinstance(found, list) else next(iter(found.values()))
    return folder / str(entry["filename"])


def _verify(tarball: Path) -> None:
    digest = hashlib.sha512(tarball.read_bytes()).digest()
    actual = "sha512-" + base64.b64encode(digest).decode("ascii")
    if actual != pins.PYODIDE_INTEGRITY:
        raise IntegrityFailed(tarball.name, pins.PYODIDE_INTEGRITY, actual)
