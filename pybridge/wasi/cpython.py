"""CPython as a WASI module: the pinned one, or another in a file."""

from __future__ import annotations

from pathlib import Path

from pybridge.build.pins import WASM_FILE, WASM_PACKAGE, WASM_SHA256
from pybridge.wasi.compile import WasmFile, package_folder


def find_wasm(path: Path | None = None) -> WasmFile:
    """Return the interpreter in a file, or the pinned one of the installed package.

    Raises:
        PackageMissing: when the package is not installed.
        DocumentUnreadable: when *path* cannot be read.
    """
    if path is None:
        module = WASM_PACKAGE.replace("-", "_")
        return WasmFile(package_folder(module, WASM_PACKAGE) / WASM_FILE, WASM_SHA256)
    return WasmFile.of(path)


def is_pinned(wasm: WasmFile) -> bool:
    """Return whether it is the interpreter that pybridge was tested with."""
    return wasm.sha256 == WASM_SHA256
