"""The rules of failure, held to the same table as the client's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pybridge.abi.naming import to_camel, to_snake
from pybridge.engines.supervision.rules import Action, Event, State, decide

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
