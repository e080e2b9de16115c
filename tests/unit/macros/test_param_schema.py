from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pybridge.macros.scripts.param_schema import read_param_schema
from tests.unit.macros.host import Host, returning


def findings(schema: dict[str, Any], params: dict[str, Any]) -> list[str]:
    usable, problems = read_param_schema(schema)
    assert problems == []
    assert usable is not None
    return [found.message for found in usable.apply(params)]


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from([1.0, 1.5, -2.0, 0.0]),
    st.text("ab1\n", max_size=4),
    st.sampled_from([[], [1], [True], {}, {"a": 1}, {"a": 1.0}]),
)
TYPES = st.sampled_from(["string", "integer", "number", "boolean", "null", "array", "object"])
PARAMS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.one_of(TYPES, st.lists(TYPES, min_size=1, max_size=3, unique=True)),
        "enum": st.lists(VALUES, min_size=1, max_size=3),
        "const": VALUES,
        "minimum": st.integers(-2, 2),
        "maximum": st.sampled_from([-1, 0, 1.5, 2]),
        "minLength": st.integers(0, 3),
        "maxLength": st.integers(0, 3),
        "pattern": st.sampled_from(["a", "^a", "^[ab]+", "1|a"]),
    },
)


@given(PARAMS, VALUES)
def test_verdict_is_that_of_jsonschema(param: dict[str, Any], value: Any) -> None:
    schema = {"type": "object", "properties": {"p": param}}
    expected = Draft202012Validator(schema).is_valid({"p": value})
    assert (findings(schema, {"p": value}) == []) is expected


@pytest.mark.parametrize(
    ("pattern", "value", "matches"),
    [
        pytest.param("a$", "a\n", False, id="dollar is the very end"),
        pytest.param(r"a\$", "a$", True, id="escaped dollar"),
        pytest.param("[$]", "$", True, id="dollar in a class"),
        pytest.param(r"^\d$", "٣", False, id="digits are ASCII"),
        pytest.param(r"^\w$", "é", False, id="letters are ASCII"),
    ],
)
def test_pattern_means_what_it_means_in_javascript(pattern: str, value: str, matches: bool) -> None:
    found = findings({"properties": {"p": {"pattern": pattern}}}, {"p": value})
    assert (found == []) is matches


def test_a_pattern_is_said_in_words_where_there_are_any() -> None:
    schema = {"properties": {"p": {"pattern": "^[1-6]$", "description": "One to six."}}}
    assert findings(schema, {"p": "7"}) == [
        "the param 'p' must match ^[1-6]$, not \"7\" (One to six)"
    ]
    schema["properties"]["p"]["pattern"] = f"^({'|'.join(['[1-6]'] * 20)})$"
    assert findings(schema, {"p": "7"}) == ["the param 'p' cannot be \"7\": One to six"]


def test_defaults_are_filled_in_and_never_shared() -> None:
    usable, _ = read_param_schema(
        {"properties": {"a": {"default": [1, {"b": 2}]}, "c": {"default": 0}}}
    )
    assert usable is not None
    first: dict[str, Any] = {}
    second: dict[str, Any] = {"c": 5}
    assert usable.apply(first) == usable.apply(second) == []
    first["a"][1]["b"] = 9
    assert second == {"a": [1, {"b": 2}], "c": 5}
    assert first["c"] == 0


SCRIPT = returning(
    "str(context['params'])",
    "PARAMS = {'required': ['id'], 'properties': {'id': {'type': 'string'},"
    " 'columns': {'type': 'integer', 'minimum': 1, 'maximum': 6, 'default': 3}}}",
)


@pytest.mark.parametrize(
    ("params", "message", "hint", "pointer"),
    [
        pytest.param({}, "the param 'id' is missing", 'write id="…"', "/params/id", id="missing"),
        pytest.param({"di": "x"}, "the param 'id' is missing", "it was written 'di'", "/params/id", id="misspelt"),
        pytest.param({"id": 5}, "the param 'id' must be string, not 5", 'write id="5", in quotes', "/params/id", id="number"),
        pytest.param(
            {"id": "x", "columns": "4"},
            "the param 'columns' must be integer, not \"4\"",
            "write columns=4, without quotes",
            "/params/columns",
            id="text",
        ),
    ],
)  # fmt: skip
def test_project_script_is_not_run_with_wrong_params(
    host: Host, params: dict[str, Any], message: str, hint: str, pointer: str
) -> None:
    host.load(grid=SCRIPT)
    error = host.call("grid", params)["error"]
    assert error == {
        "code": "schema",
        "message": message,
        "macro": "grid",
        "hint": hint,
        "pointer": pointer,
    }


@pytest.mark.parametrize(
    ("params", "message"),
    [
        pytest.param({"id": "x", "columns": 9}, "the param 'columns' must be 6 or less", id="too large"),
        pytest.param(
            {"id": "x", "colums": 2}, "there is no param 'colums', did you mean 'columns'?", id="misspelt"
        ),
    ],
)  # fmt: skip
def test_lesser_faults_are_warnings(host: Host, params: dict[str, Any], message: str) -> None:
    host.load(grid=SCRIPT)
    outcome = host.call("grid", params)
    assert "result" in outcome
    assert [warning["message"] for warning in outcome["warnings"]] == [message]


def test_params_nobody_declared_pass(host: Host) -> None:
    host.load(grid=SCRIPT)
    outcome = host.call("grid", {"id": "x", "zebra": 1})
    assert outcome["result"]["html"] == "{'id': 'x', 'zebra': 1, 'columns': 3}"
    assert "warnings" not in outcome


def test_default_script_runs_with_wrong_params_and_warns(host: Host) -> None:
    host.load("default", grid=SCRIPT)
    outcome = host.document("x [[grid columns=many]]")
    assert outcome["macros"][0]["result"]["html"] == "{'columns': 'many'}"
    assert [(w["code"], w["pointer"], w["call"]["column"]) for w in outcome["warnings"]] == [
        ("params", "/params/id", 3),
        ("params", "/params/columns", 3),
    ]


@pytest.mark.parametrize(
    "patterns",
    [
        pytest.param(["[\0-\U0010ffff]" * 20_000], id="one long pattern"),
        pytest.param(["[\0-\U0010ffff]" * 20] * 2000, id="many patterns"),
        pytest.param(["a" * 100] * 10_000, id="many patterns without classes"),
        pytest.param(["(a+)+$"], id="a pattern that backtracks"),
    ],
)
def test_patterns_are_compiled_within_a_budget_and_not_run_where_a_script_is_read(
    patterns: list[str],
) -> None:
    properties = {
        f"p{number}": {"pattern": pattern, "default": "a" * 100 + "!"}
        for number, pattern in enumerate(patterns)
    }
    started = time.process_time()
    schema, problems = read_param_schema({"properties": properties})
    assert schema is not None
    kept = [each for each in schema.value["properties"].values() if "pattern" in each]
    assert len(kept) + len(problems) == len(patterns)
    assert sum(len(each["pattern"]) for each in kept) <= 10_000
    assert sum(each["pattern"].count("[") for each in kept) <= 200
    # 200 classes take a second at most; the 20,000 would take a minute, the backtracking for ever.
    assert time.process_time() - started < 10
