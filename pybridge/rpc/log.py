"""Log to standard error: never blocks, drops messages when nobody reads them."""

from __future__ import annotations

import queue
import sys
import threading
from contextlib import suppress

_KEPT = 200

_lines: queue.Queue[str] = queue.Queue(_KEPT)
_started = threading.Lock()


def log(text: str) -> None:
    """Write *text* to standard error when there is room."""
    if _started.acquire(blocking=False):
        threading.Thread(target=_write, name="pybridge-log", daemon=True).start()
    with suppress(queue.Full):
        _lines.put_nowait(text)


def _write() -> None:
    while True:
        text = _lines.get()
        with suppress(OSError, ValueError):
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()
        _lines.task_done()
