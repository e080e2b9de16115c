"""The files that a process begins with, read from this machine within its limits."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pybridge.commands.processes.mapped import Mapped, shown
from pybridge.errors import DocumentUnreadable, UsageError
from pybridge.processes.invocation import ProcessLimits
from pybridge.processes.texts import text_problem
from pybridge.storage.regular_file import NOT_ORDINARY, read_regular

_HINT = "name fewer or smaller files; a line of --jsonl can have other limits"


def counted(mapped: Sequence[Mapped], limits: ProcessLimits) -> dict[str, Path]:
    """Return the files of this machine by their path in the process; none is read.

    Of a folder these are the ordinary files in it: it passes on no links, devices, pipes and empty folders.

    Raises:
        UsageError: when they are more than the limits allow, or one has a name that is not text.
        DocumentUnreadable: when one cannot be read.
    """
    found: dict[str, Path] = {}
    size = 0
    for each in mapped:
        for host, guest, its_size in _listed(each):
            if text_problem(guest):
                hint = "rename it, or name it alone: --file HOST:GUEST"
                raise UsageError(f"the file name {shown(host)} is not UTF-8", hint)
            found[guest] = host
            size += its_size
            if len(found) > limits.file_count:
                raise UsageError(f"more than {limits.file_count:,} files", _HINT)
            if size > limits.files_bytes:
                raise _too_large(limits)
    return found


def contents(found: Mapping[str, Path], limits: ProcessLimits) -> dict[str, bytes]:
    """Read files that were counted.

    Raises:
        UsageError: when they have more bytes by now than the limits allow.
        DocumentUnreadable: when one cannot be read, or is not an ordinary file.
    """
    read: dict[str, bytes] = {}
    left = limits.files_bytes
    for guest, host in found.items():
        read[guest] = _read(host, left + 1)
        left -= len(read[guest])
        if left < 0:
            raise _too_large(limits)
    return read


def _listed(mapped: Mapped) -> Iterator[tuple[Path, str, int]]:
    """Yield each file, its path in the process and its size."""
    status = _status(mapped.host)
    if not stat.S_ISDIR(status.st_mode):
        if not stat.S_ISREG(status.st_mode):
            raise DocumentUnreadable(mapped.host, "broken", NOT_ORDINARY)
        yield mapped.host, mapped.guest, status.st_size
        return
    base = mapped.guest.rstrip("/")
    for folder, folders, names in os.walk(mapped.host, onerror=_refuse):
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            status = path.lstat()
            if stat.S_ISREG(status.st_mode):
                yield path, f"{base}/{path.relative_to(mapped.host).as_posix()}", status.st_size


def _status(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except OSError as error:
        raise DocumentUnreadable.of(path, error) from error


def _refuse(error: OSError) -> None:
    raise DocumentUnreadable.of(Path(error.filename), error) from error


def _read(path: Path, most: int) -> bytes:
    try:
        return read_regular(path, root=None, most=most)[0]
    except OSError as error:
        raise DocumentUnreadable.of(path, error) from error


def _too_large(limits: ProcessLimits) -> UsageError:
    return UsageError(f"the files have more than {limits.files_bytes:,} bytes", _HINT)
