from __future__ import annotations

import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybridge.macros.syntax.params import read_params, typed
from pybridge.macros.values.characters import SPACE_CLASS

LEGACY = re.compile(rf"([A-Za-z0-9_]+)=(?:[\"']([^\"']*?)[\"']|([^{SPACE_CLASS}\]]+))")


@given(st.text("ab=== \"'\xa0\x1c\n-", max_size=30))
def test_params_are_those_of_the_legacy_pattern(text: str) -> None:
    expected = {
        match[1]: match[3] if match[2] is None else match[2] for match in LEGACY.finditer(text)
    }
    assert read_params(text) == expected


@pytest.mark.parametrize(
    ("text", "params"),
    [
        pytest.param(" id=\"a\" t='b'", {"id": "a", "t": "b"}, id="quoted"),
        pytest.param(' c="It\'s" d="A \'q\' b"', {"c": "It", "d": "A "}, id="any quote closes"),
        pytest.param(' id="abc', {"id": '"abc'}, id="unclosed quote"),
        pytest.param(" ID=x id=y id=z", {"ID": "x", "id": "z"}, id="case and repetition"),
        pytest.param(" data-id=x foo bar", {"id": "x"}, id="junk"),
        pytest.param(" a= b==c", {"b": "=c"}, id="no value"),
        pytest.param(' n="5" m=5 o=""', {"n": "5", "m": 5, "o": ""}, id="types"),
        pytest.param(" __proto__=1", {"__proto__": 1}, id="a name like another"),
    ],
)
def test_params(text: str, params: dict[str, Any]) -> None:
    assert read_params(text) == params


@pytest.mark.parametrize(
    "value", [0, 5, -3, 9007199254740991, -9007199254740991, 1.5, -0.5, 0.1, 12.25]
)
def test_canonical_numbers_are_numbers(value: float) -> None:
    found = typed(repr(value))
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "-0", "007", "+5", "1.50", "1.0", ".5", "5.", "00.5", "-0.0", "1e3", "1E3", "nan", "inf",
        "true", "null", "0x10", "1_000", "٣", "9007199254740992", "-9007199254740992",
        "0.00001", "123456789012345680.5", "1" * 5000, "0." + "1" * 5000, '"5', "5%",
    ],
)  # fmt: skip
def test_everything_else_stays_text(text: str) -> None:
    assert typed(text) == text


@given(st.from_regex(r"-?[0-9]{0,18}(\.[0-9]{0,18})?", fullmatch=True))
def test_a_number_prints_as_it_was_written(text: str) -> None:
    value = typed(text)
    assert str(value) == text


@pytest.mark.alone
@pytest.mark.parametrize(
    "piece", [pytest.param("a", id="word"), pytest.param('a="', id="quotes"), pytest.param("=", id="equals")]
)  # fmt: skip
def test_time_is_linear(piece: str) -> None:
    start = time.process_time()
    read_params(" " + piece * 300_000)
    assert time.process_time() - start < 2
