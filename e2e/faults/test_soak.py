"""A long mix of everything: what it takes at the end is what it took after the first third."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import pytest

from e2e.faults.conftest import NOTHING, Ground, keep, sources

pytestmark = pytest.mark.alone

SECONDS = float(os.environ.get("PYBRIDGE_SOAK_S", "10"))
SPAN_S = SECONDS / 24
"""Seconds between two looks."""

LOOKS_LEAST = 6
"""Fewer cannot be compared in thirds: a short soak goes on until there are as many."""

BAD: list[tuple[str, int, list[str]]] = [
    ("crash", 1, ["crash", "quarantined"]),
    ("memory", 1, ["memory", "timeout"]),
    ("closed", 3, ["ok"]),
    ("raises", 5, ["exception"]),
]
LIMITS = {"itemS": 2, "memoryMib": 64}
STEADY = {"good": 2000, "bad": [], "ports": [], "size": 20, "seed": 0}
"""What a worker that nothing ever harms does between two looks."""


@dataclass
class Looks:
    """What was seen from time to time."""

    steady: int
    """What the runtime beside the mix has open."""
    page_bytes: list[float] = field(default_factory=list)
    """JavaScript heap of the page, after a collection."""
    worker_bytes: list[float] = field(default_factory=list)
    """Heap of one worker that lives from the beginning to the end; those in the mix are as large as a script left them."""
    handles: list[float] = field(default_factory=list)
    """Timers, listeners, ports, frames and targets of the mix that are open."""
    call_ms: list[float] = field(default_factory=list)
    """99th percentile of the calls since the last look."""

    def growth(self) -> dict[str, float]:
        """Return the last third's median over the second third's, of each; the first third warms up."""
        return {name: _growth(values) for name, values in vars(self).items() if name != "steady"}


def _growth(values: list[float]) -> float:
    third = len(values) // 3
    return round(median(values[-third:]) / max(1, median(values[third : 2 * third])), 3)


@pytest.mark.timeout(240 + 2 * SECONDS)
def test_nothing_grows(ground: Ground) -> None:
    start_steady(ground)
    looks = Looks(steady=sum(ground.left().values()))
    ground.start(limits=LIMITS, spares=1)
    rounds = calls = 0
    end = time.monotonic() + SECONDS
    while time.monotonic() < end or rounds < LOOKS_LEAST:
        calls += one_span(ground, rounds, time.monotonic() + SPAN_S, looks)
        rounds += 1
        look(ground, looks)
    growth = looks.growth()
    keep("soak", {"seconds": SECONDS, "calls": calls, "growth": growth, **vars(looks)})
    assert growth["page_bytes"] < 1.2, looks
    assert growth["worker_bytes"] < 1.2, looks
    assert growth["handles"] < 1.5, looks
    assert growth["call_ms"] < 4, looks
    assert ground.page.evaluate("() => steady.stats().generation") == 1, "it did not live that long"
    ground.page.evaluate("() => Promise.all([runtime.dispose(), steady.dispose()])")
    assert ground.left_in_the_end() == NOTHING
    assert ground.problems == []


def one_span(ground: Ground, number: int, end: float, looks: Looks) -> int:
    """Load changed scripts, then mix until *end*; return how many calls that were."""
    texts = sources("good", *(name for name, _, _ in BAD))
    ground.load({name: f"# round {number}\n{text}" for name, text in texts.items()})
    calls, slowest = 0, []
    while time.monotonic() < end or not calls:
        round_ = {"good": 500, "bad": BAD, "ports": [], "size": 20, "seed": number + calls}
        report: Any = ground.page.evaluate("(round) => load.mixed(runtime, round)", round_)
        assert report["wrongs"] == 0, report["wrong"]
        calls += report["calls"]
        slowest.append(report["p99Ms"])
    looks.call_ms.append(median(slowest))
    return calls


def start_steady(ground: Ground) -> None:
    options = {"limits": LIMITS, "spares": 0}
    ground.page.evaluate("async (o) => { globalThis.steady = await load.start(o) }", options)
    script = {"path": "scripts/good.py", "content": sources("good")["good"]}
    ground.page.evaluate("(script) => steady.load([script])", script)


def look(ground: Ground, looks: Looks) -> None:
    report: Any = ground.page.evaluate("(round) => load.mixed(steady, round)", STEADY)
    assert report["wrongs"] == 0, report["wrong"]
    filled = ground.page.evaluate("() => runtime.heapBytes()")
    workers = 1 + ground.page.evaluate("() => runtime.stats().isolated")
    assert filled <= workers * LIMITS["memoryMib"] << 20
    ground.page.wait_for_function("() => runtime.stats().sparesReady === 1", timeout=20_000)
    ground.page.request_gc()
    seen = ground.page.evaluate(
        "async () => [performance.memory.usedJSHeapSize, await steady.heapBytes()]"
    )
    looks.page_bytes.append(seen[0])
    looks.worker_bytes.append(seen[1])
    looks.handles.append(sum(ground.left().values()) - looks.steady)
