"""Workers end at random under load: what is innocent comes out right, and in time."""

from __future__ import annotations

import os

import pytest

from e2e.faults.conftest import NOTHING, Ground, keep, sources

pytestmark = pytest.mark.alone

KILLS = int(os.environ.get("PYBRIDGE_KILLS", "20"))
CALLS = KILLS * 100
PACE_MS = 5
"""Milliseconds for each call: half a second between two kills."""
FRAMES_PER_100 = 2
"""Of a hundred ends, how many take the whole frame along."""


@pytest.mark.timeout(120 + 5 * KILLS)
def test_innocent_calls_are_right_whoever_ends(ground: Ground) -> None:
    ground.start(limits={"itemS": 5, "memoryMib": 128}, spares=1)
    ground.load(sources("good"))
    load = {
        "calls": CALLS,
        "kills": KILLS,
        "paceMs": PACE_MS,
        "frames": max(1, KILLS * FRAMES_PER_100 // 100),
        "seed": 1,
    }
    report = ground.page.evaluate("(load_) => load.killed(runtime, load_)", load)
    stats = ground.stats()
    keep("killed", {**report, "restarts": stats["restartCounts"], "frames": stats["sandboxes"]})
    assert report["wrongs"] == 0, report["wrong"]
    assert (report["calls"], report["kills"]) == (CALLS, KILLS)
    assert stats["calls"] == {"calls": CALLS, "ok": CALLS, "errors": 0, "byCode": {}}
    assert stats["quarantined"] == []
    assert stats["sandboxes"] > 1
    assert set(stats["restartCounts"]) == {"crash"}
    ground.page.evaluate("() => runtime.dispose()")
    assert ground.left_in_the_end() == NOTHING
    assert ground.problems == []
