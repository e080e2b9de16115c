"""Compile WASI modules to machine code, each once for this machine."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import platform
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pybridge.errors import DocumentUnreadable, IntegrityFailed, PackageMissing
from pybridge.storage.regular_file import read_regular
from pybridge.wasi import child
from pybridge.wasi.cache import MOST_KEPT, kept

_MAGIC = b"\0asm"
_COMPONENT = _MAGIC + b"\x0d\0\1\0"

_DIST_INFO = re.compile(r"wasmtime-[\w.!+]+\.dist-info")

_MOST_BYTES = 256 * 1024 * 1024
"""Bytes of the largest module."""


@dataclass(frozen=True)
class WasmFile:
    """A WebAssembly module in a file, and the content it must have."""

    path: Path
    sha256: str

    @classmethod
    def of(cls, path: Path) -> WasmFile:
        """Accept the current content of a file.

        Raises:
            DocumentUnreadable: when it cannot be read, is not an ordinary file, or is too large.
        """
        return cls(path, hashlib.sha256(_content(path)).hexdigest())


def compiled(
    wasm: WasmFile,
    name: str,
    *,
    hint: str,
    before: Callable[[], None],
    most: int = MOST_KEPT,
    is_component: bool = False,
) -> Path:
    """Return the file of the compiled module, made if it is missing or damaged.

    Args:
        wasm: The module.
        name: Beginning of the file's name.
        hint: What to do about a module that was changed.
        before: Called before it is compiled, which takes seconds.
        most: Modules of that name that are kept.
        is_component: Whether it is a component instead.

    Raises:
        PackageMissing: when wasmtime is not installed.
        IntegrityFailed: when the module has another content.
        DocumentUnreadable: when it is not a module.
        PybridgeError: when it cannot be written.
    """
    package_folder("wasmtime", "wasmtime")

    def make() -> bytes:
        before()
        return _compile(wasm, hint, is_component)

    return kept(f"{name}-{_machine_key(wasm)}.cwasm", make, most=most)


@functools.cache
def package_folder(module: str, package: str) -> Path:
    """Return the folder of an installed package.

    Raises:
        PackageMissing: when it is not installed.
    """
    found = importlib.util.find_spec(module)
    if found is None or not found.submodule_search_locations:
        raise PackageMissing(package, f"pip install {package}")
    return Path(found.submodule_search_locations[0])


def read_module(path: Path) -> bytes:
    """Return the content of a module's file.

    Raises:
        DocumentUnreadable: when it cannot be read, is not an ordinary file, or is too large.
    """
    return _content(path)


def key_of(*parts: str) -> str:
    """Return a short hash for a file's name."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]


def _compile(wasm: WasmFile, hint: str, is_component: bool) -> bytes:
    import wasmtime

    content = _content(wasm.path)
    actual = hashlib.sha256(content).hexdigest()
    if actual != wasm.sha256:
        raise IntegrityFailed(str(wasm.path), wasm.sha256, actual, hint)
    try:
        if is_component:
            from wasmtime.component import Component

            return bytes(Component(child.new_engine(), content).serialize())
        return bytes(wasmtime.Module(child.new_engine(), content).serialize())
    except wasmtime.WasmtimeError as error:
        raise DocumentUnreadable(wasm.path, "broken", problem_of(content, str(error))) from error


def problem_of(content: bytes, reason: str) -> str:
    """Return why bytes are not a module, from the *reason* that a compiler gave."""
    if not content.startswith(_MAGIC):
        return "not a WebAssembly module"
    if content.startswith(_COMPONENT):
        return "not a WebAssembly module but a component, which is not supported"
    lines = [line.strip() for line in reason.splitlines() if line.strip()]
    return f"not a WebAssembly module: damaged, or not complete: {lines[-1]}"


def _content(path: Path) -> bytes:
    """Return the bytes of a module: those that are hashed are those that are compiled."""
    try:
        content, _ = read_regular(path, root=None, most=_MOST_BYTES + 1)
    except OSError as error:
        raise DocumentUnreadable.of(path, error) from error
    if len(content) > _MOST_BYTES:
        raise DocumentUnreadable(path, "broken", f"larger than {_MOST_BYTES:,} bytes")
    return content


@functools.cache
def wasmtime_version() -> str:
    """Return the installed version, from the name of the folder that pip keeps beside the package."""
    beside = package_folder("wasmtime", "wasmtime").parent
    found = [each.name[9:-10] for each in beside.iterdir() if _DIST_INFO.fullmatch(each.name)]
    if len(found) == 1:
        return found[0]
    from importlib import metadata  # takes as long as the rest of the start

    return metadata.version("wasmtime")


def _machine_key(wasm: WasmFile) -> str:
    version = wasmtime_version()
    machine = (platform.system(), platform.machine(), _processor())
    return key_of(wasm.sha256, version, child.CONFIG, *machine)


def _processor() -> str:
    """Return the processor's features, where that is easy: compiled code depends on them."""
    try:
        with Path("/proc/cpuinfo").open(encoding="ascii", errors="replace") as file:
            return next((line for line in file if line.startswith(("flags", "Features"))), "")
    except OSError:
        return platform.processor()
