"""Every payload of the corpus, in a fresh and in a warm worker, on every sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from e2e.attacks.conftest import Record
from e2e.attacks.corpus import Payload, payloads
from e2e.attacks.grounds import BUSY_S, SETTLES_WITHIN_S, Ground, deadline_s


def case(payload: Payload, ground: str, state: str) -> Any:
    return pytest.param(payload, ground, state, id=f"{ground}-{state}-{payload.name}")


CASES = [
    case(payload, ground, state)
    for ground in ("origin", "worker", "wasi")
    for state in ("fresh", "warm")
    for payload in payloads()
]


@pytest.mark.parametrize(("payload", "ground", "state"), CASES)
def test_it_reaches_nothing_and_disturbs_nobody(
    payload: Payload, ground: str, state: str, grounds: Callable[[str], Ground], record: Record
) -> None:
    came = grounds(ground).attack(payload, fresh=state == "fresh")
    record.setdefault(payload.name, {})[f"{ground}-{state}"] = came.outcome

    assert came.before.benign["seven"] == [7, "7", True, False]
    assert came.outcome not in ("breach", "not-found"), came.said
    assert came.after.benign == came.before.benign
    assert came.after == came.before
    assert came.seconds <= deadline_s(payload) + SETTLES_WITHIN_S + BUSY_S
    if came.counted:
        assert came.counted["calls"] == 1
        assert came.counted["errors"] == (came.outcome not in ("held", "ok"))
        assert came.counted["timeouts"] == (came.outcome == "timeout")
    engine = "wasi" if ground == "wasi" else "browser"
    assert came.outcome in payload.expected.get(engine, {came.outcome}), came.said
