"""The table of processes in a page: as each case says, and byte for byte as under wasmtime."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from e2e.processes.browsers import IN_BROWSERS
from e2e.processes.conftest import SLOWER, ProcessPage
from pybridge import abi
from pybridge.processes import Invocation, Processes
from pybridge.processes.page_folder import pages_have
from pybridge.processes.runtimes import claims, find
from tests.processes.table import CASES, invocation_of, judged
from tests.unit.processes.test_cases import FEATURES, LEFT_OUT, MODULES, NAMES, STANDARD_LIBRARY

pytestmark = IN_BROWSERS


@pytest.fixture(scope="module")
def server() -> Iterator[Processes]:
    with Processes() as host:
        yield host


@pytest.fixture(scope="module", params=NAMES)
def runtime(request: pytest.FixtureRequest) -> str:
    return in_pages(request.param)


def in_pages(name: str) -> str:
    """Return a runtime's name, if pages and the server have it."""
    if find(name).wasm is None or not pages_have(name):
        pytest.skip(f"{name} is not built: dev/setup.sh runtimes")
    return name


def same_members(completed: Mapping[str, Any]) -> dict[str, Any]:
    """Everything but the time it took."""
    return {name: value for name, value in completed.items() if name != "durationMs"}


def slowed(invocation: dict[str, Any]) -> dict[str, Any]:
    """With more time where the browser needs it."""
    limits = invocation.get("limits", {})
    if "timeoutMs" in limits:
        limits = {**limits, "timeoutMs": limits["timeoutMs"] * SLOWER}
    return {**invocation, "limits": limits}


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]).replace(" ", "-"))
def test_case(
    processes: ProcessPage, server: Processes, case: dict[str, Any], runtime: str
) -> None:
    invocation = {**slowed(invocation_of(case)), "runtime": runtime}
    found = processes.run(invocation)
    assert abi.validate("completed", found) == []
    assert judged(case, found, claims(runtime)["cases"]) == []
    if case["stdout"] is not None:  # else it is another at each run
        expected = server.run(Invocation.from_json(invocation)).to_json()
        assert same_members(found) == same_members(expected)


def test_exactly_the_claimed_modules_are_missing(processes: ProcessPage, runtime: str) -> None:
    asked = json.loads(processes.python(STANDARD_LIBRARY)["stdout"])
    argv = ["python", "-W", "ignore", "-c", MODULES]
    stdin = json.dumps([name for name in asked if name not in LEFT_OUT])
    done = processes.run(
        {"argv": argv, "stdin": stdin, "runtime": runtime, "limits": {"timeoutMs": 200_000}}
    )
    assert json.loads(done["stdout"].splitlines()[-1]) == sorted(claims(runtime)["modules"])


@pytest.mark.parametrize(("name", "feature"), FEATURES)
def test_a_feature_that_is_not_claimed_fails(
    processes: ProcessPage, name: str, feature: str
) -> None:
    program = claims(name)["features"][feature]["program"]
    assert processes.python(program, runtime=in_pages(name))["exitCode"] != 0
