"""How time grows with the size of the input: a ratio within one process, so that a busy machine does not matter."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

LINEAR = 2.5
"""The most that twice the input may take, as a multiple."""
_RUNS = 5


def growth(action: Callable[[str], object], make: Callable[[int], str], size: int) -> float:
    """Return by how much processor time grows when *make* is asked for twice the *size*.

    The best of several runs each: what slows one run down makes no other one faster.
    """
    once, twice = make(size), make(2 * size)
    action(once)  # what is made once is made now
    runs = [(_seconds(action, once), _seconds(action, twice)) for _ in range(_RUNS)]
    return min(run[1] for run in runs) / min(run[0] for run in runs)


def _seconds(action: Callable[[str], object], text: str) -> float:
    gc.collect()
    gc.disable()  # it would look at what the whole test run holds
    try:
        started = time.process_time()
        action(text)
        return time.process_time() - started
    finally:
        gc.enable()
