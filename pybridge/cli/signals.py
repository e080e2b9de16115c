"""Signals that end this process: its exit code is 128 and the number of the signal, and nobody sees a traceback."""

from __future__ import annotations

import os
import signal
import sys
import threading
from functools import partial
from types import FrameType
from typing import NoReturn

_ENDING = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name)
)

_AGAIN_S = 0.01


def end_at_once() -> None:
    """From now on, a signal ends this process without any cleaning up: there is nothing yet, or nothing more, to clean up."""
    for number in _ENDING:
        _handle(number, _end_at_once)


def end_in_order() -> None:
    """From now on, a signal raises `KeyboardInterrupt` or `SystemExit`; a second one ends this process at once."""
    for number in _ENDING:
        _handle(number, _end_in_order)


def _handle(number: int, handler: object) -> None:
    if signal.getsignal(number) != signal.SIG_IGN:  # as `nohup` and `&` of a shell ask for
        signal.signal(number, handler)  # type: ignore[arg-type]


def _end_at_once(number: int, _: FrameType | None) -> NoReturn:
    os._exit(128 + number)


def _end_in_order(number: int, _: FrameType | None) -> NoReturn:
    end_at_once()
    sys.unraisablehook = partial(_raise_again, number)
    _raise(number)


def _raise(number: int) -> NoReturn:
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    sys.exit(128 + number)


def _raise_again(number: int, lost: sys.UnraisableHookArgs) -> None:
    """Raise what the interpreter dropped, a moment later: it does so in callbacks of weak references, which every import has."""
    is_ours = lost.exc_type in (KeyboardInterrupt, SystemExit)
    if not is_ours or threading.current_thread() is not threading.main_thread():
        sys.__unraisablehook__(lost)
    elif hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, lambda *_: _raise(number))
        signal.setitimer(signal.ITIMER_REAL, _AGAIN_S)
