"""The wheels of locks, kept in the cache by their hash and verified at each use."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pybridge.caches import cache_folder
from pybridge.errors import OutputFailed
from pybridge.packages.archives import MOST_BYTES
from pybridge.packages.errors import LockInvalid
from pybridge.storage.atomic import write_atomically
from pybridge.storage.regular_file import read_regular


def hash_of(content: bytes) -> str:
    """Return the sha256 of a wheel."""
    return hashlib.sha256(content).hexdigest()


def keep(content: bytes) -> None:
    """Put a wheel into the cache.

    Raises:
        OutputFailed: it cannot be written.
    """
    write_atomically(_path(hash_of(content)), content, mode=0o600, durable=False)


def find(sha256: str) -> bytes | None:
    """Return the wheel with this hash; None where the cache does not have it, or has other bytes in its place.

    Raises:
        OutputFailed: the cache cannot be read.
    """
    path = _path(sha256)
    try:
        content, _ = read_regular(path, root=None, most=MOST_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise OutputFailed(path, error) from error
    return content if hash_of(content) == sha256 else None


def locked(file_name: str, sha256: str) -> bytes:
    """Return a wheel that a lock names.

    Raises:
        LockInvalid: this machine does not have it.
    """
    content = find(sha256)
    if content is None:
        raise LockInvalid(f"the wheel {file_name} is not on this machine, or was changed")
    return content


def _path(sha256: str) -> Path:
    return cache_folder("wheels") / f"{sha256}.whl"
