"""One writer at a time, over all processes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pybridge.errors import Conflict, OutputFailed

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_WAIT_S = 10.0
_PAUSE_S = 0.01


@contextmanager
def locked(path: Path, *, wait_s: float = _WAIT_S) -> Iterator[None]:
    """Hold the lock file at *path*; the system lets go of it when the process ends, however.

    Raises:
        Conflict: when another process holds it for longer than *wait_s* seconds.
        OutputFailed: when it cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise OutputFailed(path, error) from error
    try:
        deadline = time.monotonic() + wait_s
        while not _take(descriptor):
            if time.monotonic() > deadline:
                problem = f"another process has been writing scripts for {wait_s:g} s"
                raise Conflict(problem, "try again when it is done")
            time.sleep(_PAUSE_S)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
