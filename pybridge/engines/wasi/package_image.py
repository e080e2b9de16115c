"""The image of packages for a WASI guest, compiled by that very Python."""

from __future__ import annotations

from pathlib import Path

from pybridge.engines.wasi.python import invocation
from pybridge.errors import BootFailed
from pybridge.packages.script_packages import COMPILER, COMPILER_S, IMAGE, ScriptPackages, checked
from pybridge.wasi.cache import kept
from pybridge.wasi.invocation import run

GUEST_FOLDER = "/packages"
"""Where the guest sees the folder of the image."""

_MEMORY_MIB = 1024


def image_folder(packages: ScriptPackages, wasm_sha256: str, module: Path) -> Path:
    """Return the folder of the image, made if it is missing or damaged.

    Args:
        packages: What is in it.
        wasm_sha256: Hash of the interpreter.
        module: The interpreter, compiled.

    Raises:
        BootFailed: the interpreter fails.
        OutputFailed: the image cannot be written.
    """

    def make() -> bytes:
        wanted = invocation(module, COMPILER.read_text("utf-8"), memory_mib=_MEMORY_MIB)
        try:
            ended = run(wanted, packages.request(), COMPILER_S)
        except OSError as error:
            raise BootFailed("wasi", f"its Python cannot compile the packages: {error}") from error
        return checked("wasi", ended.status, ended.stdout, ended.stderr)

    return kept(f"packages-{packages.key(wasm_sha256)}/{IMAGE}", make).parent
