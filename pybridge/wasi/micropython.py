"""MicroPython as a WASI module: built by `runtimes/micropython/build.sh`, kept in the cache by its hash."""

from __future__ import annotations

from pathlib import Path

from pybridge.errors import IntegrityFailed
from pybridge.wasi.cache import keep_module, kept_module
from pybridge.wasi.compile import WasmFile

VERSION = "1.25.0"
SHA256 = "99fb00d58b1c7da26fceb47206548706ace63b7432cb63ce558e313574afce75"
"""Of the module that the build makes, the same bytes each time."""
SOURCES = "9ca638579a050a599b0971c519cd8c51241dd2fa0d4f12f9ad339776cf9952e2"
"""Of what it is built from, as `tests/unit/processes/test_micropython.py` computes it."""
HINT = "run `make runtimes` in a checkout of pybridge, once on this machine"


def find_wasm() -> WasmFile | None:
    """Return the module in the cache; None when there is none."""
    path = kept_module(_file_name())
    return WasmFile(path, SHA256) if path.is_file() else None


def keep(built: Path) -> Path:
    """Copy a built module into the cache; return its place there.

    Raises:
        DocumentUnreadable: when the file cannot be read.
        IntegrityFailed: when it is not the module that this pybridge was tested with.
        OutputFailed: when it cannot be written.
    """
    found = WasmFile.of(built)
    if found.sha256 != SHA256:
        hint = "build it with the versions of the tools that the build script names"
        raise IntegrityFailed(str(built), SHA256, found.sha256, hint)
    return keep_module(_file_name(), built.read_bytes())


def keep_content(content: bytes) -> Path:
    """Put the module, whose hash was compared before, into the cache; return its place there.

    Raises:
        OutputFailed: when it cannot be written.
    """
    return keep_module(_file_name(), content)


def _file_name() -> str:
    return f"micropython-{SHA256[:20]}.wasm"
