"""Notices for a person who waits. The command line shows them on a terminal; a host may listen to the logger `pybridge`."""

from __future__ import annotations

from collections.abc import Callable

_listener: Callable[[str], None] | None = None


def show(listener: Callable[[str], None]) -> None:
    """From now on, pass notices to *listener* instead of the logger."""
    global _listener
    _listener = listener


def waiting(message: str) -> None:
    """Say why something takes a while."""
    if _listener is not None:
        _listener(message)
        return
    import logging  # the command line does without

    logging.getLogger("pybridge").info(message)
