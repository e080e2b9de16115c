"""One writer at a time, over all processes."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pybridge.errors import Conflict, OutputFailed
from pybridge.storage.own_folder import open_folder
from pybridge.storage.regular_file import NOT_ORDINARY

_WAIT_S = 10.0
_PAUSE_S = 0.01


@contextmanager
def locked(
    path: Path, *, root: Path, wait_s: float = _WAIT_S, work: str = "writing scripts"
) -> Iterator[None]:
    """Hold the lock file at *path*; the system releases it when the process ends, however.

    Args:
        path: The file, which is made if need be.
        root: No link below this folder leads out of it.
        wait_s: How long to wait for it, in seconds.
        work: What its holder does, for the message.

    Raises:
        LinkInTheWay: when it is a link, or one leads out of *root*.
        Conflict: when another process holds it for longer than *wait_s* seconds.
        OutputFailed: when it cannot be made.
    """
    from filelock import FileLock, Timeout  # here, for its import takes longer than most reads

    lock = FileLock(path, timeout=wait_s, poll_interval=_PAUSE_S)
    try:
        with open_folder(root, path.parent, make=True) as folder:
            if folder.has(path.name) and not folder.is_regular(path.name):
                folder.refuse_link(path.name)
                raise OSError(errno.EINVAL, NOT_ORDINARY)
            lock.acquire()
    except Timeout as error:
        problem = f"another process has been {work} for {wait_s:g} s"
        raise Conflict(problem, "try again when it is done") from error
    except OSError as error:
        raise OutputFailed(path, error) from error
    try:
        yield
    finally:
        lock.release()
