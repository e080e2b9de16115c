"""CPython as a WASI module: where it is, and how it is started."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pybridge.build.pins import WASM_FILE, WASM_PACKAGE, WASM_SHA256
from pybridge.wasi.compile import WasmFile, package_folder
from pybridge.wasi.invocation import Invocation

_FLAGS = ("-s", "-P", "-S", "-B", "-X", "utf8")


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


def invocation(
    module: Path, code: str, *, memory_mib: int, folders: Mapping[Path, str] | None = None
) -> Invocation:
    """Return how a compiled interpreter runs Python code."""
    return Invocation(
        module,
        ("python", *_FLAGS, "-c", code),
        env={"PYTHONHASHSEED": "0"},
        folders=folders or {},
        memory_mib=memory_mib,
    )
