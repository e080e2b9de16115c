"""Files that take long to make, kept in the cache and verified before each use."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pybridge.caches import cache_folder, cache_root
from pybridge.errors import OutputFailed
from pybridge.storage.atomic import write_atomically

MOST_KEPT = 6
"""Files of one kind; the least recently used are deleted first."""

_RUNTIMES = "runtimes"


def kept(name: str, make: Callable[[], bytes], *, most: int = MOST_KEPT) -> Path:
    """Return the file *name* of the cache, made if it is missing or damaged.

    Of files whose name begins alike, up to the first hyphen, and ends alike, *most* are kept.
    Its sha256 is in a file beside it: wasmtime would load a damaged module without complaint.

    Raises:
        CacheUnsafe: when another user could have written the file.
        OutputFailed: when it cannot be written.
    """
    folder = cache_folder("wasi")
    path = folder / name
    try:
        if _is_intact(path):
            os.utime(path)
            return path
        content = make()
        path.parent.mkdir(mode=0o700, exist_ok=True)
        digest = hashlib.sha256(content).hexdigest().encode("ascii")
        write_atomically(path, content, mode=0o600, durable=False)
        write_atomically(_hash_file(path), digest, mode=0o600, durable=False)
        _forget_oldest(folder, path, most)
    except OSError as error:
        raise OutputFailed(path, error) from error
    return path


def kept_module(name: str) -> Path:
    """Return the place of a module of a runtime that was built or installed; it may not be there."""
    return cache_root() / _RUNTIMES / name


def keep_module(name: str, content: bytes) -> Path:
    """Put the module of a runtime into the cache; return its place there.

    Raises:
        CacheUnsafe: when another user could write there.
        OutputFailed: when it cannot be written.
    """
    place = cache_folder(_RUNTIMES) / name
    try:
        write_atomically(place, content, mode=0o600, durable=False)
    except OSError as error:
        raise OutputFailed(place, error) from error
    return place


def sha256_of(path: Path) -> str:
    """Return the hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _hash_file(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")


def _is_intact(path: Path) -> bool:
    try:
        expected = _hash_file(path).read_text("ascii").strip()
        return sha256_of(path) == expected
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        return False


def _forget_oldest(folder: Path, newest: Path, most: int) -> None:
    kind = f"{newest.stem.partition('-')[0]}*{newest.suffix}"
    files = sorted(folder.rglob(kind), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[most:]:
        path.unlink(missing_ok=True)
        _hash_file(path).unlink(missing_ok=True)
        if path.parent != folder:
            with suppress(OSError):
                path.parent.rmdir()
