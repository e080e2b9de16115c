"""The macro engine as a component: what it is built from, and the built file in the cache."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from pybridge import resources
from pybridge.build.engine_archive import macro_files
from pybridge.caches import cache_folder, cache_root
from pybridge.errors import ComponentAbsent, OutputFailed
from pybridge.storage.atomic import write_atomically
from pybridge.wasi.compile import WasmFile

PYTHON_VERSION = "3.14.0"
"""Of the CPython in the component."""
FILES = ("build.py", "engine.wit", "engine_app.py", "requirements.txt", "stdlib_in_memory.py")
"""The files of runtimes/cpython/ that it is built from, together with the macro engine."""
SOURCES = "1b47aaee393bd8f99bfa5a40cbd9030605c842f496d20e114c0c95b2b0539845"
"""Hash of these files, which a test compares."""

_FOLDER = "runtimes"
_MOST_KEPT = 4
"""Of different sources, such as those of several checkouts; 28 MB each."""
_GUEST = Path(__file__).parents[1] / "guest.py"
_GUEST_MODULE = "wasi_guest.py"


def sources() -> dict[str, bytes]:
    """Return the files that say how it is built, by name."""
    folder = resources.runtimes() / "cpython"
    return {name: (folder / name).read_bytes() for name in FILES}


def modules() -> dict[str, bytes]:
    """Return the modules of the macro engine, by their path in it."""
    return {**macro_files(), _GUEST_MODULE: _GUEST.read_bytes()}


def hash_of(files: Mapping[str, bytes]) -> str:
    """Return the hash of all names and contents."""
    total = hashlib.sha256()
    for name, content in sorted(files.items()):
        total.update(f"{name} {len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()


def find() -> WasmFile:
    """Return the component of these very sources, as it was built on this machine.

    Raises:
        ComponentAbsent: when it was not.
    """
    try:
        path = cache_root() / _FOLDER / _file_name()
        sha256 = _record(path).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ComponentAbsent from error
    if not path.is_file():
        raise ComponentAbsent
    return WasmFile(path, sha256)


def keep(built: Path) -> Path:
    """Copy a component that was built from these sources into the cache, with its hash; return its place there.

    Two builds of the same sources differ in their bytes, so the hash is that of this build.

    Raises:
        DocumentUnreadable: when the file cannot be read.
        OutputFailed: when it cannot be written.
    """
    found = WasmFile.of(built)
    place = cache_folder(_FOLDER) / _file_name()
    try:
        write_atomically(place, built.read_bytes(), mode=0o600, durable=False)
        write_atomically(_record(place), found.sha256.encode("ascii"), mode=0o600, durable=False)
    except OSError as error:
        raise OutputFailed(place, error) from error
    _forget_oldest(place.parent)
    return place


def _file_name() -> str:
    return f"engine-{hash_of({**sources(), **modules()})[:20]}.wasm"


def _forget_oldest(folder: Path) -> None:
    built = sorted(folder.glob("engine-*.wasm"), key=lambda path: path.stat().st_mtime)
    for path in built[:-_MOST_KEPT]:
        path.unlink(missing_ok=True)
        _record(path).unlink(missing_ok=True)


def _record(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")
