"""Files that take long to make, kept in a private folder and verified before each use."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pybridge.errors import Conflict, OutputFailed
from pybridge.storage.atomic import write_atomically

_MOST_KEPT = 6
"""Files of one kind; the least recently used are deleted first."""


def kept(folder: Path, name: str, make: Callable[[], bytes]) -> Path:
    """Return the file *name* in *folder*, made if it is missing or damaged.

    Its sha256 is in a file beside it: wasmtime would load a damaged module without complaint.

    Raises:
        Conflict: when the folder belongs to someone else.
        OutputFailed: when it cannot be written.
    """
    path = folder / name
    try:
        _make_private(folder)
        if _is_intact(path):
            os.utime(path)
            return path
        content = make()
        path.parent.mkdir(mode=0o700, exist_ok=True)
        digest = hashlib.sha256(content).hexdigest().encode("ascii")
        write_atomically(path, content, mode=0o600, durable=False)
        write_atomically(_hash_file(path), digest, mode=0o600, durable=False)
        _forget_oldest(folder, Path(name).suffix)
    except OSError as error:
        raise OutputFailed(path, error) from error
    return path


def sha256_of(path: Path) -> str:
    """Return the hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _make_private(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.name != "posix":
        return
    state = folder.stat()
    if state.st_uid != os.geteuid():
        problem = f"the cache {folder} belongs to another user"
        raise Conflict(problem, "name a folder of your own by the variable PYBRIDGE_CACHE")
    if state.st_mode & 0o077:
        folder.chmod(0o700)


def _hash_file(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")


def _is_intact(path: Path) -> bool:
    try:
        expected = _hash_file(path).read_text("ascii").strip()
        return sha256_of(path) == expected
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        return False


def _forget_oldest(folder: Path, suffix: str) -> None:
    files = sorted(folder.rglob(f"*{suffix}"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[_MOST_KEPT:]:
        path.unlink(missing_ok=True)
        _hash_file(path).unlink(missing_ok=True)
        if path.parent != folder:
            with suppress(OSError):
                path.parent.rmdir()
