"""The one reader of files that others may have put there: ordinary files inside their root."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # opening a pipe would wait for its writer
    | getattr(os, "O_BINARY", 0)
)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
NOT_ORDINARY = "no ordinary file"
LEAVES = "a link out of the project, refused"


def read_regular(path: Path, *, root: Path | None, most: int) -> tuple[bytes, int]:
    """Return at most *most* bytes of a file, and its size.

    Args:
        path: The file, or a link to one.
        root: Where the file must be, links followed; None for a file that the user named.
        most: Bytes that are read, whatever the size is.

    Raises:
        OSError: when it cannot be read, is not an ordinary file, or is outside of *root*.
    """
    content, status = _read(path, root, most)
    return content, status.st_size


def read_private(path: Path, *, most: int) -> bytes | None:
    """Return at most *most* bytes of a file that the user named; None if other users may read or change it.

    Raises:
        OSError: as `read_regular`.
    """
    content, status = _read(path, None, most)
    is_shared = os.name == "posix" and status.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    return None if is_shared else content


def _read(path: Path, root: Path | None, most: int) -> tuple[bytes, os.stat_result]:
    """Return what was read, and the status of the very file that it was read from."""
    descriptor = _opened(path, root)
    try:
        status = os.fstat(descriptor)
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, NOT_ORDINARY, os.fspath(path))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(most), status
    finally:
        os.close(descriptor)


def _opened(path: Path, root: Path | None) -> int:
    """Open the file; below *root* one folder at a time, so that none is replaced by a link in the meantime."""
    if root is None or os.open not in os.supports_dir_fd:
        return os.open(_real(path, root), _FLAGS)
    if path.is_relative_to(root) and ".." not in path.parts:
        with suppress(OSError):  # a link on the way, or no such file: told below
            return _opened_below(root, path.relative_to(root))
    base = Path(os.path.realpath(root))
    return _opened_below(base, _real(path, root).relative_to(base))


def _opened_below(root: Path, inside: Path) -> int:
    """Open what is *inside* of *root*, and follow no link on the way."""
    *folders, name = inside.parts or (".",)
    folder = os.open(root, _FOLDER)
    try:
        for part in folders:
            inner = os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(name, _FLAGS, dir_fd=folder)
    finally:
        os.close(folder)


def _real(path: Path, root: Path | None) -> Path:
    """Return where the file really is."""
    if root is None and not path.is_symlink():
        return path
    real = Path(os.path.realpath(path))
    if root is not None and not real.is_relative_to(os.path.realpath(root)):
        raise OSError(errno.ELOOP, LEAVES, os.fspath(path))
    return real


def real_path(path: Path) -> Path:
    """Return *path* absolute and without links; a link that leads to itself is kept, without an error."""
    return Path(os.path.realpath(path))
