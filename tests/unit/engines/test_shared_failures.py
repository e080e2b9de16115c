"""The failure rules that the JavaScript client is held to as well, over the simulated worker."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Script
from pybridge.engines.supervision.supervisor import SupervisedEngine
from tests.unit.engines.simulator import Log, SimulatedWorker

TABLE: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "failures" / "calls.json").read_text("utf-8")
)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in TABLE])
def test_as_in_the_renderer(case: dict[str, Any]) -> None:
    log = Log()
    with SupervisedEngine("simulated", lambda: SimulatedWorker(log), Limits()) as engine:
        engine.load(scripts(case["scripts"]))
        for step in case["rounds"]:
            engine.load(scripts(step.get("load", {})))
            calls = [{"macro": {"name": name}} for name in step["calls"]]
            assert [brief(each) for each in engine.render_calls(calls)] == step["expected"]


def scripts(contents: dict[str, str]) -> list[Script]:
    return [Script(f"{name}.py", content) for name, content in contents.items()]


def brief(outcome: dict[str, Any]) -> str:
    return str(outcome["result"]["html"] if "result" in outcome else outcome["error"]["code"])
