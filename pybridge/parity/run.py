"""Put sets of cases through engines and compare what comes out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pybridge.engines import EngineChoice, open_engine, open_for
from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Engine
from pybridge.errors import RemoteError
from pybridge.parity.cases import Case, CaseSet, JsonObject
from pybridge.parity.comparison import Difference, difference, refusal_difference

BATCH = 500

OnProgress = Callable[[str, int, int], None]
"""Gets the engine's name, how many cases are done, and how many there are."""


@dataclass(frozen=True)
class Mismatch:
    """A case that two engines do not agree on."""

    set: str
    case: Case
    engines: tuple[str, str]
    first: Difference


@dataclass(frozen=True)
class EngineRun:
    """What one engine made of all cases."""

    name: str
    seconds: float
    """Without its start."""
    results: Sequence[JsonObject]


def run_engine(
    choice: EngineChoice,
    sets: Sequence[CaseSet],
    limits: Limits,
    on_progress: OnProgress,
    notify: Callable[[str], None],
) -> EngineRun:
    """Return the results of every case, in order; each set gets an engine of its own."""

    def open_one() -> Engine:
        return open_engine(choice, limits=limits, notify=notify)

    total = sum(len(each.cases) for each in sets)
    results: list[JsonObject] = []
    seconds = 0.0
    for cases in sets:
        with open_for(cases.scripts, open_one) as engine:
            engine.load(cases.scripts)
            started = time.perf_counter()
            for batch in _batches(cases.cases):
                results += _results(engine, batch, cases.shared)
                on_progress(choice.label, len(results), total)
            seconds += time.perf_counter() - started
    return EngineRun(choice.label, seconds, results)


def mismatches(sets: Sequence[CaseSet], one: EngineRun, other: EngineRun) -> Iterator[Mismatch]:
    """Yield the cases on which two engines differ."""
    cases = ((group.name, case) for group in sets for case in group.cases)
    for (group, case), mine, theirs in zip(cases, one.results, other.results, strict=True):
        compare = refusal_difference if case.kind == "malformed call" else difference
        found = compare(mine, theirs)
        if found is not None:
            yield Mismatch(group, case, (one.name, other.name), found)


def _batches(cases: Sequence[Case]) -> Iterator[list[Case]]:
    rest = iter(cases)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _results(engine: Engine, batch: Sequence[Case], shared: JsonObject) -> list[JsonObject]:
    documents = [case.value for case in batch if case.kind == "document"]
    calls = [case.value for case in batch if case.kind != "document"]
    rendered = iter(_answers(lambda: engine.render_documents(documents, shared), len(documents)))
    called = iter(_answers(lambda: engine.render_calls(calls), len(calls)))
    return [next(rendered if case.kind == "document" else called) for case in batch]


def _answers(ask: Callable[[], list[JsonObject]], count: int) -> list[Any]:
    """Return the answers to a batch; when it is refused as a whole, that is everyone's answer."""
    try:
        return ask() if count else []
    except RemoteError as error:
        return [{"error": error.to_json()}] * count
