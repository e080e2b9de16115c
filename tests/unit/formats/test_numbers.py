"""A number of a post or of data is the same in every engine, whether it came through JavaScript or not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pybridge.formats import Bounds, read_toml_as_json, read_yaml
from pybridge.formats.json_text import decode_json, parse_json
from pybridge.macros.values import json_text
from pybridge.macros.values.limits import Limits
from pybridge.macros.values.results import to_json

BOUNDS = Bounds(characters=1000, depth=5, values=10)
LARGEST = 2**53 - 1


def same(one: object, other: object) -> bool:
    return (type(one), one) == (type(other), other)


@pytest.mark.parametrize(
    "written", ["9007199254740992", "-9007199254740992", "1234567890123456789", "9" * 250]
)
def test_an_integer_that_javascript_would_round_keeps_its_digits(written: str) -> None:
    assert read_yaml(f"a: {written}", BOUNDS) == {"a": written}
    assert read_toml_as_json(f"a = {written}", BOUNDS) == {"a": written}
    assert parse_json(written) == written


@pytest.mark.parametrize("number", [0, LARGEST, -LARGEST])
def test_the_largest_integers_stay_integers(number: int) -> None:
    assert same(read_yaml(str(number), BOUNDS), number)
    assert same(parse_json(str(number)), number)
    assert same(json_text.parse(str(number)), number)


def test_a_record_of_our_own_keeps_its_integers() -> None:
    assert same(decode_json("1234567890123456789"), 1234567890123456789)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (4.0, 4),
        (-0.0, 0),
        (-2.0, -2),
        (0.5, 0.5),
        (float(LARGEST), LARGEST),
        (2.0**53, 2.0**53),
        (1e17, 1e17),
    ],
)
def test_a_whole_number_is_an_integer(number: float, expected: float) -> None:
    text = repr(number)
    assert same(read_yaml(f"[{text}]", BOUNDS)[0], expected)
    assert same(read_toml_as_json(f"a = {text}", BOUNDS)["a"], expected)
    assert same(json_text.parse(text), expected)
    assert same(to_json(number, Limits()), expected)


@pytest.mark.parametrize("number", [1e17, 2.0**53, 1.2345678901234567e18, 1e20, 1e21, 1e300])
def test_what_javascript_writes_in_another_way_is_read_alike(number: float) -> None:
    by_javascript: Any = json.dumps(int(f"{number:.0f}")) if number < 1e21 else json.dumps(number)
    assert same(json_text.parse(by_javascript), number)
    assert same(json_text.parse(json.dumps(number)), number)
