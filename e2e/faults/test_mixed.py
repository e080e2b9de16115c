"""Good calls among bad ones, and faults at the ports: every good one right, every bad one with its code."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from e2e.faults.conftest import NOTHING, Ground, sources

pytestmark = pytest.mark.alone

ROUNDS = int(os.environ.get("PYBRIDGE_FAULT_ROUNDS", "1"))
LIMITS = {"itemS": 3, "compileS": 5, "bootS": 60, "memoryMib": 64}

BAD: list[tuple[str, int, list[str]]] = [
    ("loop", 8, ["timeout", "quarantined"]),
    ("sleep", 8, ["timeout", "quarantined"]),
    ("crash", 12, ["crash", "quarantined"]),
    ("fatal", 12, ["crash", "quarantined"]),
    ("memory", 15, ["memory"]),
    ("closed", 15, ["ok"]),
    ("raises", 20, ["exception"]),
]
PORTS = ["lost-message"] * 5 + ["boot-failure"] * 2 + ["spare-dies"] * 2 + ["frame-lost"]
GOOD = 1000


@pytest.mark.timeout(120 + 120 * ROUNDS)
def test_every_good_call_is_right_and_every_bad_one_has_its_code(ground: Ground) -> None:
    ground.start(limits=LIMITS, spares=1)
    codes: Counter[str] = Counter()
    restarts = 0
    for number in range(ROUNDS):
        round_ = {"good": GOOD, "bad": BAD, "ports": PORTS, "size": 50, "seed": number}
        # Changed scripts are out of quarantine: each round begins anew.
        ground.load({name: f"# round {number}\n{text}" for name, text in all_sources().items()})
        if number or ROUNDS == 1:
            missing_once(ground, "/pybridge/frame.htm")
        report = ground.page.evaluate("(round) => load.mixed(runtime, round)", round_)
        assert report["wrongs"] == 0, report["wrong"]
        codes += Counter(report["codes"])
        stats = ground.stats()
        assert sum(stats["restartCounts"].values()) > restarts
        restarts = sum(stats["restartCounts"].values())
    assert_adds_up(ground, codes)
    assert ground.left()["targets"] > 0
    ground.page.evaluate("() => runtime.dispose()")
    assert ground.left_in_the_end() == NOTHING
    # The browser's own words about the frame that is missing on purpose.
    assert [said for said in ground.problems if "404 (Not Found)" not in said] == []


def assert_adds_up(ground: Ground, codes: Counter[str]) -> None:
    stats = ground.stats()
    calls = ROUNDS * (GOOD + sum(count for _, count, _ in BAD))
    errors = {code: count for code, count in codes.items() if code != "ok"}
    assert stats["calls"] == {
        "calls": calls,
        "ok": codes["ok"],
        "errors": sum(errors.values()),
        "byCode": errors,
    }
    assert sum(script["calls"] for script in stats["scripts"].values()) == calls
    assert sum(script["errors"] for script in stats["scripts"].values()) == sum(errors.values())
    assert sum(script["timeouts"] for script in stats["scripts"].values()) == codes["timeout"]
    assert len(stats["quarantined"]) == 4
    assert stats["queued"] == 0


def all_sources() -> dict[str, str]:
    return sources("good", *(name for name, _, _ in BAD))


def missing_once(ground: Ground, path: str) -> None:
    """Answer 404 once, then as always."""

    def answer() -> tuple[int, dict[str, str], bytes]:
        ground.server.overrides.pop(path)
        return 404, {}, b""

    ground.server.overrides[path] = answer
