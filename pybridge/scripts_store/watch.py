"""Wait until a folder is quiet after changes; the only module that imports watchdog."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Protocol, Self

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from pybridge.errors import PybridgeError
from pybridge.project.tree import is_visible

QUIET_S = 0.05
"""Seconds without events after which a burst counts as over."""
LONGEST_S = 2.0
"""Seconds after which a burst that does not end is handled anyway."""

_CHANGES: list[type[FileSystemEvent]] = [
    *(FileCreatedEvent, FileModifiedEvent, FileMovedEvent, FileDeletedEvent, FileClosedEvent),
    *(DirCreatedEvent, DirMovedEvent, DirDeletedEvent),
]
"""What the system is asked for. Reading a file makes events too: a comparison of all files would fill the system's
queue with them, and what is changed while it is full is told to nobody."""


class Signals(Protocol):
    """A source of hints that something changed."""

    def wait(self, timeout_s: float | None) -> bool:
        """Wait for a hint; False at the timeout, or without one when the source has ended."""
        ...


def settled(
    signals: Signals,
    *,
    quiet_s: float = QUIET_S,
    longest_s: float = LONGEST_S,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[None]:
    """Yield after each burst of hints, once it is quiet: then all files are to be compared.

    Hints coalesce, repeat and get lost, so they say *when*, never *what*.
    """
    while signals.wait(None):
        end = clock() + longest_s
        while (left := end - clock()) > 0 and signals.wait(min(quiet_s, left)):
            pass
        yield


@dataclass(eq=False)
class WatchFailed(PybridgeError):
    """The system cannot watch this folder."""

    folder: Path
    detail: str
    code = "unavailable"
    hint = "on Linux, raise fs.inotify.max_user_watches; `pybridge sync` works without watching"

    def what(self) -> str:
        """Name the folder and the system's words."""
        return f"cannot watch {self.folder}: {self.detail}"


class FolderSignals:
    """Hints about a folder and all below it; a context manager. Links are not followed."""

    def __init__(self, root: Path, *, skip: Path | None = None) -> None:
        """Start watching.

        Args:
            root: The folder.
            skip: A folder that is written to: events there are ignored.

        Raises:
            WatchFailed: when the system refuses.
        """
        self._root, self._skip = root, skip
        self._news = threading.Event()
        self._closed = False
        self._observer = Observer()
        handler = FileSystemEventHandler()
        handler.dispatch = self._take  # type: ignore[method-assign]
        try:
            self._observer.schedule(handler, str(root), recursive=True, event_filter=_CHANGES)
            self._observer.start()
        except OSError as error:
            raise WatchFailed(root, error.strerror or str(error)) from error

    def _take(self, event: FileSystemEvent) -> None:
        if any(self._matters(str(path)) for path in (event.src_path, event.dest_path) if path):
            self._news.set()

    def _matters(self, path: str) -> bool:
        """Whether a path is not hidden, as the index, an editor's swap files and git's are."""
        whole = PurePath(path)
        if self._skip is not None and whole.is_relative_to(self._skip):
            return False
        inner = whole.relative_to(self._root).parts if whole.is_relative_to(self._root) else ()
        return is_visible("/".join(inner))

    def wait(self, timeout_s: float | None) -> bool:
        """Wait for a hint; False at the timeout or when the watch was closed."""
        while not self._closed:
            if self._news.wait(0.5 if timeout_s is None else timeout_s):
                self._news.clear()
                return not self._closed
            if timeout_s is not None:
                return False
        return False

    def close(self) -> None:
        """End the watch; a waiting call returns False."""
        self._closed = True
        self._news.set()
        # Events and errors while it stops are of no interest.
        logging.getLogger("watchdog").setLevel(logging.CRITICAL)
        self._observer.stop()
        self._observer.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
