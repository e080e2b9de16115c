"""The macro engine as the WASI guest starts it: one file with the code of its modules, compiled by that very Python."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from pybridge.build.engine_archive import macro_files
from pybridge.engines.wasi.python import invocation
from pybridge.errors import BootFailed
from pybridge.wasi.invocation import run

IMAGE = "engine.bin"
GUEST_FOLDER = "/engine"
"""Where the guest sees the folder of the image; it sees no other."""

_FOLDER = Path(__file__).parent
_GUEST = _FOLDER / "guest.py"
_GUEST_MODULE = "wasi_guest.py"
_BOOT = _FOLDER / "guest_boot.py"
_COMPILER = _FOLDER / "guest_compiler.py"
_COMPILER_MEMORY_MIB = 512
_COMPILER_S = 120


def boot() -> str:
    """Return the Python code that a guest runs."""
    return _BOOT.read_text("utf-8")


def sources() -> dict[str, bytes]:
    """Return the files of the image, by their path in it."""
    return {**macro_files(), _GUEST_MODULE: _GUEST.read_bytes()}


def hash_of(files: Mapping[str, bytes]) -> str:
    """Return the hash of all names and contents, and of the programs that compile and start them."""
    total = hashlib.sha256(_COMPILER.read_bytes() + _BOOT.read_bytes())
    for name, content in sorted(files.items()):
        total.update(f"\n{name} {len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()


def compiled(files: Mapping[str, bytes], module: Path) -> bytes:
    """Return the image, made in a guest of *module*.

    Raises:
        BootFailed: when the guest fails.
    """
    texts = {name: content.decode("utf-8") for name, content in files.items()}
    asked = json.dumps({"sources": texts, "boot": boot()})
    wanted = invocation(module, _COMPILER.read_text("utf-8"), memory_mib=_COMPILER_MEMORY_MIB)
    try:
        ended = run(wanted, asked.encode("ascii"), _COMPILER_S)
        image = bytes.fromhex(ended.stdout.decode("ascii"))
    except (OSError, ValueError) as error:
        raise BootFailed("wasi", "its Python does not compile the macro engine") from error
    if ended.status or not image:
        raise BootFailed("wasi", "its Python does not compile the macro engine")
    return image
