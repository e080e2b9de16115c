"""The macro engine as the WASI guest imports it: compiled by that very Python, in one zip."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pybridge.build.engine_archive import macro_files, stored_zip
from pybridge.engines.wasi import child
from pybridge.errors import BootFailed

_GUEST = Path(__file__).with_name("guest.py")
_GUEST_MODULE = "wasi_guest.py"
"""What the guest's side is called in the archive; `child.py` imports it by this name."""
_COMPILER = Path(__file__).with_name("compiler.py")
_COMPILER_MEMORY_MIB = 512


def sources() -> dict[str, bytes]:
    """Return the files of the archive, by their path in it."""
    return {**macro_files(), _GUEST_MODULE: _GUEST.read_bytes()}


def hash_of(files: Mapping[str, bytes]) -> str:
    """Return the hash of all names and contents, and of what compiles them."""
    total = hashlib.sha256(_COMPILER.read_bytes())
    for name, content in sorted(files.items()):
        total.update(f"\n{name} {len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()


def compiled(files: Mapping[str, bytes], module: Path) -> bytes:
    """Return the archive, its modules compiled in a guest of *module*.

    Raises:
        BootFailed: when the guest does not.
    """
    import wasmtime

    texts = {name: content.decode("utf-8") for name, content in files.items()}
    with tempfile.TemporaryDirectory(prefix="pybridge-") as scratch:
        request, answer = Path(scratch) / "request", Path(scratch) / "answer"
        request.write_text(json.dumps(texts), "ascii")
        surroundings = wasmtime.WasiConfig()
        surroundings.stdin_file = str(request)
        surroundings.stdout_file = str(answer)
        engine = child.new_engine()
        loaded = wasmtime.Module.deserialize_file(engine, str(module))
        code = _COMPILER.read_text("utf-8")
        try:
            child.run_guest(engine, loaded, surroundings, code, _COMPILER_MEMORY_MIB)
            modules = json.loads(answer.read_text("ascii"))
        except (wasmtime.Trap, wasmtime.WasmtimeError, ValueError) as error:
            raise BootFailed("wasi", "its Python does not compile the macro engine") from error
    return stored_zip({name: bytes.fromhex(text) for name, text in modules.items()})
