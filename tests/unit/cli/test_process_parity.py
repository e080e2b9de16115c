"""Processes compared on every Python and host, through the command and piece by piece."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from pybridge import abi
from pybridge.commands.measures import process_parity
from pybridge.parity import process_programs
from pybridge.parity.cases import CaseSet
from pybridge.parity.process_cases import ProcessCase, process_sets
from pybridge.parity.process_run import Side, process_mismatches
from pybridge.parity.run import EngineRun
from pybridge.processes import Invocation
from pybridge.processes.completed import Completed
from pybridge.processes.runtimes import claims
from tests.unit.cli.conftest import Cli
from tests.unit.processes.test_cases import required

ON_SERVER = "cpython/wasmtime,micropython/wasmtime"


def test_the_pythons_agree(cli: Cli) -> None:
    required("micropython")
    wanted = ("--engines", ON_SERVER, "--cases", "16", "--seed", "7", "--json")
    done = cli("parity", "--processes", *wanted)
    assert not abi.validate("cli-parity", done.json)
    assert done.json["differences"] == []
    assert (done.code, done.json["ok"], done.json["cases"]) == (0, True, 16)
    assert [each["name"] for each in done.json["engines"]] == ON_SERVER.split(",")
    assert done.json["sets"] == [{"name": "random 7", "cases": 8}, {"name": "table", "cases": 8}]
    assert "absent" not in done.json


def test_a_difference_is_told_with_its_place(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    required("micropython")
    code = "import sys\nprint('a\\n' * 99)\nprint(sys.implementation.name)"
    case = ProcessCase("which", "process", {"argv": ["python", "-c", code]})
    monkeypatch.setattr(process_parity, "process_sets", lambda *_: [CaseSet("own", (), [case])])
    done = cli("parity", "--processes", "--engines", f"{ON_SERVER},rustpython/browser", "--json")
    assert not abi.validate("cli-parity", done.json)
    assert (done.code, done.json["ok"], done.json["differing"]) == (1, False, 1)
    assert done.json["absent"] == ["rustpython/browser"]
    [found] = done.json["differences"]
    assert (found["kind"], found["pointer"]) == ("process", "/stdout")
    assert found["values"][1].endswith('a\\n\\nmicropython\\n"')
    told = cli("parity", "--processes", "--engines", ON_SERVER)
    assert "own: which differs at /stdout" in told.out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(("--engines", "cpython/wasmtime"), "two sides at least", id="one"),
        pytest.param(("--engines", "cpython/moon,wasi"), "cpython/moon", id="unknown"),
        pytest.param(("--project", "."), "neither --wasm nor --project", id="project"),
    ],
)
def test_usage_errors_end_with_2(cli: Cli, options: Sequence[str], message: str) -> None:
    done = cli("parity", "--processes", *options)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def outcome(**more: Any) -> dict[str, Any]:
    return {**Completed(0).to_json(), **more}


def pointers(results: dict[str, dict[str, Any]], apart: Sequence[str] = ()) -> set[tuple[str, ...]]:
    case = ProcessCase("c", "process", {}, frozenset(apart))
    runs = {
        Side(*name.split("/")): EngineRun(name, 0, [result]) for name, result in results.items()
    }
    found = process_mismatches([CaseSet("s", (), [case])], runs)
    return {(*each.engines, each.first.pointer) for each in found}


SERVER, PAGE = "cpython/wasmtime", "cpython/browser"
SMALL, SMALL_PAGE = "micropython/wasmtime", "micropython/browser"


@pytest.mark.parametrize(
    ("member", "value", "pointer"),
    [
        ("exitCode", 3, "/exitCode"),
        ("stdout", "x", "/stdout"),
        ("files", {"/a": "x"}, "/files/~1a"),
        ("truncated", {"stdout": True, "stderr": False}, "/truncated/stdout"),
        ("errorClass", "timeout", "/errorClass"),
        ("stdoutBase64", "/w==", "/stdoutBase64"),
    ],
)
def test_what_all_pythons_share_is_compared_between_hosts_and_pythons(
    member: str, value: Any, pointer: str
) -> None:
    other = outcome(**{member: value})
    assert pointers({SERVER: outcome(), PAGE: other}) == {(SERVER, PAGE, pointer)}
    assert pointers({SERVER: outcome(), SMALL: other}) == {(SERVER, SMALL, pointer)}
    assert pointers({SERVER: outcome(), SMALL: other}, apart=["micropython"]) == set()
    everywhere = {SERVER: outcome(), PAGE: outcome(), SMALL: outcome(), SMALL_PAGE: other}
    assert pointers(everywhere) == {(SMALL, SMALL_PAGE, pointer)}


@pytest.mark.parametrize(
    ("member", "value", "pointer"),
    [
        ("stderr", "x", "/stderr"),
        ("message", "x", "/message"),
        ("truncated", {"stdout": False, "stderr": True}, "/truncated/stderr"),
        ("runtime", {"name": "cpython", "version": "1"}, "/runtime/version"),
    ],
)
def test_words_of_errors_are_compared_between_the_hosts_of_a_python_only(
    member: str, value: Any, pointer: str
) -> None:
    other = outcome(**{member: value})
    assert pointers({SERVER: outcome(), PAGE: other}) == {(SERVER, PAGE, pointer)}
    assert pointers({SERVER: outcome(), SMALL: other}) == set()


def test_the_time_a_process_took_is_not_compared() -> None:
    assert pointers({SERVER: outcome(durationMs=1), PAGE: outcome(durationMs=2)}) == set()


def test_the_same_seed_makes_the_same_processes_of_every_kind() -> None:
    found = [process_programs.invocation(seed) for seed in range(3000)]
    assert found[:50] == [process_programs.invocation(seed) for seed in range(50)]
    assert found[0] != found[1]
    for value in found[:100]:
        Invocation.from_json(value)
    members = {name for value in found for name in value}
    assert members == {"argv", "pipeline", "stdin", "files", "env", "cwd", "limits"}
    text = "".join(str(value) for value in found)
    for part in ("os.rename(", "pow(", ".partition(", "sys.exit('gone')", "print(", "next(count("):
        assert part in text


def test_a_case_that_a_python_does_not_claim_is_not_compared_with_cpython() -> None:
    [_, table] = process_sets(10_000, 1)
    cases = {case.name: case for case in table.cases if isinstance(case, ProcessCase)}
    exempt = claims("micropython")["cases"]
    assert set(exempt) & set(cases)
    for name, case in cases.items():
        assert ("micropython" in case.apart) >= (name in exempt)
    assert sum("micropython" not in case.apart for case in cases.values()) > 40
