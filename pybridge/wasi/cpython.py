"""CPython as a WASI module: the pinned one, or another in a file."""

from __future__ import annotations

from pathlib import Path

from pybridge.build.pins import WASM_FILE, WASM_PACKAGE, WASM_SHA256
from pybridge.errors import PackageMissing
from pybridge.wasi.cache import keep_module, kept_module
from pybridge.wasi.compile import WasmFile, package_folder

_KEPT = f"cpython-{WASM_SHA256[:20]}.wasm"


def find_wasm(path: Path | None = None) -> WasmFile:
    """Return the interpreter in a file, or the pinned one of the installed package or bundle.

    Raises:
        PackageMissing: when neither is installed.
        DocumentUnreadable: when *path* cannot be read.
    """
    if path is not None:
        return WasmFile.of(path)
    installed = kept_module(_KEPT)
    try:
        folder = package_folder(WASM_PACKAGE.replace("-", "_"), WASM_PACKAGE)
    except PackageMissing:
        if installed.is_file():
            return WasmFile(installed, WASM_SHA256)
        raise
    return WasmFile(folder / WASM_FILE, WASM_SHA256)


def keep_content(content: bytes) -> Path:
    """Put the interpreter, whose hash was compared before, into the cache; return its place there.

    It is used where the package is not installed.

    Raises:
        OutputFailed: when it cannot be written.
    """
    return keep_module(_KEPT, content)


def is_pinned(wasm: WasmFile) -> bool:
    """Return whether it is the interpreter that pybridge was tested with."""
    return wasm.sha256 == WASM_SHA256
