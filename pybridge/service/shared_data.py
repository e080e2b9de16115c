"""Cache the data that all documents share: gathering it reads the whole project."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from pybridge.project.discover import Project, Settings

Gather = Callable[[], dict[str, Any]]


class SharedData:
    """Keeps the shared data until it is invalidated."""

    def __init__(self, *, is_kept: bool) -> None:
        """Start empty; without *is_kept*, where changes are not reported, nothing is cached."""
        self._is_kept = is_kept
        self._kept: tuple[Settings, dict[str, Any]] | None = None
        self._forgotten = 0
        self._lock = threading.Lock()

    def of(self, project: Project, gather: Gather) -> dict[str, Any]:
        """Return the cached data for the same settings, or gather it now."""
        with self._lock:
            kept, before = self._kept, self._forgotten
        if kept is not None and kept[0] == project.settings:
            return kept[1]
        found = gather()
        with self._lock:
            if self._is_kept and self._forgotten == before:  # else it may be out of date already
                self._kept = (project.settings, found)
        return found

    def forget(self) -> None:
        """Invalidate the cache."""
        with self._lock:
            self._kept = None
            self._forgotten += 1
