"""Posts that cannot be sent, and transforms that hang in a real engine; tests/failures has the rest."""

from __future__ import annotations

from typing import Any

import pytest

from pybridge.engines.limits import Limits
from pybridge.engines.native.engine import open_native
from pybridge.engines.protocol import Script
from pybridge.engines.supervision.supervisor import Supervisor
from pybridge.errors import RemoteError
from tests.unit.engines.simulator import Log, SimulatedWorker

POST = {"title": "Hello", "content": "World", "tags": [], "categories": []}
LIMITS = Limits(input_bytes=10_000)


def engine_of(log: Log) -> Supervisor:
    return Supervisor("simulated", lambda: SimulatedWorker(log), LIMITS)


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
            engine.transform(post, {})
        assert engine.transform(POST, {})["errors"] == []
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
