from __future__ import annotations

import re
import time
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pybridge.macros.syntax.params import read_params, typed
from pybridge.macros.values.characters import SPACE_CLASS

LEGACY = re.compile(rf"([A-Za-z0-9_]+)=(?:[\"']([^\"']*?)[\"']|([^{SPACE_CLASS}\]]+))")


PLAIN = st.lists(
    st.from_regex(
        rf"[{SPACE_CLASS}][ab_1]{{1,2}}=([ab1.]{{1,3}}|\"[ab ='\n]{{0,4}}\"|'[ab=\n]{{0,4}}')",
        fullmatch=True,
    ),
    max_size=5,
)


@given(PLAIN)
def test_plain_params_are_those_of_the_legacy_pattern(pieces: list[str]) -> None:
    text = "".join(pieces)
    assume(not re.search('"[^"]*\'[^"]*"', text))  # whose values ended at any quote
    expected = {
        match[1]: typed(match[3]) if match[2] is None else match[2]
        for match in LEGACY.finditer(text)
    }
    assert read_params(text)[0] == expected


NAMES = st.from_regex("[a-zA-Z0-9_][a-zA-Z0-9_-]{0,3}", fullmatch=True)
VALUES = st.text("ab =]['\"\\/,;\n\u201c\u201d\u200b«日", max_size=8)
SIGNS = st.sampled_from(["=", " =", "= ", " = ", "\n=\t"])
SPACES = st.sampled_from([" ", "  ", "\n", "\xa0", "\ufeff "])


def written(value: str, quote: str) -> str:
    """Return *value* as an author writes it in quotes."""
    opener, closers = quote[0], quote[1:]
    return opener + re.sub(rf"(\\*)([{closers}]|\Z)", escape, value) + closers[0]


def escape(run: re.Match[str]) -> str:
    return run[1] * 2 + ("\\" + run[2] if run[2] else "")


@given(
    st.dictionaries(NAMES, VALUES, max_size=4),
    SIGNS,
    SPACES,
    st.sampled_from(['""', "''", '“”“„‟"', '„“”„‟"', "‘’‘‚‛'", "«»«"]),
)
def test_what_is_written_in_quotes_is_read_whole(
    params: dict[str, str], sign: str, space: str, quote: str
) -> None:
    pieces = [f"{space}{name}{sign}{written(value, quote)}" for name, value in params.items()]
    text = "".join(pieces)
    assert read_params(text) == (params, ())


JUNK = st.sampled_from(
    [
        "s",
        "new in",
        '"title"',
        "/",
        ",",
        "größe=5",
        "a:b",
        "-",
        "it\u200bd=4",
        "=",
        "“y”",
        "--w=1",
    ]
)


@given(
    st.lists(st.one_of(JUNK.map(lambda junk: (junk, True)), NAMES.map(lambda n: (f"{n}=v", False))))
)
def test_nothing_is_passed_over_in_silence(pieces: list[tuple[str, bool]]) -> None:
    """Neighbours in junk are named as one, and a sign takes what follows; behind a name that makes a param."""
    text, places = "", set()
    before: tuple[str, bool] = ("", False)
    for piece, is_junk in pieces:
        text += f" {piece}"
        if is_junk and not before[1]:
            places.add(len(text) - len(piece))
        if (before[0], piece) == ("s", "="):
            places.discard(len(text) - len("s ="))
        before = piece, is_junk
    found = [place for place, _ in read_params(text)[1]]
    assert found == sorted(found)
    if len(found) < 20:
        assert places <= {*found}


@pytest.mark.parametrize(
    ("text", "params", "places"),
    [
        pytest.param(" s=\"What's new in 2.0?\"", {"s": "What's new in 2.0?"}, [], id="apostrophe"),
        pytest.param(" s='It's new'", {"s": "It"}, [7], id="the own quote inside"),
        pytest.param(' s = "x y" t= 5 u =v', {"s": "x y", "t": 5, "u": "v"}, [], id="blanks round the sign"),
        pytest.param(" s=“Curly quotes”", {"s": "Curly quotes"}, [], id="typographic quotes"),
        pytest.param(" s=„So auch“ t=«oui»", {"s": "So auch", "t": "oui"}, [], id="of other languages"),
        pytest.param(' id="abc" data-id="5"', {"id": "abc", "data-id": "5"}, [], id="hyphenated name"),
        pytest.param(" id=5/", {"id": 5}, [5], id="slash behind a number"),
        pytest.param(" id=5 /", {"id": 5}, [6], id="slash at the end"),
        pytest.param(" u=https://example.org/ v=a/b/", {"u": "https://example.org/", "v": "a/b/"}, [], id="slashes of a value"),
        pytest.param(" a=1, b=2", {"a": 1, "b": 2}, [4], id="comma behind a number"),
        pytest.param(' a="x", b=y', {"a": "x", "b": "y"}, [6], id="comma behind a quote"),
        pytest.param(" a=x, b=y", {"a": "x,", "b": "y"}, [3], id="comma behind a word"),
        pytest.param(" dQw4w9WgXcQ", {}, [1], id="positional"),
        pytest.param(' "A title" id=x', {"id": "x"}, [1], id="positional in quotes"),
        pytest.param(r' s="say \"hi\"" t="C:\dir\\" u="a \\ b"', {"s": 'say "hi"', "t": "C:\\dir\\", "u": r"a \\ b"}, [], id="escapes"),
        pytest.param(' s="x" s="y"', {"s": "y"}, [1], id="written twice"),
        pytest.param(' s="unclosed', {"s": '"unclosed'}, [3], id="no closing quote"),
        pytest.param(" s=x\u200b", {"s": "x\u200b"}, [4], id="invisible in a value"),
        pytest.param(" größe=5", {}, [1], id="other letters in a name"),
        pytest.param(" s=", {}, [1], id="no value"),
        pytest.param(" s= t=5", {"t": 5}, [1], id="no value before another param"),
        pytest.param("  ", {}, [], id="blanks"),
    ],
)  # fmt: skip
def test_params_as_authors_write_them(text: str, params: dict[str, Any], places: list[int]) -> None:
    read, findings = read_params(text)
    assert read == params
    assert [place for place, _ in findings] == places


@pytest.mark.parametrize(
    ("text", "params"),
    [
        pytest.param(" id=\"a\" t='b'", {"id": "a", "t": "b"}, id="quoted"),
        pytest.param(" ID=x id=y id=z", {"ID": "x", "id": "z"}, id="case and repetition"),
        pytest.param(" a= b==c", {"b": "=c"}, id="no value"),
        pytest.param(' n="5" m=5 o=""', {"n": "5", "m": 5, "o": ""}, id="types"),
        pytest.param(" __proto__=1", {"__proto__": 1}, id="a name like another"),
    ],
)
def test_params(text: str, params: dict[str, Any]) -> None:
    assert read_params(text)[0] == params


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


@pytest.mark.costs
@pytest.mark.parametrize(
    "piece", [pytest.param("a", id="word"), pytest.param('a="', id="quotes"), pytest.param("=", id="equals"), pytest.param("a=‘", id="typographic")]
)  # fmt: skip
def test_time_is_linear(piece: str) -> None:
    start = time.process_time()
    read_params(" " + piece * 300_000)
    assert time.process_time() - start < 2
