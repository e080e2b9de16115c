"""The order of requests: changes run one after the other; reads run in parallel, after earlier changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

READERS = 8
"""Reads that run in parallel."""

Task = Callable[[], None]
"""A piece of work; never raises."""


class Order:
    """Runs tasks in its own threads.

    Changes run in the order they come, one at a time. A read begins when the changes that came
    before it are done. What looks at no file begins at once.
    """

    def __init__(self) -> None:
        self._changes = ThreadPoolExecutor(1, "pybridge-change")
        self._reads = ThreadPoolExecutor(READERS, "pybridge-read")
        self._last: Future[None] | None = None
        self._lock = threading.Lock()

    def change(self, task: Task) -> None:
        """Run *task* after all earlier changes."""
        with self._lock:
            self._last = self._changes.submit(task)

    def read(self, task: Task) -> None:
        """Run *task* once all earlier changes are done."""
        with self._lock:
            last = self._last
        if last is None:
            self._reads.submit(task)
        else:
            last.add_done_callback(lambda _: self._reads.submit(task))

    def pure(self, task: Task) -> None:
        """Run *task* as soon as there is a thread."""
        self._reads.submit(task)

    def close(self) -> None:
        """Finish the requested tasks, then end the threads."""
        self._changes.shutdown(wait=True)
        self._reads.shutdown(wait=True)
