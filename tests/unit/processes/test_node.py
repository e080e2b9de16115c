"""The table of processes from Node: as each case says, and byte for byte as `pybridge python --jsonl` has it."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from pybridge import abi
from pybridge.build.esbuild import node
from pybridge.processes.runtimes import claims
from tests.processes.table import CASES, invocation_of, judged
from tests.unit.processes.test_cases import NAMES, outcomes, required

SCRIPT = Path(__file__).parents[2] / "processes" / "in_node.mjs"


@functools.cache
def in_node(runtime: str) -> Sequence[dict[str, Any]]:
    """Return what each case does."""
    invocations = list(map(invocation_of, CASES))
    asked = {"command": sys.executable, "runtime": runtime, "invocations": invocations}
    done = subprocess.run(
        [node(), str(SCRIPT)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    found: Sequence[dict[str, Any]] = json.loads(done.stdout)
    return found


def same_members(completed: Mapping[str, Any]) -> dict[str, Any]:
    """Everything but the time it took."""
    return {name: value for name, value in completed.items() if name != "durationMs"}


@pytest.mark.parametrize(
    "number", range(len(CASES)), ids=lambda number: str(CASES[number]["name"]).replace(" ", "-")
)
@pytest.mark.parametrize("runtime", NAMES)
def test_case(runtime: str, number: int) -> None:
    required(runtime)
    case, found = CASES[number], in_node(runtime)[number]
    assert abi.validate("completed", found) == []
    assert judged(case, found, claims(runtime)["cases"]) == []
    if case["stdout"] is not None:  # else it is another at each run
        assert same_members(found) == same_members(outcomes(runtime)[number])
