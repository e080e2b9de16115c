"""No script reaches the calls, results or data of another one in the browser; tests/neighbours.py has the ways.

`tests/unit/engines/test_neighbours.py` tries the same in the WASI sandbox.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from e2e.conftest import Host, Lasting, borrowed
from tests.amounts import IS_LONG
from tests.neighbours import (
    GOOD_TRANSFORM,
    MARK,
    NEIGHBOURS,
    WAYS,
    brief,
    call,
    document,
    script_of,
    transform_of,
)

SAMPLE = [
    *("getframe", "generator_frame", "collector_callback", "modules_of_scripts", "codec"),
]
"""One of each kind: every way costs an interpreter. A long run takes all."""
TRIED = [*WAYS] if IS_LONG else SAMPLE
POST: dict[str, Any] = {"title": "t", "content": "x", "tags": [], "categories": []}


@pytest.fixture
def host(lasting: Lasting) -> Iterator[Host]:
    """A page whose scripts have time for walks through everything they find."""
    with borrowed(lasting(20)) as opened:
        yield opened


def outcomes_around(host: Host, evil: list[str]) -> list[Any]:
    """Return what good calls and documents give with others between them."""
    calls = [call("good", 1), *map(call, evil), call("good_class", 2), call("good", 3)]
    made = host.do("calls", calls=calls)
    kept = [
        outcome
        for asked, outcome in zip(calls, made, strict=True)
        if asked["macro"]["name"] not in evil
    ]
    names = ["good", *evil, "good_class", "good"]
    documents = [document(*names), document("good")]
    first, second = host.do("documents", documents=documents, shared={})
    macros = [
        (macro["name"], macro["status"], macro["result"])
        for macro in first["macros"]
        if macro["name"] not in evil
    ]
    return [brief(kept), brief(macros), second["output"]]


@pytest.mark.parametrize("way", TRIED)
def test_good_neighbours_come_out_as_alone(host: Host, way: str) -> None:
    host.load(**NEIGHBOURS)
    clean = outcomes_around(host, [])
    host.load(**{way: script_of(way)})
    for _ in ("fresh", "warm"):
        assert outcomes_around(host, [way]) == clean
    assert outcomes_around(host, []) == clean


def test_ways_do_not_meet_one_another(host: Host) -> None:
    host.load(**NEIGHBOURS)
    clean = outcomes_around(host, [])
    host.load(**{way: script_of(way) for way in SAMPLE})
    assert outcomes_around(host, SAMPLE) == clean
    assert outcomes_around(host, SAMPLE[::-1]) == clean


@pytest.mark.parametrize("way", [*WAYS] if IS_LONG else SAMPLE[:2])
def test_a_transform_changes_its_own_post_only(host: Host, way: str) -> None:
    host.load(a=GOOD_TRANSFORM, b=transform_of(way), c=GOOD_TRANSFORM)
    for _ in ("fresh", "warm"):
        outcome = host.do("transform", post=POST, context={})
        assert outcome["post"]["title"] in ("t good evil good", "t good good")
        assert {"a", "c"} <= {*outcome["applied"]}
        assert MARK not in brief(outcome)


def test_a_program_leaves_nothing_to_others(host: Host) -> None:
    host.load(**NEIGHBOURS)
    clean = outcomes_around(host, [])
    for way in SAMPLE:
        source = f"{script_of(way)}\nprint(tried(None))\n"
        ran = host.do("run", script={"path": "scripts/tool.py", "content": source})
        assert ran["status"] == "ok"
        assert outcomes_around(host, []) == clean
