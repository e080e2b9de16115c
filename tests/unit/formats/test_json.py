"""Strict JSON, within bounds."""

from __future__ import annotations

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybridge.errors import JsonUnreadable
from pybridge.formats.json_text import DEPTH, MOST_VALUES, decode_json, parse_json


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param('{"a":\n ["NaN", NaN]}', "x:2:10: not JSON: NaN is not allowed", id="NaN"),
        pytest.param('{"a": -Infinity}', "x:1:7: not JSON: -Infinity is not allowed", id="Infinity"),
        pytest.param('["\\"1e999", 1e999]', "x:1:13: not JSON: 1e999 is not allowed", id="1e999"),
        pytest.param("9" * 5000, "x:1:1: not JSON: a number of more than 250 characters", id="digits"),
        pytest.param("[" * 2_000_000, "x:1:1: not JSON: more than", id="many lists"),
        pytest.param("[" * 200_000, "x:1:1: not JSON: nested too deeply", id="lists"),
        pytest.param('{"a":' * 200_000, "x:1:1: not JSON: nested too deeply", id="objects"),
        pytest.param("[" * 513 + "]" * 513, "x:1:1: not JSON: nested too deeply", id="just too deep"),
        pytest.param("[" + "[]," * MOST_VALUES + "0]", "x:1:1: not JSON: more than 1,000,000 lists", id="values"),
        pytest.param('["a" "b"]', "x:1:6: not JSON: Expecting ',' delimiter", id="syntax"),
        pytest.param("", "x:1:1: not JSON: Expecting value", id="nothing"),
    ],
)  # fmt: skip
def test_what_is_not_json_says_where(text: str, message: str) -> None:
    with pytest.raises(JsonUnreadable) as caught:
        parse_json(text, "x")
    assert caught.value.what().startswith(message)
    with pytest.raises(ValueError, match=r"\w"):
        decode_json(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * DEPTH + "]" * DEPTH, id="depth"),
        pytest.param(json.dumps("[" * MOST_VALUES + '\\"{'), id="brackets in a string"),
        pytest.param(json.dumps(["[" * 2000, '"' + "{" * 2000, "\\"]), id="depth in a string"),
    ],
)
def test_what_the_bounds_allow_is_read(text: str) -> None:
    assert parse_json(text) == json.loads(text)


@given(
    st.lists(
        st.sampled_from(
            ["[", "]", "{", "}", '"', "\\", ",", ":", "1", "NaN", "1e999", "\n", "null", "\ud800"]
        )
    )
)
def test_any_text_is_a_value_or_an_error_with_its_place(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        json.dumps(parse_json(text), allow_nan=False)
    except JsonUnreadable as error:
        place = (error.line, error.column)
    else:
        place = (1, 1)
    lines = text.split("\n")
    assert 1 <= place[0] <= len(lines)
    assert 1 <= place[1] <= len(lines[place[0] - 1]) + 1


def test_little_room_on_the_stack_is_an_error_of_the_text() -> None:
    def read_at(depth: int) -> object:
        return read_at(depth - 1) if depth else parse_json("[" * DEPTH + "]" * DEPTH)

    depth = sys.getrecursionlimit() - 300
    if sys.version_info >= (3, 12):  # what is written in C has room of its own there
        assert json.dumps(read_at(depth)) == "[" * DEPTH + "]" * DEPTH
        return
    with pytest.raises(JsonUnreadable, match="nested too deeply"):
        read_at(depth)
