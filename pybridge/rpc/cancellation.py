"""Cancel a running request."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Interrupted(Exception):
    """A running request was cancelled."""


class Token:
    """The cancellation of one request."""

    def __init__(self) -> None:
        self._is_cancelled = threading.Event()
        self._callbacks: dict[object, Callable[[], object]] = {}
        self._lock = threading.Lock()

    def cancel(self) -> None:
        """Cancel the request."""
        with self._lock:
            self._is_cancelled.set()
            callbacks, self._callbacks = list(self._callbacks.values()), {}
        for callback in callbacks:
            callback()

    def on_cancel(self, callback: Callable[[], object]) -> Callable[[], None]:
        """Call *callback* once when the request is cancelled, at once if it is; return a function that stops it."""
        key = object()
        with self._lock:
            is_late = self._is_cancelled.is_set()
            if not is_late:
                self._callbacks[key] = callback
        if is_late:
            callback()

        def forget() -> None:
            with self._lock:
                self._callbacks.pop(key, None)

        return forget

    def check(self) -> None:
        """Return if the request was not cancelled.

        Raises:
            Interrupted: when it is not.
        """
        if self._is_cancelled.is_set():
            raise Interrupted
