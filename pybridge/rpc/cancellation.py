"""Cancel a request while it is carried out."""

from __future__ import annotations

import threading


class Interrupted(Exception):
    """A request was cancelled while it was carried out."""


class Token:
    """Says whether a request was cancelled."""

    def __init__(self) -> None:
        self._is_cancelled = threading.Event()

    def cancel(self) -> None:
        """Say so from now on."""
        self._is_cancelled.set()

    def check(self) -> None:
        """Return if the request is to go on.

        Raises:
            Interrupted: when it is not.
        """
        if self._is_cancelled.is_set():
            raise Interrupted
