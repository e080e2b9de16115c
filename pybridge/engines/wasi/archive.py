"""The macro engine as the WASI guest imports it: one zip, compiled by that very Python."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from pybridge.build.engine_archive import macro_files, stored_zip
from pybridge.engines.wasi.python import invocation
from pybridge.errors import BootFailed
from pybridge.wasi.invocation import run

ARCHIVE = "engine.zip"
GUEST_FOLDER = "/engine"
"""Where the guest sees the folder of the archive; it sees no other."""
BOOT = f"import sys; sys.path.insert(0, '{GUEST_FOLDER}/{ARCHIVE}'); import wasi_guest; wasi_guest.main()"
"""The Python code that a guest runs."""

_GUEST = Path(__file__).with_name("guest.py")
_GUEST_MODULE = "wasi_guest.py"
_COMPILER = Path(__file__).with_name("guest_compiler.py")
_COMPILER_MEMORY_MIB = 512
_COMPILER_S = 120


def sources() -> dict[str, bytes]:
    """Return the files of the archive, by their path in it."""
    return {**macro_files(), _GUEST_MODULE: _GUEST.read_bytes()}


def hash_of(files: Mapping[str, bytes]) -> str:
    """Return the hash of all names and contents, and of the program that compiles them."""
    total = hashlib.sha256(_COMPILER.read_bytes())
    for name, content in sorted(files.items()):
        total.update(f"\n{name} {len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()


def compiled(files: Mapping[str, bytes], module: Path) -> bytes:
    """Return the archive, its modules compiled in a guest of *module*.

    Raises:
        BootFailed: when the guest fails.
    """
    texts = json.dumps({name: content.decode("utf-8") for name, content in files.items()})
    wanted = invocation(module, _COMPILER.read_text("utf-8"), memory_mib=_COMPILER_MEMORY_MIB)
    try:
        modules = json.loads(run(wanted, texts.encode("ascii"), _COMPILER_S).stdout)
    except (OSError, ValueError) as error:
        raise BootFailed("wasi", "its Python does not compile the macro engine") from error
    return stored_zip({name: bytes.fromhex(text) for name, text in modules.items()})
