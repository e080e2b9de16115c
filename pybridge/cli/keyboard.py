"""Lines from standard input while a command runs."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable

_BACKGROUND_S = 0.5
_STDIN = 0


def on_enter(then: Callable[[], None]) -> None:
    """Call *then* in another thread for each line of standard input, until that ends."""
    if sys.stdin is None:  # closed: its number may by now belong to another file
        return
    thread = threading.Thread(target=_listen, args=(then,), name="pybridge-enter", daemon=True)
    thread.start()


def _listen(then: Callable[[], None]) -> None:
    try:
        while piece := _read():
            for _ in range(piece.count(b"\n")):
                then()
    except OSError:
        return  # what cannot be read has no lines


def _read() -> bytes:
    """Return what was typed; not through `sys.stdin`, whose lock would outlive the main thread."""
    if os.name == "posix":
        import select

        while not select.select([_STDIN], [], [])[0] or _is_in_background():
            time.sleep(_BACKGROUND_S)
    return os.read(_STDIN, 4096)


def _is_in_background() -> bool:
    """Whether the shell runs another command; the system stops who reads from the terminal then."""
    return os.isatty(_STDIN) and os.tcgetpgrp(_STDIN) != os.getpgrp()
