"""The table of processes, by `pybridge python --jsonl`; and what CPython does not claim, checked both ways."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest

from pybridge import abi
from pybridge.processes import Processes
from pybridge.processes.runtimes import claims, listed
from tests.processes.table import CASES, invocation_of, judged

MODULES = """
import contextlib, importlib, io, json, sys
LEFT_OUT = {"antigravity", "this", "idlelib"}  # they open a browser, print, or need tkinter
missing = []
for name in sorted(sys.stdlib_module_names - LEFT_OUT):
    if not name.startswith("_"):
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                importlib.import_module(name)
        except ImportError:
            missing.append(name)
print(json.dumps(missing))
"""


@pytest.fixture(scope="module")
def outcomes() -> Sequence[dict[str, Any]]:
    lines = "".join(json.dumps(invocation_of(case)) + "\n" for case in CASES)
    done = subprocess.run(
        [sys.executable, "-m", "pybridge", "python", "--jsonl", "--runtime", "cpython"],
        input=lines,
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    "number", range(len(CASES)), ids=lambda number: str(CASES[number]["name"]).replace(" ", "-")
)
def test_case(outcomes: Sequence[dict[str, Any]], number: int) -> None:
    assert abi.validate("completed", outcomes[number]) == []
    assert judged(CASES[number], outcomes[number], claims("cpython")["cases"]) == []


def test_claims_are_checked_both_ways(outcomes: Sequence[dict[str, Any]]) -> None:
    place = next(n for n, case in enumerate(CASES) if case["group"] == "stdlib")
    case, right = CASES[place], outcomes[place]
    wrong = {**right, "stdout": "?"}
    assert judged(case, right, []) == []
    assert len(judged(case, wrong, [])) == 1
    assert judged(case, wrong, [case["name"]]) == []
    assert judged(case, right, [case["name"]]) == ["it passes, so it cannot be exempt"]
    first = CASES[0]
    assert judged(first, {**outcomes[0], "exitCode": 9}, [first["name"]]) == [
        "cases of print cannot be exempt"
    ]


def test_every_exempt_case_is_in_the_table() -> None:
    assert set(claims("cpython")["cases"]) <= {case["name"] for case in CASES}


def test_one_line_comes_out_for_each_line_in(outcomes: Sequence[dict[str, Any]]) -> None:
    assert len(outcomes) == len(CASES)


def test_exactly_the_claimed_modules_are_missing(processes: Processes) -> None:
    done = processes.spawn(["python", "-W", "ignore", "-c", MODULES]).wait()
    assert json.loads(done.stdout) == sorted(claims("cpython")["modules"])


@pytest.mark.parametrize("name", claims("cpython")["features"])
def test_a_feature_that_is_not_claimed_fails(processes: Processes, name: str) -> None:
    program = claims("cpython")["features"][name]["program"]
    assert processes.spawn(["python", "-c", program]).wait().exit_code != 0


def test_the_list_of_runtimes_is_what_the_schema_says() -> None:
    found = [
        {**each.to_json(), **({"claims": claims(each.name)} if claims(each.name) else {})}
        for each in listed()
    ]
    assert abi.validate("cli-runtimes", found) == []
    assert [each["status"] for each in found] == ["ready", "absent", "absent"]
