"""A worker that is made ready in the background, to be there when another is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable

from pybridge.engines.supervision.channel import WorkerLost
from pybridge.engines.supervision.link import Link


class Spare:
    """A worker on its way."""

    def __init__(self, make: Callable[[], Link]) -> None:
        """Begin.

        Args:
            make: starts a worker and tells it all it needs; called in another thread.
        """
        self._make = make
        self._link: Link | None = None
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def take(self) -> Link:
        """Return the worker, waiting for it if need be.

        Raises:
            WorkerLost: when it did not come up.
        """
        self._thread.join()
        if self._link is None:
            raise self._failure or WorkerLost("crash", "the spare worker did not come up")
        return self._link

    def discard(self) -> None:
        """End the worker."""
        self._thread.join()
        if self._link is not None:
            self._link.channel.kill()

    def _run(self) -> None:
        try:
            self._link = self._make()
        except Exception as error:  # it belongs to the thread that asks for the worker
            self._failure = error
