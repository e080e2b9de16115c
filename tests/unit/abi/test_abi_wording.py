from __future__ import annotations

from typing import Any

import pytest

from pybridge import abi
from pybridge.abi.validation import AbiMismatch
from pybridge.errors import CallInvalid, Invalid

CALL = {"abi": 1, "macro": {"name": "a"}, "params": {}, "env": {}}


@pytest.mark.parametrize(
    ("name", "instance", "problems"),
    [
        pytest.param(
            "call",
            {**CALL, "macro": {"nam": "a"}},
            ["/macro: `name` is missing", "/macro/nam: `nam` is not known, did you mean `name`?"],
            id="misspelt member",
        ),
        pytest.param(
            "post",
            {"title": " ", "content": "x", "tags": [""], "categories": []},
            ["/title: must not be empty", "/tags/0: must not be empty"],
            id="nothing but spaces",
        ),
        pytest.param("call", 5, ["/: expected object, got number 5"], id="wrong type"),
        pytest.param(
            "call",
            {**CALL, "params": None},
            ["/params: expected object, got null"],
            id="null for object",
        ),
        pytest.param(
            "result",
            {"html": "", "text": ""},
            ["/: needs exactly one of `html`, `markdown`, `text`, and has `html` and `text`"],
            id="two at once",
        ),
        pytest.param(
            "outcome",
            {},
            ["/: needs exactly one of `result` with `scriptId`, `error`, and has none of them"],
            id="neither",
        ),
        pytest.param(
            "result",
            {"html": "", "warnings": [1]},
            ["/warnings/0: expected string or object, got number 1"],
            id="no branch fits",
        ),
        pytest.param(
            "result",
            {"html": "", "warnings": [{"code": "x"}]},
            ["/warnings/0: `message` is missing"],
            id="the branch that was meant",
        ),
        pytest.param(
            "protocol/workerMessage",
            {"kind": "raedy"},
            ['/kind: no kind is named "raedy", did you mean `ready`?'],
            id="unknown kind",
        ),
        pytest.param(
            "protocol",
            {"kind": "ping", "id": "x"},
            ['/id: expected integer, got string "x"'],
            id="union",
        ),
        pytest.param(
            "document",
            {"text": "", "format": "html"},
            ['/format: must be one of "markdown", "text", not "html"'],
            id="enum",
        ),
    ],
)
def test_problems_read_like_sentences(name: str, instance: Any, problems: list[str]) -> None:
    assert [str(problem) for problem in abi.validate(name, instance)] == problems


def test_all_problems_are_reported_at_once() -> None:
    instance = {"abi": 1, "macro": {"name": ""}, "params": [], "env": {"x": 1}, "b~/": 1}
    found = {problem.pointer for problem in abi.validate("call", instance)}
    assert found == {"/macro/name", "/params", "/env/x", "/b~0~1"}


def test_long_values_are_cut() -> None:
    (problem,) = abi.validate("document", {"text": ["x" * 10_000]})
    assert len(problem.message) < 200
    (problem,) = abi.validate("document", {"text": "", "format": "x" * 10_000})
    assert len(problem.message) < 200


def test_deep_nesting_in_open_members_is_no_matter() -> None:
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    assert abi.validate("call", {**CALL, "data": {"deep": deep}}) == []
    schema = {"required": [deep, deep]}
    assert abi.validate("params", schema) != []


@pytest.mark.parametrize("theirs", [0, 2, "1", True, None])
def test_another_abi_version_is_refused_naming_both(theirs: object) -> None:
    with pytest.raises(AbiMismatch) as caught:
        abi.require("call", {"abi": theirs})
    assert "this pybridge speaks ABI 1, the caller sent " in str(caught.value)
    assert caught.value.to_json()["code"] == "abi"
    assert abi.validate("error", caught.value.to_json()) == []


def test_require_tells_every_problem_and_points_to_the_first() -> None:
    with pytest.raises(CallInvalid) as caught:
        abi.require("call", {"abi": 1, "macro": {"name": 1}, "env": {}})
    assert [problem.pointer for problem in caught.value.problems] == ["", "/macro/name"]
    assert caught.value.to_json()["code"] == "schema"
    with pytest.raises(Invalid):
        abi.require("result", {})
    abi.require("call", CALL)
