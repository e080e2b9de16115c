"""YAML by the core schema of 1.2, read within bounds, with libyaml and without it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pybridge.formats import Bounds, Unreadable, read_yaml
from pybridge.formats.plain_values import LARGEST_INTEGER
from pybridge.formats.yaml_events import events
from pybridge.formats.yaml_text import compose

BOUNDS = Bounds(characters=1 << 20, depth=33, values=20_000)
CASES: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("yaml_core.json").read_text("utf-8")
)
"""Values and errors of the core schema: https://yaml.org/spec/1.2.2/#103-core-schema."""


def outcome(text: str, *, pure_python: bool = False) -> dict[str, Any]:
    try:
        return {"value": compose(events(text, pure_python=pure_python), text, BOUNDS)}
    except Unreadable as error:
        return {"error": [error.line, error.column, error.problem]}


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_core_schema(case: dict[str, Any]) -> None:
    expected = {key: case[key] for key in ("value", "error") if key in case}
    assert json.dumps(outcome(case["yaml"])) == json.dumps(expected)  # 1, 1.0 and true differ


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_the_parser_without_libyaml_agrees(case: dict[str, Any]) -> None:
    found = outcome(case["yaml"], pure_python=True)
    if "error" in case:  # the words of its own complaints differ
        assert found["error"][:2] == case["error"][:2]
    else:
        assert json.dumps(found) == json.dumps({"value": case["value"]})


TEXTS = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=8)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_json_is_yaml(value: object) -> None:
    assert outcome(json.dumps(value, ensure_ascii=False)) == {"value": value}


PIECES = [
    "a", "b: ", "- ", "\n", "  ", "[", "]", "{", "}", ",", "? ", ": ", "&a ", "*a", "*b", "!!str ", "!!int ", "!!map ", "!x ", "|\n", ">\n",
    "'", '"', "#", "...\n", "---\n", "2026-01-01", "9999-12-31T23:59:59-05:00", "0x", "1", "é", "\t", "\r\n", "<<: ", "%", "\\", "\x01", "\ud800",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_any_text_is_a_value_or_an_error_with_its_place(pieces: list[str]) -> None:
    text = "".join(pieces)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for pure_python in (False, True):
        found = outcome(text, pure_python=pure_python)
        if "value" in found:
            json.dumps(found["value"], allow_nan=False)
            continue
        line, column, problem = found["error"]
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
        assert problem


def nested(before: str, inside: str, after: str = "") -> str:
    return before * 40 + inside + after * 40


@pytest.mark.parametrize("pure_python", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(nested("[", "1", "]"), id="lists"),
        pytest.param(nested("{a: ", "1", "}"), id="mappings"),
        pytest.param(nested("- ", "1"), id="dashes"),
        pytest.param("".join(f"{' ' * depth}a:\n" for depth in range(40)), id="indents"),
        pytest.param("a0: &a0 [1]\n" + "".join(f"a{i + 1}: &a{i + 1} [*a{i}]\n" for i in range(40)), id="aliases"),
    ],
)  # fmt: skip
def test_depth_is_bounded(text: str, pure_python: bool) -> None:
    found = outcome(text, pure_python=pure_python)
    assert found["error"][2] == "nested more than 33 levels deep"


def doubled(value: str, times: int) -> str:
    lines = (f"a{i + 1}: &a{i + 1} [*a{i}, *a{i}]\n" for i in range(times))
    return f"a0: &a0 {value}\n" + "".join(lines)


def test_values_count_where_aliases_repeat_them() -> None:
    assert outcome(doubled("1", 10))["value"]["a1"] == [1, 1]
    assert outcome(doubled("1", 25))["error"][2] == "more than 20,000 values, aliases included"
    merged = "a: &a {x: 1}\n" + "".join(f"b{i}: &b{i} {{<<: *a, c: *a}}\n" for i in range(9_000))
    assert outcome(merged)["error"][2] == "more than 20,000 values, aliases included"


def test_characters_count_where_aliases_repeat_them() -> None:
    text = f"a: &a {'x' * 200_000}\nb: [*a, *a, *a, *a, *a]"
    assert outcome(text)["error"] == [2, 21, "more than 1,048,576 characters, aliases included"]
    keys = f"a: &a {'x' * 200_000}\nb: [{{*a : 1}}, {{*a : 1}}, {{*a : 1}}, {{*a : 1}}, {{*a : 1}}]"
    assert outcome(keys)["error"][2] == "more than 1,048,576 characters, aliases included"


def test_a_text_that_is_too_long_is_not_parsed() -> None:
    with pytest.raises(Unreadable, match="longer than 1,048,576 characters"):
        read_yaml("a: " + "x" * 10_000_000, BOUNDS)


@pytest.mark.parametrize(
    "number", ["9" * 5000, "0x" + "f" * 5000, "0." + "3" * 5000, "0o" + "7" * 300]
)
@pytest.mark.parametrize("tag", ["", "!!int ", "!!float "])
def test_long_numbers_are_texts_or_nothing(number: str, tag: str) -> None:
    error = outcome(f"a: {tag}{number}")["error"]
    assert error[:2] == [1, 4]


def test_the_largest_numbers_can_be_written() -> None:
    for number in ("9" * 250, "0x" + "f" * 248, "0o" + "7" * 248):
        float(outcome(number)["value"])


def test_libyaml_is_used_where_it_is() -> None:
    assert yaml.__with_libyaml__
