"""One writer at a time, over all processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pybridge.errors import Conflict, OutputFailed

_WAIT_S = 10.0
_PAUSE_S = 0.01


@contextmanager
def locked(path: Path, *, wait_s: float = _WAIT_S) -> Iterator[None]:
    """Hold the lock file at *path*; the system releases it when the process ends, however.

    Raises:
        Conflict: when another process holds it for longer than *wait_s* seconds.
        OutputFailed: when it cannot be made.
    """
    from filelock import FileLock, Timeout  # here, for its import takes longer than most reads

    lock = FileLock(path, timeout=wait_s, poll_interval=_PAUSE_S)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        problem = f"another process has been writing scripts for {wait_s:g} s"
        raise Conflict(problem, "try again when it is done") from error
    except OSError as error:
        raise OutputFailed(path, error) from error
    try:
        yield
    finally:
        lock.release()
