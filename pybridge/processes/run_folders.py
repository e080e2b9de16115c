"""The private folder of a run: on a file system in memory where there is one, removed after it in any case."""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pybridge.errors import OutputFailed

_PREFIX = "pybridge-run-"
_LOCK = "lock"
_UNLOCKED_S = 3600
"""Seconds after which a folder without a lock is not one that is just being made."""

_IN_MEMORY = Path("/dev/shm")


@contextmanager
def run_folder(needed: int) -> Iterator[Path]:
    """Make a folder of this run, and remove it with everything that is in it, whatever that is.

    Args:
        needed: Bytes that must fit into it.

    Raises:
        OutputFailed: when it cannot be made.
    """
    base = _base(needed)
    lock: int | None = None
    folder: Path | None = None
    try:
        try:
            folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=base))
            lock = _locked(folder)
        except OSError as error:
            raise OutputFailed(base, error) from error
        yield folder
    finally:
        if folder is not None:
            remove_tree(folder)
        if lock is not None:
            os.close(lock)


def remove_stale() -> None:
    """Remove the folders of this user's runs whose process ended without doing so, such as by a kill."""
    for base in {_IN_MEMORY, Path(tempfile.gettempdir())}:
        with suppress(OSError):
            for folder in base.glob(f"{_PREFIX}*"):
                if _is_stale(folder):
                    remove_tree(folder)


def remove_tree(folder: Path) -> None:
    """Remove a folder, however deep it is; links in it are removed, not followed.

    Each folder inside is first moved up to *folder*, since paths can be longer than the system takes. The lock goes last.
    """
    unused = f"{_PREFIX}{secrets.token_hex(8)}"  # an earlier removal, cut short, left others here
    pending = _emptied(folder, {_LOCK})
    number = 0
    while pending:
        inner = pending.pop()
        for path in _emptied(inner):
            number += 1
            moved = folder / f"{unused}-{number}"
            with suppress(OSError):
                path.rename(moved)
                pending.append(moved)
        with suppress(OSError):
            inner.rmdir()
    with suppress(OSError):
        (folder / _LOCK).unlink(missing_ok=True)
        folder.rmdir()


def _emptied(folder: Path, kept: Collection[str] = ()) -> list[Path]:
    """Remove the files and links of a folder, but those named in *kept*; return the folders in it."""
    folders: list[Path] = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append(Path(entry.path))
            elif entry.name not in kept:
                with suppress(OSError):
                    os.unlink(entry.path)  # noqa: PTH108 – there can be many
    return folders


def _base(needed: int) -> Path:
    """Return where run folders are made: in memory, if there is enough of it for *needed* bytes."""
    with suppress(OSError, AttributeError):
        status = os.statvfs(_IN_MEMORY)
        if status.f_bavail * status.f_frsize > 2 * needed and os.access(_IN_MEMORY, os.W_OK):
            return _IN_MEMORY
    return Path(tempfile.gettempdir())


def _locked(folder: Path) -> int | None:
    """Lock a run folder until this process ends; None where the system has no such locks."""
    try:
        import fcntl
    except ImportError:
        return None
    new = folder / f"{_LOCK}-new"
    descriptor = os.open(new, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    new.rename(
        folder / _LOCK
    )  # a lock of that name that nobody holds is one of a process that has ended
    return descriptor


def _is_stale(folder: Path) -> bool:
    try:
        import fcntl
    except ImportError:
        return False
    try:
        status = folder.lstat()
    except OSError:
        return False
    if status.st_uid != os.geteuid() or not stat.S_ISDIR(status.st_mode):
        return False
    try:
        descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        # It is being made, or removed; or its maker was killed while doing so.
        return time.time() - status.st_mtime > _UNLOCKED_S
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True
