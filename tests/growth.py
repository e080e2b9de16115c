"""How time grows with the size of the input: a ratio within one process, so that a busy machine does not matter."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable

LINEAR = 2.5
"""The most that twice the input may take, as a multiple."""
_RUNS = 5
_MOST_RUNS = 30


def growth(action: Callable[[str], object], make: Callable[[int], str], size: int) -> float:
    """Return by how much processor time grows when *make* is asked for twice the *size*.

    The best of several runs each: what slows one run down makes no other one faster. While it seems to be too much,
    there are more runs, for another machine's load slows many in a row.
    """
    once, twice = make(size), make(2 * size)
    action(once)  # what is made once is made now
    best_once = best_twice = math.inf
    for count in range(1, _MOST_RUNS + 1):
        best_once = min(best_once, _seconds(action, once))
        best_twice = min(best_twice, _seconds(action, twice))
        if count >= _RUNS and best_twice / best_once < LINEAR:
            break
    return best_twice / best_once


def _seconds(action: Callable[[str], object], text: str) -> float:
    gc.collect()
    gc.disable()  # it would look at what the whole test run holds
    try:
        started = time.process_time()
        action(text)
        return time.process_time() - started
    finally:
        gc.enable()
