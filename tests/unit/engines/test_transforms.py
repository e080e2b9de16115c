"""Transforms that hang or kill: skipped, charged, and the post goes on as it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from pybridge.engines.limits import Limits
from pybridge.engines.native.engine import open_native
from pybridge.engines.protocol import Script
from pybridge.engines.supervision.supervisor import SupervisedEngine
from pybridge.errors import EngineCrashed, RemoteError
from tests.unit.engines.simulator import Log, SimulatedWorker

POST = {"title": "Hello", "content": "World", "tags": [], "categories": []}
LIMITS = Limits(input_bytes=10_000)


def engine_of(log: Log) -> SupervisedEngine:
    return SupervisedEngine("simulated", lambda: SimulatedWorker(log), LIMITS)


def charged(engine: SupervisedEngine, paths: Sequence[str]) -> dict[str, str]:
    outcome = engine.transform(POST, {"paths": list(paths)})
    return {path: charge["code"] for path, charge in outcome["charged"].items()}


@pytest.mark.parametrize(
    ("fate", "code"), [("hang", "timeout"), ("die", "crash"), ("garbage", "crash")]
)
def test_only_the_culprit_is_charged_and_the_others_run_again(fate: str, code: str) -> None:
    log = Log()
    with engine_of(log) as engine:
        assert charged(engine, ["a", fate, "b"]) == {fate: code}
    assert log.ran == ["a", fate, "a", "b"]
    assert log.spawned == 2


def test_several_culprits_are_each_charged() -> None:
    log = Log()
    with engine_of(log) as engine:
        assert charged(engine, ["die1", "a", "hang2"]) == {"die1": "crash", "hang2": "timeout"}
    assert log.spawned == 3


def test_a_transform_that_keeps_killing_is_not_run_again() -> None:
    log = Log()
    with engine_of(log) as engine:
        engine.load([Script("die", "x")])
        codes = [charged(engine, ["die"])["die"] for _ in range(5)]
    assert codes == ["crash"] * 3 + ["quarantined"] * 2
    assert log.ran == ["die"] * 3


def test_a_worker_that_dies_before_any_transform_is_an_error() -> None:
    with engine_of(Log()) as engine, pytest.raises(EngineCrashed):
        engine.transform(POST, {"paths": None})


@pytest.mark.parametrize(
    ("post", "code"),
    [
        pytest.param({"title": "x" * 20_000}, "input-limit", id="too large"),
        pytest.param({"title": float("nan")}, "schema", id="no JSON"),
    ],
)
def test_a_post_that_cannot_be_sent_is_refused(post: Any, code: str) -> None:
    log = Log()
    with engine_of(log) as engine:
        with pytest.raises(RemoteError) as caught:
            engine.transform(post, {"paths": []})
        assert charged(engine, ["a"]) == {}
    assert (caught.value.to_json()["code"], log.spawned) == (code, 1)


def test_the_real_engine_skips_what_hangs_and_goes_on() -> None:
    adding = "def transform(post):\n    post['title'] += '!'\n"
    hanging = "def transform(post):\n    post['title'] = 'lost'\n    while True: pass\n"
    with open_native(Limits(item_s=0.3)) as engine:
        sources = {"a": adding, "b": hanging, "c": adding}
        engine.load([Script(f"scripts/{name}.py", text) for name, text in sources.items()])
        outcome = engine.transform(POST, {})
        with pytest.raises(RemoteError):
            engine.transform({**POST, "title": ""}, {})
    assert outcome["post"] == {**POST, "title": "Hello!!"}
    assert outcome["applied"] == ["a", "c"]
    [error] = outcome["errors"]
    assert (error["scriptSlug"], error["code"]) == ("b", "timeout")
