"""The engines compared, through the command and piece by piece."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pybridge import abi
from pybridge.engines import EngineChoice
from pybridge.engines.limits import Limits
from pybridge.parity.cases import Case, CaseSet
from pybridge.parity.comparison import Difference, difference, refusal_difference
from pybridge.parity.random_cases import random_set
from pybridge.parity.run import mismatches, run_engine
from pybridge.project.scripts import Script
from tests.amounts import amount
from tests.components import needs_component
from tests.unit.cli.conftest import Cli

EXCEPTION = {"code": "exception", "message": "KeyError: 'a'", "type": "KeyError"}


def test_the_engines_agree(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    cases = amount(300, 900)
    done = cli("parity", "--engines", "wasi,native", "--cases", str(cases), "--seed", "7", "--json")
    assert not abi.validate("cli-parity", done.json)
    assert done.json["differences"] == []
    assert (done.code, done.json["ok"], done.json["seed"]) == (0, True, 7)
    assert done.json["cases"] >= cases
    assert [each["name"] for each in done.json["engines"]] == ["wasi", "native"]
    assert {each["name"].split()[0] for each in done.json["sets"]} == {
        "random",
        "trust",
        "golden",
        "documents",
    }


@needs_component
def test_the_component_agrees_with_the_core_module(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    cases = amount(100, 2000)
    done = cli("parity", "--engines", "wasi,component", "--cases", str(cases), "--json")
    assert not abi.validate("cli-parity", done.json)
    assert done.json["differences"] == []
    assert done.json["cases"] >= cases
    assert [each["name"] for each in done.json["engines"]] == ["wasi", "component"]


def test_a_difference_is_told_with_its_place(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scripts").mkdir()
    where = "import sys\ndef render(context):\n    return {'text': 'on ' + sys.platform}\n"
    (tmp_path / "scripts" / "where.py").write_text(where)
    (tmp_path / "a.md").write_text("[[where]]")
    monkeypatch.chdir(tmp_path)
    done = cli("parity", "--engines", "native,wasi", "--cases", "0", "--json")
    assert not abi.validate("cli-parity", done.json)
    assert (done.code, done.json["ok"], done.json["differing"]) == (1, False, 1)
    [found] = done.json["differences"]
    assert (found["case"], found["pointer"]) == ("a.md", "/macros/0/result/text")
    assert found["values"][1] == '"on wasi"'
    told = cli("parity", "--engines", "native,wasi", "--cases", "0")
    assert "a.md differs at /macros/0/result/text" in told.out
    assert "✗ 1 differences" in told.out


@pytest.mark.parametrize(
    ("engines", "message"),
    [
        pytest.param("wasi", "two engines at least", id="one"),
        pytest.param("wasi,wasi", "two engines at least", id="the-same"),
        pytest.param("wasi,pypy", "no engine named 'pypy'", id="unknown"),
    ],
)
def test_usage_errors_end_with_2(cli: Cli, engines: str, message: str) -> None:
    done = cli("parity", "--engines", engines)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


@pytest.mark.parametrize(
    ("one", "other", "pointer"),
    [
        pytest.param({"output": "a"}, {"output": "a", "durationUs": 3}, None, id="duration"),
        pytest.param({"output": "a"}, {"output": "b"}, "/output", id="output"),
        pytest.param({"macros": [{"a/b": 1}]}, {"macros": [{"a/b": 2}]}, "/macros/0/a~1b", id="deep"),
        pytest.param({"macros": [1]}, {"macros": [1, 2]}, "/macros", id="length"),
        pytest.param({}, {"stdout": "x"}, "/stdout", id="more"),
        pytest.param({"x": 1}, {"x": 1.0}, "/x", id="whole-number"),
        pytest.param({"x": 1}, {"x": True}, "/x", id="no-number"),
        pytest.param({"error": EXCEPTION}, {"error": {**EXCEPTION, "message": "m", "hint": "h"}}, None, id="words"),
        pytest.param({"error": EXCEPTION}, {"error": {**EXCEPTION, "type": "T"}}, "/error/type", id="type"),
        pytest.param(
            {"error": {"code": "not-found", "message": "a"}},
            {"error": {"code": "not-found", "message": "b"}},
            "/error/message",
            id="own-words",
        ),
        pytest.param(
            {"output": "<i title=\"KeyError: &#39;a&#39;\">", "errors": [EXCEPTION]},
            {"output": "<i title=\"other\">", "errors": [{**EXCEPTION, "message": "other"}]},
            None,
            id="words-in-a-preview",
        ),
    ],
)  # fmt: skip
def test_what_counts_as_a_difference(one: Any, other: Any, pointer: str | None) -> None:
    found = difference(one, other)
    assert (found.pointer if found else None) == pointer


def test_malformed_calls_are_refused_alike_in_different_words() -> None:
    one = {"error": {"code": "schema", "message": "a", "pointer": "/env"}}
    other = {"error": {"code": "schema", "message": "b", "pointer": "/env", "macro": "x"}}
    assert refusal_difference(one, other) is None
    assert refusal_difference(one, {"result": {"text": "x"}}) == Difference(
        "/error/code", ("schema", None)
    )


def test_the_same_seed_makes_the_same_cases() -> None:
    assert random_set(300, 5, ()).cases == random_set(300, 5, ()).cases
    assert random_set(300, 5, ()).cases != random_set(300, 6, ()).cases
    texts = "".join(str(case.value) for case in random_set(300, 5, ()).cases)
    assert "parity_wrap" in texts


def test_results_stay_in_the_order_of_the_cases() -> None:
    script = Script(
        "scripts/m.py", "def render(context):\n    return {'text': str(context['params']['n'])}\n"
    )
    call = {"abi": 1, "macro": {"name": "m"}, "env": {"isPreview": False}}
    cases = [
        Case(str(n), "call", {**call, "params": {"n": n}})
        if n % 3
        else Case(str(n), "document", {"text": f"[[m n={n}]]"})
        for n in range(20)
    ]
    sets = [CaseSet("s", [script], cases)]
    run = run_engine(EngineChoice("native"), sets, Limits(), lambda *_: None, lambda _: None)
    found = [result.get("output") or result["result"]["text"] for result in run.results]
    assert found == [str(n) for n in range(20)]
    assert not list(mismatches(sets, run, run))
