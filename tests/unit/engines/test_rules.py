"""The rules of failure, held to the same table as the client's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pybridge.abi.naming import to_camel, to_snake
from pybridge.engines.supervision.rules import Action, Event, State, decide, is_one_by_one

TABLE: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "failures" / "decisions.json").read_text("utf-8")
)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in TABLE])
def test_decisions(case: dict[str, Any]) -> None:
    state = State(**{to_snake(name): value for name, value in case["state"].items()})
    after, action = decide(state, Event(**case["event"]))
    assert {"state": members(after), "action": said(action)} == case["expected"]


def members(state: State) -> dict[str, Any]:
    return {to_camel(name): value for name, value in vars(state).items()}


def said(action: Action) -> dict[str, Any]:
    return {name: value for name, value in vars(action).items() if value is not None}


@pytest.mark.parametrize(
    ("state", "count", "characters", "expected"),
    [
        pytest.param(State("documents"), 8, 20_000, True, id="a-few"),
        pytest.param(State("documents"), 9, 10, False, id="many-items"),
        pytest.param(State("documents"), 1, 20_001, False, id="a-long-document"),
        pytest.param(State("calls", alone=True), 100, 10**6, True, id="after-a-loss"),
    ],
)
def test_small_messages_are_answered_one_item_at_a_time(
    state: State, count: int, characters: int, expected: bool
) -> None:
    assert is_one_by_one(state, count, characters) is expected
