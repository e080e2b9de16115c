"""Compare the engines with one another."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pybridge.commands.session import limits_of
from pybridge.engines import ENGINES, EngineChoice
from pybridge.engines.protocol import JsonObject
from pybridge.errors import UnknownEngine, UsageError
from pybridge.parity.cases import CaseSet
from pybridge.parity.corpora import all_sets
from pybridge.parity.run import EngineRun, Mismatch, OnProgress, mismatches, run_engine
from pybridge.project.discover import ProjectOrBuiltIns

CASES = 6000
SEED = 1
MOST_REPORTED = 50
"""Differences that are reported one by one."""
_LONGEST_VALUE = 240
_LONGEST_INPUT = 20_000


@dataclass(frozen=True)
class ParityReport:
    """The differences between the engines."""

    seed: int
    sets: Sequence[CaseSet]
    runs: Sequence[EngineRun]
    found: Sequence[Mismatch]
    absent: Sequence[str] = ()
    """Sides of the comparison of processes that are not there."""

    def to_json(self) -> JsonObject:
        """Return it as cli-parity.v1."""
        return {
            "ok": not self.found,
            "seed": self.seed,
            "cases": sum(len(each.cases) for each in self.sets),
            "sets": [{"name": each.name, "cases": len(each.cases)} for each in self.sets],
            "engines": [{"name": run.name, "seconds": round(run.seconds, 3)} for run in self.runs],
            **({"absent": list(self.absent)} if self.absent else {}),
            "differing": len(self.found),
            "differences": [_report(found) for found in self.found[:MOST_REPORTED]],
        }


def parity(
    engines: Sequence[EngineChoice],
    project: ProjectOrBuiltIns,
    *,
    cases: int,
    seed: int,
    on_progress: OnProgress,
    notify: Callable[[str], None],
) -> ParityReport:
    """Run the corpus on every engine and compare each with the first.

    Raises:
        UsageError: when there is nothing to compare.
        PybridgeError: when an engine does not start.
    """
    for choice in engines:
        if choice.name not in ENGINES:
            raise UnknownEngine(choice.name, ENGINES)
    if len({choice.label for choice in engines}) < 2:
        raise UsageError("parity needs two engines at least", f"name some of {', '.join(ENGINES)}")
    limits = limits_of(project)
    sets = all_sets(project, count=cases, seed=seed, limit=limits.input_bytes)
    runs = [run_engine(choice, sets, limits, on_progress, notify) for choice in engines]
    found = [each for run in runs[1:] for each in mismatches(sets, runs[0], run)]
    return ParityReport(seed, sets, runs, found)


def _report(found: Mismatch) -> JsonObject:
    return {
        "set": found.set,
        "case": found.case.name,
        "kind": found.case.kind,
        "engines": list(found.engines),
        "pointer": found.first.pointer,
        "values": [_cut(value, 2 * _LONGEST_VALUE) for value in _around(*found.first.values)],
        "input": _cut(found.case.value, _LONGEST_INPUT),
    }


def _around(one: Any, other: Any) -> tuple[Any, Any]:
    """Cut two long strings to the place where they begin to differ."""
    if not (isinstance(one, str) and isinstance(other, str)):
        return one, other
    shorter = min(len(one), len(other))
    same = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    start = max(same - 40, 0)
    dots = "…" if start else ""
    mine, theirs = (text[start : start + _LONGEST_VALUE] for text in (one, other))
    return dots + mine, dots + theirs


def _cut(value: Any, longest: int) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= longest else text[:longest] + "…"
