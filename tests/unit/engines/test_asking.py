"""What the scripts of a post ask is asked once, and what is kept for that is bounded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybridge.engines import asking
from pybridge.engines.asking import AskedTooMuch, Asking

Json = dict[str, Any]


class Application:
    def __init__(self) -> None:
        self.asked: list[tuple[str, Json]] = []

    def open(self, script: str) -> Any:
        def answer(calls: Sequence[Json]) -> list[Json]:
            self.asked += [(script, call) for call in calls]
            return [{"value": len(self.asked)} for _ in calls]

        return answer


def call(number: int) -> Json:
    return {"tool": "t", "args": {"n": number}}


MESSAGES = st.lists(
    st.tuples(st.sampled_from(["a", "b"]), st.lists(st.integers(0, 2), min_size=1, max_size=3)),
    max_size=8,
)


@given(MESSAGES, st.integers(0, 8))
def test_a_post_that_begins_anew_gets_the_same_answers(
    messages: list[tuple[str, list[int]]], lost_after: int
) -> None:
    """The worker is lost after some messages; the next one asks the same from the start, and goes on."""
    application = Application()
    kept = Asking(application.open)
    sent = [(script, [*map(call, numbers)]) for script, numbers in messages]
    first = [kept.answers(*each) for each in sent[:lost_after]]
    kept.begin()
    again = [kept.answers(*each) for each in sent]
    assert again[: len(first)] == first
    assert application.asked == [(script, each) for script, calls in sent for each in calls]


def test_another_call_at_the_same_place_is_asked_for() -> None:
    application = Application()
    kept = Asking(application.open)
    kept.answers("a", [call(1)])
    kept.answers("a", [call(2)])
    kept.begin()
    assert kept.answers("a", [call(1)]) == [{"value": 1}]
    assert kept.answers("a", [call(3)]) == [{"value": 3}]
    assert [each["args"]["n"] for _, each in application.asked] == [1, 2, 3]


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_KEPT_BYTES", 1000)
    application = Application()
    kept = Asking(application.open)
    with pytest.raises(AskedTooMuch):
        _ = [kept.answers("a", [call(number)]) for number in range(100)]
    assert len(application.asked) < 40
