"""Payloads of the corpus, in a fresh and in a warm worker, on every sandbox; selection.py says which."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from e2e.attacks.corpus import Payload
from e2e.attacks.grounds import BUSY_S, SETTLES_WITHIN_S, Aftermath, Ground, deadline_s
from e2e.attacks.record import Outcomes
from e2e.attacks.selection import selected

Grounds = Callable[[str], Ground]


def cases(ground: str) -> pytest.MarkDecorator:
    """Parametrise by the attacks on a ground; each state may run in a process of its own."""
    return pytest.mark.parametrize(
        ("payload", "state"),
        [
            pytest.param(
                payload,
                state,
                id=f"{ground}-{state}-{payload.name}",
                marks=pytest.mark.xdist_group(f"{ground}-{state}"),
            )
            for payload, where, state in selected()
            if where == ground
        ],
    )


def attack(ground: Ground, payload: Payload, state: str, record: Outcomes) -> None:
    """Run the payload, see that it reached nothing and disturbed nobody, and record its outcome."""
    came = ground.attack(payload, fresh=state == "fresh")

    assert came.before.benign["seven"] == [7, "7", True, False]
    engine = ground.name if ground.name in ("wasi", "native") else "browser"
    assert came.outcome != "not-found", came.said
    assert came.outcome != "breach" or engine == "native", came.said
    assert came.after.benign == came.before.benign
    assert came.after == came.before or engine == "native"
    assert came.seconds <= deadline_s(payload) + SETTLES_WITHIN_S + BUSY_S
    assert_counted(came)
    assert came.outcome in payload.expected.get(engine, {came.outcome}), came.said
    record.setdefault(payload.name, {})[f"{ground.name}-{state}"] = came.outcome


def assert_counted(came: Aftermath) -> None:
    """See that the host, where it counts, counted one call and its end."""
    if came.counted:
        assert came.counted["calls"] == 1
        assert came.counted["errors"] == (came.outcome not in ("held", "ok"))
        assert came.counted["timeouts"] == (came.outcome == "timeout")


# A class for each ground, so that whole grounds can be given to several processes.


@pytest.mark.every_browser
class TestOrigin:
    @cases("origin")
    def test_it_reaches_nothing_and_disturbs_nobody(
        self, payload: Payload, state: str, grounds: Grounds, record: Outcomes
    ) -> None:
        attack(grounds("origin"), payload, state, record)


class TestWorker:
    @cases("worker")
    def test_it_reaches_nothing_and_disturbs_nobody(
        self, payload: Payload, state: str, grounds: Grounds, record: Outcomes
    ) -> None:
        attack(grounds("worker"), payload, state, record)


class TestWasi:
    @cases("wasi")
    def test_it_reaches_nothing_and_disturbs_nobody(
        self, payload: Payload, state: str, grounds: Grounds, record: Outcomes
    ) -> None:
        attack(grounds("wasi"), payload, state, record)


class TestNative:
    """What it does not promise: `attack` sees that it happens, and that other macros are as before."""

    @cases("native")
    def test_it_happens_there(
        self, payload: Payload, state: str, grounds: Grounds, record: Outcomes
    ) -> None:
        attack(grounds("native"), payload, state, record)
