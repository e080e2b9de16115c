"""Standard output and error of this process: a full disk or a closed stream is an error of ours, not a traceback."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from pybridge.errors import PybridgeError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_LOST = (errno.EPIPE, errno.ESHUTDOWN, errno.ECONNRESET)
"""Nobody reads any more."""


@dataclass(eq=False)
class StdoutFailed(PybridgeError):
    """The system refuses what is written to standard output."""

    error: OSError
    code = "io"
    hint = "the output is not complete; check the free space, or where it goes to"

    def what(self) -> str:
        """Name the system's reason."""
        return f"standard output: cannot write: {self.error.strerror or self.error}"


class _Stdout(io.FileIO):
    """Standard output; a reader that has gone stays a `BrokenPipeError`."""

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            if error.errno in _LOST:
                raise BrokenPipeError(error.errno, error.strerror) from error
            raise StdoutFailed(error) from error


class _Stderr(io.FileIO):
    """Standard error: what cannot be written is dropped, and the command goes on."""

    def write(self, data: ReadableBuffer, /) -> int:
        with suppress(OSError):
            return super().write(data)
        return memoryview(data).nbytes


def prepare() -> None:
    """Make the streams of this process ready; missing ones are opened, so that no file takes their numbers."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY)  # the lowest free number; writing to it fails
    sys.stdin = sys.stdin or _reopened_stdin()
    sys.stdout = _prepared(sys.stdout, _Stdout, 1)
    sys.stderr = _prepared(sys.stderr, _Stderr, 2)


def discard_stdout() -> None:
    """Send the rest of standard output nowhere, and what is still buffered too."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _reopened_stdin() -> TextIO:
    return open(0, encoding="utf-8", closefd=False)


def _prepared(stream: TextIO | None, kind: type[io.FileIO], number: int) -> TextIO:
    """Return *stream* in UTF-8, written through *kind* where it is an ordinary file of the system."""
    if stream is not None and not _is_plain(stream):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[attr-defined]
        return stream
    raw = kind(number, "w", closefd=False)
    by_lines = number == 2 or raw.isatty()
    at_once = type(getattr(stream, "buffer", None)) is io.FileIO  # PYTHONUNBUFFERED
    return io.TextIOWrapper(
        raw if at_once else io.BufferedWriter(raw),
        encoding="utf-8",
        errors="backslashreplace",
        line_buffering=by_lines,
        write_through=at_once,
    )


def _is_plain(stream: TextIO) -> bool:
    """Whether it writes to a descriptor: a console of Windows does not."""
    buffer = getattr(stream, "buffer", None)
    return io.FileIO in (type(buffer), type(getattr(buffer, "raw", None)))
