"""Put processes through each Python on each host, and compare what comes out."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pybridge.parity.cases import Case, CaseSet, JsonObject
from pybridge.parity.comparison import difference
from pybridge.parity.process_cases import ProcessCase
from pybridge.parity.run import EngineRun, Mismatch, OnProgress
from pybridge.processes.completed import Completed
from pybridge.processes.invocation import Invocation
from pybridge.processes.runtimes import DEFAULT

HOSTS = ("wasmtime", "browser")
_OF_ALL_PYTHONS = ("exitCode", "stdout", "stdoutBase64", "truncated", "files", "errorClass")
"""What does not depend on the words of a Python's own errors."""


class Host(Protocol):
    """Runs processes."""

    def run(self, invocation: Invocation) -> Completed:
        """Run one to its end."""
        ...


@dataclass(frozen=True)
class Side:
    """A Python on a host."""

    runtime: str
    host: str

    @property
    def name(self) -> str:
        """Its name, such as `cpython/wasmtime`."""
        return f"{self.runtime}/{self.host}"


def run_side(side: Side, host: Host, sets: Sequence[CaseSet], on_progress: OnProgress) -> EngineRun:
    """Return the outcomes of every case, in order, as completed.v1."""
    cases = [case for each in sets for case in each.cases]
    results: list[JsonObject] = []
    started = time.perf_counter()
    for case in cases:
        invocation = Invocation.from_json(case.value, runtime=side.runtime)
        results.append(host.run(invocation).to_json())
        on_progress(side.name, len(results), len(cases))
    return EngineRun(side.name, time.perf_counter() - started, results)


def process_mismatches(
    sets: Sequence[CaseSet], runs: Mapping[Side, EngineRun]
) -> Iterator[Mismatch]:
    """Yield the cases on which two differ: a Python on its hosts in anything, and a Python and CPython in what all share."""
    cases = [(group.name, case) for group in sets for case in group.cases]
    for one, other in _pairs(list(runs)):
        for (group, case), mine, theirs in zip(
            cases, runs[one].results, runs[other].results, strict=True
        ):
            if one.runtime != other.runtime:
                if _is_apart(case, other.runtime):
                    continue
                mine, theirs = _shared(mine), _shared(theirs)
            found = difference(mine, theirs)
            if found is not None:
                yield Mismatch(group, case, (one.name, other.name), found)


def _pairs(sides: Sequence[Side]) -> Iterator[tuple[Side, Side]]:
    firsts: dict[str, Side] = {}
    for side in sides:
        first = firsts.setdefault(side.runtime, side)
        if first is not side:
            yield first, side
    main = firsts.pop(DEFAULT, None)
    if main is not None:
        yield from ((main, side) for side in firsts.values())


def _is_apart(case: Case, runtime: str) -> bool:
    return isinstance(case, ProcessCase) and runtime in case.apart


def _shared(completed: JsonObject) -> JsonObject:
    shared = {name: completed[name] for name in _OF_ALL_PYTHONS if name in completed}
    return {**shared, "truncated": {"stdout": completed["truncated"]["stdout"]}}
