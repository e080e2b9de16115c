"""The sets of processes that are compared: the table of a checkout, and random programs."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pybridge import resources
from pybridge.parity.cases import Case, CaseSet
from pybridge.parity.process_programs import invocation
from pybridge.processes import runtimes

_MEMBERS = ("argv", "pipeline", "stdin", "files", "env", "cwd", "limits")


@dataclass(frozen=True)
class ProcessCase(Case):
    """One process; its value is an invocation.v1 without a runtime."""

    apart: frozenset[str] = frozenset()
    """Runtimes whose outcome may be another than CPython's."""


def process_sets(count: int, seed: int) -> list[CaseSet]:
    """Return *count* cases, of which at most half are from the table; another *seed* makes other random ones."""
    table = _table()
    taken = sorted(random.Random(seed).sample(range(len(table)), min(len(table), count // 2)))
    programs = [
        ProcessCase(f"program {each}", "process", invocation(each))
        for each in range(seed * 1_000_000, seed * 1_000_000 + count - len(taken))
    ]
    table_set = CaseSet("table", (), [table[at] for at in taken])
    return [CaseSet(f"random {seed}", (), programs), table_set]


def _table() -> list[ProcessCase]:
    """Return the cases of the table whose outcome is the same at each run; none without a checkout."""
    root = resources.checkout()
    path = root / "tests" / "processes" / "cases.json" if root else None
    if path is None or not path.is_file():
        return []
    found = json.loads(path.read_text("utf-8"))["cases"]
    exempt = {name: frozenset(runtimes.claims(name).get("cases", ())) for name in runtimes.NAMES}
    return [_case(case, exempt) for case in found if case["stdout"] is not None]


def _case(case: Mapping[str, Any], exempt: Mapping[str, frozenset[str]]) -> ProcessCase:
    value = {name: case[name] for name in _MEMBERS if name in case}
    is_exact = isinstance(case.get("exit", 0), int)
    apart = [name for name in exempt if not is_exact or case["name"] in exempt[name]]
    return ProcessCase(case["name"], "process", value, frozenset(apart))
