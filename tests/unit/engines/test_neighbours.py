"""No script reaches the calls, results or data of another one in the WASI sandbox.

In the native engine scripts share an interpreter; it promises nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from pybridge.engines import EngineChoice, open_engine
from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Engine, Script
from tests.amounts import IS_LONG, MORE
from tests.components import in_component
from tests.neighbours import (
    GOOD_TRANSFORM,
    MARK,
    NEIGHBOURS,
    POST,
    SAMPLE,
    TRIED,
    brief,
    call,
    outcomes_around,
    script_of,
    transform_of,
)


@pytest.fixture(scope="module", params=["wasi", in_component])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with open_engine(request.param, limits=Limits(item_s=20)) as running:
        running.load([Script(f"scripts/{name}.py", text) for name, text in NEIGHBOURS.items()])
        yield running


@pytest.fixture(scope="module")
def clean(engine: Engine) -> list[list[str]]:
    """The outcomes of good neighbours among themselves."""
    return around(engine, [])


def around(engine: Engine, evil: Sequence[str]) -> list[list[str]]:
    """Return what good calls and documents give with *evil* ones between them, one at a time and in slices."""

    def documents_of(documents: list[Any]) -> Sequence[Any]:
        return engine.render_documents(documents, {})

    return [outcomes_around(engine.render_calls, documents_of, evil, more) for more in (0, MORE)]


@pytest.mark.parametrize("way", TRIED)
def test_good_neighbours_come_out_as_alone(
    engine: Engine, clean: list[list[str]], way: str
) -> None:
    engine.load([Script(f"scripts/{way}.py", script_of(way))])
    for _ in ("fresh", "warm"):
        assert around(engine, [way]) == clean
    assert around(engine, []) == clean


def test_ways_do_not_meet_one_another(engine: Engine, clean: list[list[str]]) -> None:
    engine.load([Script(f"scripts/{way}.py", script_of(way)) for way in SAMPLE])
    assert around(engine, SAMPLE) == clean
    assert around(engine, SAMPLE[::-1]) == clean


@pytest.mark.parametrize("wanted", ["wasi", in_component])
@pytest.mark.parametrize("way", TRIED if IS_LONG else SAMPLE[:2])
def test_a_transform_changes_its_own_post_only(way: str, wanted: str | EngineChoice) -> None:
    with open_engine(wanted, limits=Limits(item_s=20)) as engine:
        sources = {"a": GOOD_TRANSFORM, "b": transform_of(way), "c": GOOD_TRANSFORM}
        engine.load([Script(f"scripts/{name}.py", text) for name, text in sources.items()])
        for _ in ("fresh", "warm"):
            outcome = engine.transform(POST, {})
            assert outcome["post"]["title"] in ("t good evil good", "t good good")
            assert {"a", "c"} <= {*outcome["applied"]}
            assert MARK not in brief({**outcome, "stderr": ""})  # its own words


def test_a_program_leaves_nothing_to_others(engine: Engine, clean: list[list[str]]) -> None:
    for way in SAMPLE:
        source = f"{script_of(way)}\nprint(tried(None))\n"
        ran = engine.run({"path": "scripts/tool.py", "content": source}, [])
        assert ran["status"] == "ok"
        assert around(engine, []) == clean


def test_the_ways_are_real() -> None:
    """They do change neighbours where scripts share an interpreter."""
    with open_engine("native", limits=Limits(item_s=20)) as engine:
        engine.load([Script("scripts/good.py", NEIGHBOURS["good"])])
        engine.load([Script("scripts/getframe.py", script_of("getframe"))])
        outcomes = engine.render_calls([call("good", 1), call("getframe"), call("good", 2)])
        assert MARK in brief(outcomes)
