from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybridge.macros.values.json_text import NotJson, is_deeper, parse, write

LARGEST = 2**53 - 1
"""Of the integers that are read as such."""
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-LARGEST, LARGEST),
        st.text('[]{}"\\a\u20ac', max_size=6),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text('[}"\\', max_size=3), inner, max_size=3),
    ),
    max_leaves=25,
)


def depth(value: Any) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


@given(VALUES, st.booleans(), st.integers(0, 8))
def test_depth_is_read_off_the_text(value: Any, ascii_only: bool, limit: int) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert is_deeper(text, limit) is (depth(value) > limit)


@given(VALUES)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert write(value).isascii()
    assert parse(write(value)) == value == json.loads(write(value))


@pytest.mark.parametrize(
    "text", ["[" * 1_000_000, '{"a":' * 1_000_000, "[" * 100 + '"', '["' * 1000, "[[]," * 1000]
)
def test_depth_of_text_that_is_no_json_is_found_in_good_time(text: str) -> None:
    assert is_deeper(text, 64)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1,]", "{} x", '"a', "NaN", "[Infinity]", "-Infinity", "{'a': 1}", "[01]", '"\t"'],
)
def test_only_strict_json_is_read(text: str) -> None:
    with pytest.raises(NotJson):
        parse(text)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), b"", {1, 2}])
def test_only_strict_json_is_written(value: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        write(value)
