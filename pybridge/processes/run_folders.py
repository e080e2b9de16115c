"""The private folder of a run: on a file system in memory where there is one, removed after it in any case."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pybridge.errors import OutputFailed

_PREFIX = "pybridge-run-"
_LOCK = "lock"
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
    try:
        folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=base))
        lock = _locked(folder)
    except OSError as error:
        raise OutputFailed(base, error) from error
    try:
        yield folder
    finally:
        remove_tree(folder)
        if lock is not None:
            os.close(lock)


def remove_forgotten() -> None:
    """Remove the folders of this user's runs whose process ended without doing so, such as by a kill."""
    for base in {_IN_MEMORY, Path(tempfile.gettempdir())}:
        with suppress(OSError):
            for folder in base.glob(f"{_PREFIX}*"):
                if _is_forgotten(folder):
                    remove_tree(folder)


def remove_tree(folder: Path) -> None:
    """Remove a folder, however deep it is; links in it are removed, not followed.

    Each folder inside is first moved up to *folder*, since paths can be longer than the system takes. The lock goes last.
    """
    pending = [folder]
    number = 0
    while pending:
        inner = pending.pop()
        for path in _emptied(inner):
            number += 1
            moved = folder / f"{_PREFIX}{number}"
            with suppress(OSError):
                path.rename(moved)
                pending.append(moved)
        if inner != folder:
            with suppress(OSError):
                inner.rmdir()
    with suppress(OSError):
        (folder / _LOCK).unlink(missing_ok=True)
        folder.rmdir()


def _emptied(folder: Path) -> list[Path]:
    """Remove the files and links of a folder; return the folders in it."""
    folders: list[Path] = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append(Path(entry.path))
            elif entry.name != _LOCK:
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


def _is_forgotten(folder: Path) -> bool:
    try:
        import fcntl
    except ImportError:
        return False
    try:
        if folder.lstat().st_uid != os.geteuid() or folder.is_symlink():
            return False
        descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False  # it is being made, or removed
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True
