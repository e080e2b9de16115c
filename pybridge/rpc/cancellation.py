"""Cancel a running request."""

from __future__ import annotations

import threading


class Interrupted(Exception):
    """A running request was cancelled."""


class Token:
    """The cancellation of one request."""

    def __init__(self) -> None:
        self._is_cancelled = threading.Event()

    def cancel(self) -> None:
        """Cancel the request."""
        self._is_cancelled.set()

    def check(self) -> None:
        """Return if the request was not cancelled.

        Raises:
            Interrupted: when it is not.
        """
        if self._is_cancelled.is_set():
            raise Interrupted
