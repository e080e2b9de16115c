"""Put a file in place whole, or leave what was there."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pybridge.errors import OutputFailed
from pybridge.storage.own_folder import OwnFolder, open_folder
from pybridge.storage.regular_file import real_path

SCRATCH_SUFFIX = ".pybridge-new"
"""Ends the name of a file that is being written; the name begins with a dot."""

Step = Callable[[str], None]
"""Called before each operation with its name; what it raises ends the write."""

_TRIES = 100

IS_FOLDER = "it is a folder"
IS_DEVICE = "it is a device, a pipe or a socket, which is not replaced"


def _no_step(_: str) -> None:
    return


def write_atomically(
    path: Path,
    content: bytes,
    *,
    root: Path | None = None,
    step: Step = _no_step,
    verify: Callable[[], None] | None = None,
    mode: int = 0o666,
    durable: bool = True,
) -> None:
    """Put *content* at *path*; until it is there completely, whatever was there stays.

    Args:
        path: The file; its folder is made if need be. A file that is replaced keeps its mode; devices, pipes and
            sockets are refused.
        content: All of it.
        root: No link below this folder leads out of it, see `open_folder`, and *path* itself is replaced if it is a
            link; None for a file that the user named, which may be a link to it.
        step: See `Step`.
        verify: Called at the last moment; what it raises ends the write.
        mode: Of a new file, before the process's umask.
        durable: Whether the bytes are on the medium when this returns.

    Raises:
        LinkInTheWay: when a link leads out of *root*.
        OutputFailed: when that is not possible; nothing is left behind.
    """
    try:
        place = _followed(path) if root is None else path
        step("make folder")
        with open_folder(root or place.parent, place.parent, make=True) as folder:
            _write(folder, place.name, content, step, verify, mode, durable)
    except OSError as error:
        raise OutputFailed(path, error) from error


def _write(
    folder: OwnFolder,
    name: str,
    content: bytes,
    step: Step,
    verify: Callable[[], None] | None,
    mode: int,
    durable: bool,
) -> None:
    scratch: str | None = None
    _require_regular(folder.status(name), folder.path / name)
    try:
        step("make scratch file")
        scratch, descriptor = _open_scratch(folder, name, mode)
        with os.fdopen(descriptor, "wb") as file:
            fill(file.fileno(), content, step, durable=durable)
        step("set mode")
        before = folder.status(name)
        if before is not None and not stat.S_ISLNK(before.st_mode):
            folder.set_mode(scratch, before.st_mode & 0o7777)
        step("replace")
        if verify is not None:
            verify()
        folder.replace(scratch, name)
        if durable:
            settle(folder, step)
    except BaseException:
        _discard(folder, scratch, step)
        raise


def require_writable(path: Path) -> None:
    """Return if *path*, links followed, is an ordinary file or nothing yet.

    Raises:
        OSError: when it is anything else, or the system does not say.
    """
    with suppress(FileNotFoundError):
        _require_regular(path.stat(), path)


def _followed(path: Path) -> Path:
    """Return where a file is that may be named by a link."""
    if not path.is_symlink():
        return path
    require_writable(path)  # a link of the system may lead to what has no path
    place = real_path(path)
    if place.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), os.fspath(path))
    return place


def _require_regular(status: os.stat_result | None, path: Path) -> None:
    """Return if an ordinary file, a link or nothing would be replaced.

    Raises:
        OSError: when it is anything else.
    """
    if status is None or stat.S_ISREG(status.st_mode) or stat.S_ISLNK(status.st_mode):
        return
    number = errno.EISDIR if stat.S_ISDIR(status.st_mode) else errno.EINVAL
    raise OSError(number, IS_FOLDER if number == errno.EISDIR else IS_DEVICE, os.fspath(path))


def fill(descriptor: int, content: bytes, step: Step = _no_step, *, durable: bool = True) -> None:
    """Write *content* to an open file, and to the medium where it has to be *durable*."""
    half = len(content) // 2
    for piece in (content[:half], content[half:]):  # a full disk shows in the middle
        step("write")
        left = memoryview(piece)
        while left:
            left = left[os.write(descriptor, left) :]
    if durable:
        step("sync")
        os.fsync(descriptor)


def settle(folder: OwnFolder, step: Step = _no_step) -> None:
    """Bring a folder's names to the medium, where the system can."""
    step("sync folder")
    folder.settle()


def _open_scratch(folder: OwnFolder, name: str, mode: int) -> tuple[str, int]:
    """Make a new hidden file beside *name*; the system applies the umask to its mode."""
    for _ in range(_TRIES):
        scratch = f".{name[:40]}.{secrets.token_hex(4)}{SCRATCH_SUFFIX}"
        with suppress(FileExistsError):
            return scratch, folder.open(scratch, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
    raise FileExistsError(folder.path / name)


def _discard(folder: OwnFolder, scratch: str | None, step: Step) -> None:
    if scratch is not None:
        step("discard")
        with suppress(OSError):
            folder.remove(scratch)
