"""The order of requests: changes run one after the other; reads run in parallel, after earlier changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from pybridge.rpc.errors import Busy

READERS = 8
"""Reads that run in parallel."""
RUNNERS = 4
"""Scripts that run in parallel, each in a sandbox of its own."""
MOST_RUNS = 64
"""Runs that wait or run; further ones are refused."""

Task = Callable[[], None]
"""A piece of work; never raises."""


class Order:
    """Runs tasks in its own threads.

    Changes run in the order they come, one at a time. A read begins when the changes that came
    before it are done. What looks at no file begins at once. A run of a script begins like a read, in a
    thread that no read waits for: it may take long, and ask the client.
    """

    def __init__(self) -> None:
        self._changes = ThreadPoolExecutor(1, "pybridge-change")
        self._reads = ThreadPoolExecutor(READERS, "pybridge-read")
        self._runs = ThreadPoolExecutor(RUNNERS, "pybridge-run")
        self._running = 0
        self._last: Future[None] | None = None
        self._lock = threading.Lock()

    def change(self, task: Task) -> None:
        """Run *task* after all earlier changes."""
        with self._lock:
            self._last = self._changes.submit(task)

    def read(self, task: Task) -> None:
        """Run *task* once all earlier changes are done."""
        self._after_changes(self._reads, task)

    def run(self, task: Task) -> None:
        """Run *task*, which runs a script, once all earlier changes are done.

        Raises:
            Busy: when there are too many.
        """
        with self._lock:
            if self._running >= MOST_RUNS:
                raise Busy
            self._running += 1

        def counted() -> None:
            task()
            with self._lock:
                self._running -= 1

        self._after_changes(self._runs, counted)

    def _after_changes(self, pool: ThreadPoolExecutor, task: Task) -> None:
        with self._lock:
            last = self._last
        if last is None:
            pool.submit(task)
        else:
            last.add_done_callback(lambda _: pool.submit(task))

    def pure(self, task: Task) -> None:
        """Run *task* as soon as there is a thread."""
        self._reads.submit(task)

    def close(self) -> None:
        """Finish the requested tasks, then end the threads."""
        self._changes.shutdown(wait=True)
        self._reads.shutdown(wait=True)
        self._runs.shutdown(wait=True)
