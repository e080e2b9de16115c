"""No script reaches the calls, results or data of another one in the browser; tests/neighbours.py has the ways.

`tests/unit/engines/test_neighbours.py` tries the same in the WASI sandbox.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from e2e.conftest import Host, Lasting, borrowed
from tests.amounts import IS_LONG, MORE
from tests.neighbours import (
    GOOD_TRANSFORM,
    MARK,
    NEIGHBOURS,
    POST,
    SAMPLE,
    TRIED,
    brief,
    outcomes_around,
    script_of,
    transform_of,
)


@pytest.fixture
def host(lasting: Lasting) -> Iterator[Host]:
    """A page whose scripts have time for walks through everything they find."""
    with borrowed(lasting(20)) as opened:
        yield opened


def around(host: Host, evil: Sequence[str]) -> list[list[str]]:
    """Return what good calls and documents give with *evil* ones between them, one at a time and in slices."""

    def calls_of(calls: list[Any]) -> Sequence[Any]:
        return list(host.do("calls", calls=calls))

    def documents_of(documents: list[Any]) -> Sequence[Any]:
        return list(host.do("documents", documents=documents, shared={}))

    return [outcomes_around(calls_of, documents_of, evil, more) for more in (0, MORE)]


@pytest.mark.parametrize("way", TRIED)
def test_good_neighbours_come_out_as_alone(host: Host, way: str) -> None:
    host.load(**NEIGHBOURS)
    clean = around(host, [])
    host.load(**{way: script_of(way)})
    for _ in ("fresh", "warm"):
        assert around(host, [way]) == clean
    assert around(host, []) == clean


def test_ways_do_not_meet_one_another(host: Host) -> None:
    """Each way has its interpreter, and leaves one that must be replaced."""
    ways = SAMPLE if IS_LONG else SAMPLE[:4]
    host.load(**NEIGHBOURS)
    clean = around(host, [])
    host.load(**{way: script_of(way) for way in ways})
    assert around(host, ways) == clean
    assert around(host, ways[::-1]) == clean


@pytest.mark.parametrize("way", TRIED if IS_LONG else SAMPLE[:2])
def test_a_transform_changes_its_own_post_only(host: Host, way: str) -> None:
    host.load(a=GOOD_TRANSFORM, b=transform_of(way), c=GOOD_TRANSFORM)
    for _ in ("fresh", "warm"):
        outcome = host.do("transform", post=POST, context={})
        assert outcome["post"]["title"] in ("t good evil good", "t good good")
        assert {"a", "c"} <= {*outcome["applied"]}
        assert MARK not in brief({**outcome, "stderr": ""})  # its own words


def test_a_program_leaves_nothing_to_others(host: Host) -> None:
    host.load(**NEIGHBOURS)
    clean = around(host, [])
    for way in SAMPLE:
        source = f"{script_of(way)}\nprint(tried(None))\n"
        ran = host.do("run", script={"path": "scripts/tool.py", "content": source})
        assert ran["status"] == "ok"
        assert around(host, []) == clean
