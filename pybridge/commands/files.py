"""Write result files: whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from pybridge.errors import OutputFailed


def write_atomically(path: Path, text: str) -> None:
    """Put *text* at *path*; until it is there completely, whatever was there stays.

    Raises:
        OutputFailed: when that is not possible; nothing is left behind.
    """
    scratch: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, scratch = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode("utf-8", "replace"))
            file.flush()
            os.fsync(file.fileno())
        Path(scratch).chmod(0o666 & ~_umask())
        Path(scratch).replace(path)
    except OSError as error:
        _remove(scratch)
        raise OutputFailed(path, error) from error
    except BaseException:
        _remove(scratch)
        raise


def _remove(scratch: str | None) -> None:
    if scratch is not None:
        with suppress(OSError):
            Path(scratch).unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
