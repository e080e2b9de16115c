"""The table of processes, by `pybridge python --jsonl`; and what each Python does not claim, checked both ways."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest

from pybridge import abi
from pybridge.processes import Processes
from pybridge.processes.runtimes import claims, find, listed
from tests.processes.table import CASES, invocation_of, judged

NAMES = ("cpython", "micropython")
STANDARD_LIBRARY = """
import json, sys
print(json.dumps(sorted(name for name in sys.stdlib_module_names if name[0] != "_")))
"""
LEFT_OUT = frozenset({"antigravity", "this", "idlelib"})
"""They open a browser, print, or need tkinter."""
MODULES = """
import json, sys
missing = []
for name in json.loads(sys.stdin.read()):
    try:
        __import__(name)
    except ImportError:
        missing.append(name)
print("\\n" + json.dumps(missing))
"""
FEATURES = [(name, feature) for name in NAMES for feature in claims(name)["features"]]


@pytest.fixture(scope="module", params=NAMES)
def runtime(request: pytest.FixtureRequest) -> str:
    return required(request.param)


def required(name: str) -> str:
    """Return a runtime's name, if it is there."""
    if find(name).wasm is None:
        pytest.skip(f"{name} is not built: dev/setup.sh runtimes")
    return name


@functools.cache
def outcomes(runtime: str) -> Sequence[dict[str, Any]]:
    """Return what each case does."""
    lines = "".join(json.dumps(invocation_of(case)) + "\n" for case in CASES)
    done = subprocess.run(
        [sys.executable, "-m", "pybridge", "python", "--jsonl", "--runtime", runtime],
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
def test_case(runtime: str, number: int) -> None:
    found = outcomes(runtime)[number]
    assert abi.validate("completed", found) == []
    assert judged(CASES[number], found, claims(runtime)["cases"]) == []


def test_claims_are_checked_both_ways() -> None:
    place = next(n for n, case in enumerate(CASES) if case["group"] == "stdlib")
    case, right = CASES[place], outcomes("cpython")[place]
    wrong = {**right, "stdout": "?"}
    assert judged(case, right, []) == []
    assert len(judged(case, wrong, [])) == 1
    assert judged(case, wrong, [case["name"]]) == []
    assert judged(case, right, [case["name"]]) == ["it passes, so it cannot be exempt"]
    first = CASES[0]
    assert judged(first, {**outcomes("cpython")[0], "exitCode": 9}, [first["name"]]) == [
        "cases of print cannot be exempt"
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_exempt_case_is_in_the_table(name: str) -> None:
    assert set(claims(name)["cases"]) <= {case["name"] for case in CASES}


def test_one_line_comes_out_for_each_line_in(runtime: str) -> None:
    assert len(outcomes(runtime)) == len(CASES)


def test_exactly_the_claimed_modules_are_missing(processes: Processes, runtime: str) -> None:
    names = json.loads(processes.spawn(["python", "-c", STANDARD_LIBRARY]).wait().stdout)
    asked = [name for name in names if name not in LEFT_OUT]
    done = processes.spawn(
        ["python", "-W", "ignore", "-c", MODULES], stdin=json.dumps(asked), runtime=runtime
    ).wait()
    assert json.loads(done.stdout.splitlines()[-1]) == sorted(claims(runtime)["modules"])


@pytest.mark.parametrize(("name", "feature"), FEATURES)
def test_a_feature_that_is_not_claimed_fails(processes: Processes, name: str, feature: str) -> None:
    program = claims(name)["features"][feature]["program"]
    done = processes.spawn(["python", "-c", program], runtime=required(name)).wait()
    assert done.exit_code == 1
    assert done.error_class is None


def test_the_list_of_runtimes_is_what_the_schema_says() -> None:
    found = [
        {**each.to_json(), **({"claims": claims(each.name)} if claims(each.name) else {})}
        for each in listed()
    ]
    assert abi.validate("cli-runtimes", found) == []
    states = {each["name"]: each["status"] for each in found}
    assert (states["cpython"], states["rustpython"]) == ("ready", "absent")
