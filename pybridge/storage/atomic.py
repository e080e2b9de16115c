"""Put a file in place whole, or leave what was there."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pybridge.errors import OutputFailed

SCRATCH_SUFFIX = ".pybridge-new"
"""Ends the name of a file that is being written; the name begins with a dot."""

Step = Callable[[str], None]
"""Called before each operation with its name; what it raises ends the write."""

_TRIES = 100


def _no_step(_: str) -> None:
    return


def write_atomically(
    path: Path,
    content: bytes,
    *,
    step: Step = _no_step,
    verify: Callable[[], None] | None = None,
    mode: int = 0o666,
    durable: bool = True,
) -> None:
    """Put *content* at *path*; until it is there completely, whatever was there stays.

    Args:
        path: The file; its folder is made if need be. A file that is replaced keeps its mode.
        content: All of it.
        step: See `Step`.
        verify: Called at the last moment; what it raises ends the write.
        mode: Of a new file, before the process's umask.
        durable: Whether the bytes are on the medium when this returns.

    Raises:
        OutputFailed: when that is not possible; nothing is left behind.
    """
    scratch: Path | None = None
    try:
        step("make folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        step("make scratch file")
        scratch, descriptor = _open_scratch(path, mode)
        with os.fdopen(descriptor, "wb") as file:
            fill(file.fileno(), content, step, durable=durable)
        step("set mode")
        with suppress(FileNotFoundError):
            scratch.chmod(path.stat().st_mode & 0o7777)
        step("replace")
        if verify is not None:
            verify()
        scratch.replace(path)
        if durable:
            settle(path.parent, step)
    except OSError as error:
        _discard(scratch, step)
        raise OutputFailed(path, error) from error
    except (Exception, KeyboardInterrupt):
        _discard(scratch, step)
        raise


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


def settle(folder: Path, step: Step = _no_step) -> None:
    """Bring a folder's names to the medium, where the system can."""
    step("sync folder")
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _open_scratch(path: Path, mode: int) -> tuple[Path, int]:
    """Make a new hidden file beside *path*; the system applies the umask to its mode."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    for _ in range(_TRIES):
        scratch = path.with_name(f".{path.name[:40]}.{secrets.token_hex(4)}{SCRATCH_SUFFIX}")
        with suppress(FileExistsError):
            return scratch, os.open(scratch, flags, mode)
    raise FileExistsError(path)


def _discard(scratch: Path | None, step: Step) -> None:
    if scratch is not None:
        step("discard")
        with suppress(OSError):
            scratch.unlink()
