"""TOML, read within bounds that are checked before `tomllib` begins."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybridge.formats import Bounds, Unreadable, read_toml, read_toml_as_json

BOUNDS = Bounds(characters=1 << 20, depth=33, values=20_000)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("x = 1\na = " + "[" * 34, (2, 38), id="lists"),
        pytest.param("a = " + "{a=" * 34, (1, 104), id="tables"),
        pytest.param("a = [[\n[" + "[" * 31, (2, 32), id="several lines"),
        pytest.param("'a'=1\n" + ".".join("a" * 34) + " = 1", (2, 1), id="dotted key"),
        pytest.param("[" + ".".join(["'[]'"] * 34) + "]", (1, 2), id="header"),
        pytest.param("x = '''\n'''\n" + ' . "b" . c' * 17 + " = 1", (3, 4), id="spaced key"),
        pytest.param("a = [" + ",".join(["1"] * 30_000) + "]", (1, 1), id="values"),
        pytest.param("[a]\nb = " + "9" * 5000, (2, 5), id="number"),
        pytest.param("b = 0x" + "f" * 5000, (1, 5), id="hexadecimal"),
    ],
)
def test_bounds(text: str, place: tuple[int, int]) -> None:
    with pytest.raises(
        Unreadable, match=r"nested more than 33|more than 20,000|of more than 250"
    ) as caught:
        read_toml(text, BOUNDS)
    assert (caught.value.line, caught.value.column) == place


def test_a_depth_that_many_parts_make_is_found_afterwards() -> None:
    part = ".".join("a" * 12)
    with pytest.raises(Unreadable, match="nested more than 33 levels"):
        read_toml(f"[{part}]\n{part} = {{ {part} = 1 }}", BOUNDS)


@pytest.mark.parametrize(
    "text",
    [
        'a = "' + "[" * 100 + '"',
        "a = '" + "{" * 100 + "'",
        'a = """\n' + "[" * 100 + '\n"""',
        "a = '''" + "[" * 100 + "''''",
        "# " + "[" * 100,
        'a = """\\"""' + "[" * 100 + '"""',
        'a = "\\\\" # ' + "[" * 100,
        "a = 1.5 # " + "a." * 100,
        "a = [" + ", ".join(["1.5"] * 100) + "]",
        "a = '" + "9" * 1000 + "'",
        "[[a]]\n" * 100,
        "[a]\n[b]\n" * 1 + "[c]",
        "a = 1#" + "9" * 500,
    ],
)
def test_what_is_no_depth_is_read(text: str) -> None:
    assert read_toml(text, BOUNDS) == tomllib.loads(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a = 1\r\nb = \r\n", (2, 5), id="windows lines"),
        pytest.param("a = 1\rb = \r", (2, 5), id="old mac lines"),
        pytest.param("a = 1\nb = [1,\n", (3, 1), id="end"),
        pytest.param('a = """\n"" x', (2, 5), id="text without an end"),
        pytest.param("a = 2026-13-45", (1, 9), id="date"),
        pytest.param("b = 1\nat = 9999-12-31T23:59:59-05:00", (2, 6), id="past the last year"),
        pytest.param("a = 2026-01-01T00:00:00Z\nb = [0001-01-01T00:00:00.5+01:00]", (2, 6), id="before the first year"),
    ],
)  # fmt: skip
def test_errors_have_their_place(text: str, expected: tuple[int, int]) -> None:
    with pytest.raises(Unreadable) as caught:
        read_toml_as_json(text, BOUNDS)
    assert (caught.value.line, caught.value.column) == expected


def test_json_values() -> None:
    text = "a = [nan, inf, 1.5]\nb = 2026-01-02T03:04:05.6+01:00\nc = 2026-01-02\nd = 03:04:05\ne = 2026-01-02 03:04:05\n[f.g]\nh = true"
    assert read_toml_as_json(text, BOUNDS) == {
        "a": [None, None, 1.5],
        "b": "2026-01-02T02:04:05.600Z",
        "c": "2026-01-02",
        "d": "03:04:05",
        "e": "2026-01-02T03:04:05.000Z",
        "f": {"g": {"h": True}},
    }


PIECES = [
    "a", "b = ", "= ", "[", "]", "{", "}", ",", ".", "\n", '"', '"""', "'", "'''", "\\", "#", " ", "1", "9999-12-31T23:59:59-05:00", "[[a]]\n", "é",
    "9" * 300, "\r", "\x01",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_any_text_is_a_table_or_an_error_with_its_place(pieces: list[str]) -> None:
    text = "".join(pieces)
    place = place_of_error(text)
    if place is not None:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert 1 <= place[0] <= len(lines)
        assert 1 <= place[1] <= len(lines[place[0] - 1]) + 1


def place_of_error(text: str) -> tuple[int, int] | None:
    try:
        read_toml_as_json(text, BOUNDS)
    except Unreadable as error:
        return error.line, error.column
    return None
