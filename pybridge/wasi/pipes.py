"""Named pipes for the streams of a module, which the child opens by name; the parent reads and feeds them as they go."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1 << 16
"""Bytes that are read from a pipe at once."""

Sink = Callable[[bytes], None]
"""Takes a piece of output."""

Source = Callable[[int], bytes]
"""Returns the input that has arrived, at most so many bytes; empty at its end."""


@dataclass(frozen=True)
class Streams:
    """Where the output of a module goes."""

    stdout: Sink
    stderr: Sink

    @property
    def sinks(self) -> tuple[Sink, Sink]:
        """Both, in the order of their descriptors."""
        return self.stdout, self.stderr


@dataclass(frozen=True)
class Pipes:
    """The two pipes of one job."""

    paths: tuple[Path, Path]
    descriptors: tuple[int, int]
    """The ends for reading; they do not block."""

    def drain(self, streams: Streams) -> None:
        """Pass on what is still in the pipes; nobody writes any more."""
        for descriptor, sink in zip(self.descriptors, streams.sinks, strict=True):
            while chunk := _read(descriptor):
                sink(chunk)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, CHUNK)
    except BlockingIOError:
        return b""


@contextmanager
def opened_pipes(folder: Path) -> Iterator[Pipes]:
    """Make the pipes of a job in a private folder, and remove them after it."""
    paths = (folder / "stdout", folder / "stderr")
    descriptors: list[int] = []
    try:
        for path in paths:
            os.mkfifo(path, 0o600)
            descriptors.append(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
        yield Pipes(paths, (descriptors[0], descriptors[1]))
    finally:
        for descriptor, path in zip(descriptors, paths, strict=False):
            os.close(descriptor)
            path.unlink()


def feed(path: Path, source: Source, failed: Callable[[Exception], None]) -> None:
    """Make a pipe and feed it in the background, until the source ends or this process does.

    The thread ends with its source: one that never ends, such as an idle terminal, keeps no process waiting.

    Args:
        path: The pipe.
        source: What it is fed with.
        failed: Called in that thread with what the source raises.
    """
    os.mkfifo(path, 0o600)

    def follow() -> None:
        with suppress(OSError), path.open("wb", buffering=0) as pipe:  # waits for the reader
            while chunk := piece():
                while chunk:
                    chunk = chunk[pipe.write(chunk) :]

    def piece() -> memoryview:
        try:
            return memoryview(source(CHUNK))
        except Exception as error:
            failed(error)
            return memoryview(b"")

    threading.Thread(target=follow, daemon=True).start()
