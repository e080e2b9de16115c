"""What all documents share, gathered once while nothing changes: that reads the whole project."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from pybridge.project.discover import Project, Settings

Gather = Callable[[], dict[str, Any]]


class SharedData:
    """Keeps what was gathered, until it is told to forget it."""

    def __init__(self, *, is_kept: bool) -> None:
        """Begin with nothing; without *is_kept*, where nobody says what changes, nothing stays."""
        self._is_kept = is_kept
        self._kept: tuple[Settings, dict[str, Any]] | None = None
        self._forgotten = 0
        self._lock = threading.Lock()

    def of(self, project: Project, gather: Gather) -> dict[str, Any]:
        """Return what was gathered under the same settings, or gather it now."""
        with self._lock:
            kept, before = self._kept, self._forgotten
        if kept is not None and kept[0] == project.settings:
            return kept[1]
        found = gather()
        with self._lock:
            if self._is_kept and self._forgotten == before:  # else it may be old already
                self._kept = (project.settings, found)
        return found

    def forget(self) -> None:
        """Gather anew the next time."""
        with self._lock:
            self._kept = None
            self._forgotten += 1
