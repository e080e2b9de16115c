"""Sandboxes that a worker process keeps from one partition to the next."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.util import Finalize

from pybridge.library.core import Core

MOST = 2
"""Idle sandboxes that a process keeps: that of the work it has, and that of the work before."""


@dataclass
class _Lent:
    core: Core
    users: int = 0


class Kept:
    """Opens what is asked for, keeps what was used last, and closes all when the process ends."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._turn = threading.Lock()
        self._open: dict[Hashable, _Lent] = {}
        self._at_exit: Finalize | None = None

    @contextmanager
    def lend(self, key: Hashable, make: Callable[[], Core]) -> Iterator[Core]:
        """Lend the sandbox of *key* to a thread; equal keys share one, which serves its threads in turn."""
        lent = self._take(key, make)
        try:
            yield lent.core
        finally:
            self._give_back(lent)

    def close(self) -> None:
        """End all sandboxes; the next use opens them again."""
        for core in self._emptied():
            core.close()

    def _close_at_exit(self) -> None:
        for core in self._emptied():
            # A browser's thread takes nothing more at the end of a main program; it ends with this process.
            with suppress(RuntimeError):
                core.close()

    def _emptied(self) -> list[Core]:
        with self._turn:
            every, self._open = [*self._open.values()], {}
        return [lent.core for lent in every]

    def _take(self, key: Hashable, make: Callable[[], Core]) -> _Lent:
        with self._turn:
            if self._at_exit is None:
                # Workers of multiprocessing end without atexit, with these.
                self._at_exit = Finalize(None, self._close_at_exit, exitpriority=0)
            lent = self._open.pop(key, None) or _Lent(make())
            self._open[key] = lent  # the last one is the latest
            lent.users += 1
            return lent

    def _give_back(self, lent: _Lent) -> None:
        with self._turn:
            lent.users -= 1
            idle = [key for key, each in self._open.items() if not each.users]
            surplus = max(0, len(self._open) - self._most)
            closing = [self._open.pop(key) for key in idle[:surplus]]
        for each in closing:
            each.core.close()


_kept = Kept()


def kept() -> Kept:
    """Return those of this process."""
    return _kept


def _after_fork() -> None:
    global _kept
    _kept = Kept()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
