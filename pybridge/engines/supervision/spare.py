"""A worker that is started in the background, to replace one that is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable

from pybridge.engines.supervision.channel import WorkerLost
from pybridge.engines.supervision.worker_link import WorkerLink


class Spare:
    """A worker that starts in a thread of its own."""

    def __init__(self, make: Callable[[], WorkerLink]) -> None:
        """Begin.

        Args:
            make: Starts a worker and sends it limits and scripts; called in another thread.
        """
        self._make = make
        self._link: WorkerLink | None = None
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def take(self) -> WorkerLink:
        """Return the worker, and wait for it if it is not ready.

        Raises:
            WorkerLost: when it did not start.
        """
        self._thread.join()
        if self._link is None:
            raise self._failure or WorkerLost("crash", "the spare worker did not start")
        return self._link

    def discard(self) -> None:
        """End the worker."""
        self._thread.join()
        if self._link is not None:
            self._link.channel.kill()

    def _run(self) -> None:
        try:
            self._link = self._make()
        except Exception as error:  # raised again in the thread that takes the worker
            self._failure = error
