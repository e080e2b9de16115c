"""MicroPython as a WASI module for each host: built by `runtimes/micropython/build.sh`, kept in the cache by their hashes."""

from __future__ import annotations

from pathlib import Path

from pybridge.build.pins import MICROPYTHON_VERSION
from pybridge.errors import IntegrityFailed
from pybridge.wasi.cache import keep_module, kept_module
from pybridge.wasi.compile import WasmFile

VERSION = MICROPYTHON_VERSION
SHA256 = "99fb00d58b1c7da26fceb47206548706ace63b7432cb63ce558e313574afce75"
"""Of the module for wasmtime that the build makes, the same bytes each time."""
PAGE_SHA256 = "bca83abe3b3f220ec47bd3ffb964ae1de4e642be5dd5dfe7d864bd81deb727b2"
"""Of the same link for pages: its exceptions are those that all browsers take."""
SOURCES = "b765ab0a62addd946021446fe8dffe1fe8e5719fc9e4aac4f1b861324aca9698"
"""Of what it is built from, as `tests/unit/processes/test_micropython.py` computes it."""
HINT = "run `make runtimes` in a checkout of pybridge, once on this machine"


def find_wasm() -> WasmFile | None:
    """Return the module for wasmtime in the cache; None when there is none."""
    return _found(SHA256)


def find_page_wasm() -> WasmFile | None:
    """Return the module for pages in the cache; None when there is none."""
    return _found(PAGE_SHA256)


def keep(built: Path) -> Path:
    """Copy a built module into the cache; return its place there.

    Raises:
        DocumentUnreadable: when the file cannot be read.
        IntegrityFailed: when it is neither of the modules that this pybridge was tested with.
        OutputFailed: when it cannot be written.
    """
    found = WasmFile.of(built)
    if found.sha256 not in (SHA256, PAGE_SHA256):
        hint = "build it with the versions of the tools that the build script names"
        raise IntegrityFailed(str(built), SHA256, found.sha256, hint)
    return keep_module(_file_name(found.sha256), built.read_bytes())


def keep_content(content: bytes) -> Path:
    """Put the module for wasmtime, whose hash was compared before, into the cache; return its place there.

    Raises:
        OutputFailed: when it cannot be written.
    """
    return keep_module(_file_name(SHA256), content)


def _found(sha256: str) -> WasmFile | None:
    path = kept_module(_file_name(sha256))
    return WasmFile(path, sha256) if path.is_file() else None


def _file_name(sha256: str) -> str:
    return f"micropython-{sha256[:20]}.wasm"
