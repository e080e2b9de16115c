"""What a document's author meant as a macro or a param, and nothing reads, is a warning with its place."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybridge.macros.scripts.param_schema import read_param_schema
from pybridge.macros.syntax.params import read_params
from tests.unit.macros.host import Host, returning, splice

Json = dict[str, Any]
SHOW = "import json\ndef render(context):\n    return {'text': json.dumps(context['params'])}\n"


@pytest.fixture(scope="module")
def host() -> Host:
    host = Host()
    host.load(
        show=SHOW,
        my_card=returning("'card'"),
        mye_card=returning("'c'"),
        show_s_end=returning("'c'"),
        box=returning("'b'", "BODY = True"),
    )
    return host


def warned(host: Host, text: str, **fields: Any) -> list[tuple[int, int, str, str]]:
    document = host.document(text, **fields)
    assert document["errors"] == []
    return [
        (each["call"]["line"], each["call"]["column"], each["code"], each["message"])
        for each in document["warnings"]
    ]


@pytest.mark.parametrize(
    ("text", "column", "code", "words"),
    [
        pytest.param("[[show ]]", 1, "syntax", "a blank stands behind its name; write [[show]]", id="blank behind"),
        pytest.param("a [[ show id=1]]", 3, "syntax", "write [[show id=1]]", id="blank before"),
        pytest.param("[[show-it]]", 1, "syntax", "write [[show]]", id="hyphen"),
        pytest.param("[[my-card id=1]]", 1, "syntax", "write [[my_card id=1]]", id="hyphen for underscore"),
        pytest.param("[[Show: id=1]]", 1, "syntax", "':' follows its name; write [[Show id=1]]", id="colon"),
        pytest.param("[[show/]]", 1, "syntax", "'/' follows its name; write [[show]]", id="slash"),
        pytest.param("[[sh\u200bow id=1]]", 1, "syntax", "U+200B; write [[show id=1]]", id="zero width inside"),
        pytest.param("[[show\u200b id=1]]", 1, "syntax", "U+200B; write [[show id=1]]", id="zero width behind"),
        pytest.param("[[\u2060show]]", 1, "syntax", "U+2060; write [[show]]", id="zero width before"),
        pytest.param("[[show id=x]y]]", 1, "syntax", "a single ] ends it", id="bracket outside of quotes"),
        pytest.param("[[show id=1", 1, "syntax", "no ]] ends it; write [[show id=1]]", id="no end"),
        pytest.param("[[show id=1]", 1, "syntax", "a single ] ends it; write [[show id=1]]", id="half an end"),
        pytest.param("[[show id=1\n```\n]]\n```", 1, "syntax", "no ]] ends it", id="ends in code"),
        pytest.param("[[show\n]]", 1, "syntax", "a blank stands behind its name; write [[show]]", id="line end behind"),
        pytest.param("[[showid=1]]", 1, "syntax", "a blank is missing behind its name; write [[show id=1]]", id="no blank"),
        pytest.param("[[my_cardid='a b']]", 1, "syntax", "write [[my_card id='a b']]", id="no blank, quotes"),
        pytest.param("[[&nbsp;show id=1]]", 1, "syntax", "'&nbsp;' stands before its name; write [[show id=1]]", id="entity before"),
        pytest.param("[[**show id='x y'**]]", 1, "syntax", "'**' stands before its name; write [[show id='x y']]", id="bold"),
        pytest.param("[[scho\u0308n id=1]]", 1, "not-found", "no macro named 'scho\u0308n': a name has only", id="accent apart"),
        pytest.param("[[sho\u0308w id=1]]", 1, "syntax", "write [[show id=1]]", id="accent apart, known"),
        pytest.param("[[My\u00e9 card]]", 1, "syntax", "write [[mye_card]]", id="title with other letters"),
        pytest.param("[[my.card]]", 1, "syntax", "write [[my_card]]", id="title with a point"),
        pytest.param("[[Show's end]]", 1, "syntax", "write [[show_s_end]]", id="title that begins with a name"),
        pytest.param("[[My card]]", 1, "not-found", "did you mean 'my_card'?", id="title"),
        pytest.param("[[show größe=5]]", 8, "syntax", "a name has only the letters a to z, digits, _ and -", id="other letters of a param"),
        pytest.param("x [[/box]]", 3, "syntax", "[[/box]] closes nothing", id="stray end"),
        pytest.param("[[box]]a[[/ box]]", 9, "syntax", "write [[/box]]", id="blank in an end"),
        pytest.param("[[/show]]", 1, "syntax", "'show' takes no body", id="end of a macro without body"),
        pytest.param("[[/nosuch]]", 1, "not-found", "no macro named 'nosuch'", id="stray end of nothing"),
        pytest.param("[[Über id=1]]", 1, "not-found", "no macro named 'Über'", id="other letters"),
        pytest.param("a [show id=1]]", 3, "syntax", "a single [ begins it; write [[show id=1]]", id="half an opening"),
        pytest.param("[show a='x y]z']]", 1, "syntax", "write [[show a='x y]z']]", id="half an opening, bracket in quotes"),
        pytest.param("[show]]", 1, "syntax", "a single [ begins it; write [[show]]", id="half an opening without params"),
        pytest.param("x [/box]]", 3, "syntax", "a single [ begins it; write [[/box]]", id="half a stray end"),
        pytest.param("[ [show]]", 1, "syntax", "a blank stands between its brackets; write [[show]]", id="brackets apart"),
        pytest.param("[ [show id=1] ]", 1, "syntax", "between its brackets; write [[show id=1]]", id="brackets apart, both"),
        pytest.param("[ [my-card]]", 1, "syntax", "between its brackets; write [[my_card]]", id="brackets apart, hyphen"),
        pytest.param("`[show]]` and [ show id=1]]", 15, "syntax", "write [[show id=1]]", id="half an opening beside code"),
        pytest.param("[[show dQw4]]", 8, "syntax", "'dQw4' is read by no param", id="positional"),
        pytest.param("[[show id=5/]]", 12, "syntax", "'/' is read by no param", id="slash behind a number"),
        pytest.param("[[show a='It's so' b=1]]", 14, "syntax", "write it in \"…\"", id="own quote"),
        pytest.param("[[show a=1 a=2]]", 8, "syntax", "'a' is written again below", id="twice"),
        pytest.param('[[show a="x]]', 10, "syntax", "no closing \"", id="no closing quote"),
    ],
)  # fmt: skip
def test_what_is_nearly_a_macro_or_a_param(
    host: Host, text: str, column: int, code: str, words: str
) -> None:
    found = [each for each in warned(host, f"one\n\n{text}") if each[2] != "params"]
    assert [each[:3] for each in found] == [(3, column, code)]
    assert words in found[0][3]


@pytest.mark.parametrize(
    "text",
    [
        r"\[[ show]] \[[show ]]",
        "`[[show ]]`\n\n```\n[[ show id=1]]\n```",
        "[[Some-Page]] [[2024-01-01]] [[Über uns]] [[#top]]",
        "[[show](https://example.org) it](x)",
        "[[show] about it](https://example.org)",
        "[[show][1]] and [[ -f x ]] or [[",
        "[[[x]]] [] [[]] ]]",
        "x[show]] [see [show]] ![show]] \\[show]] [show] [show id=1] [show]: /x",
        "[see [show] ] [a]] [nosuch id=1]] [if [show]]",
        "`[show id=1]]`\n\n```\n[show id=1]]\n```\n[[show a='[show id=1]']]",
        '---\na: "[show id=1]]"\n---\nx',
        "[[#show]] [[!show]] [[*show*]] [['show']] [[x=show]] [[s==1]]",
    ],
)
def test_text_in_brackets_is_no_near_miss(host: Host, text: str) -> None:
    document = host.document(text)
    assert [each for each in document["warnings"] if each["code"] == "syntax"] == []
    assert [each["message"] for each in document["warnings"]] in ([], ["no macro named 'x'"])


@pytest.mark.parametrize("target", ["(x)", "(<a b> 'c')", "[r]", "[undefined]", "[]"])
@pytest.mark.parametrize(
    "before", ["[see ", "![see ", "x [see\n", "> [see\n> ", "[a] [see ", "[a [b] ", "\\[see "]
)
def test_what_ends_the_text_of_a_link_is_no_near_miss(host: Host, before: str, target: str) -> None:
    for macro in ("show id=1", "show a='x y'", "/box", "my-card id=1"):
        assert warned(host, f"{before}[{macro}]]{target}\n\n[r]: /u") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "(x)"),
        ("see ", "(x)"),
        ("[a] see ", "[r]"),
        ("[a](b) ", "(x)"),
        ("[see\n\n", "(x)"),
        ("[ ", "(x)"),
        ("[see ", " (x)"),
        ("[see ", ""),
    ],
)
def test_half_an_opening_in_no_link_is_a_warning(host: Host, before: str, after: str) -> None:
    [(_, _, code, message)] = warned(host, f"{before}[show id=1]]{after}\n\n[r]: /u")
    assert code == "syntax"
    assert message.endswith("write [[show id=1]]")


def test_the_form_in_a_warning_is_a_macro_without_warnings(host: Host) -> None:
    near = [
        "[[ show a=1]]",
        "[[show]",
        "[[sh\u00adow a='x y']]",
        "[[my-card]]",
        "[[Show|a=1]]",
        "[[show ]]",
    ]
    for text in near:
        [(_, _, _, message)] = warned(host, text)
        form = message.rpartition("write ")[2]
        again = host.document(form)
        assert again["warnings"] == []
        assert [macro["status"] for macro in again["macros"]] == ["ok"]


CHANGES = [
    *" \t\n[]\\/-*(){}<>!\"'=.:|,;+@$%^~&#\u200b\u00a0\ufeff\u201c\u0301é1",
    "&nbsp;",
    "&#91;",
]


@given(
    st.sampled_from(["[[show a=1]]", "[[show a='x y' b=2]]", "[[my_card]]", '[[show a="x"]]']),
    st.lists(st.tuples(st.integers(0, 20), st.sampled_from(["", *CHANGES]), st.booleans()), min_size=1, max_size=2),
)  # fmt: skip
def test_the_form_in_a_warning_is_a_macro_whatever_was_changed(
    host: Host, text: str, changes: list[tuple[int, str, bool]]
) -> None:
    for at, put_in, is_replaced in changes:
        text = text[:at] + put_in + text[at + is_replaced :]
    for warning in host.document(f"word {text} word")["warnings"]:
        form = re.search(r"not a macro: .*; write (\[\[\w.*\]\])$", warning["message"])
        if form is not None and "…" not in form[1]:
            again = host.document(form[1])
            assert [macro["status"] for macro in again["macros"]] == ["ok"]
            assert again["warnings"] == []


def test_warnings_stand_in_the_order_of_the_document(host: Host) -> None:
    text = "[[/box]]\n[[box]]\n[[nosuch]]\n[[show x]]\n[[/box]]\n[[ show]]"
    assert [line for line, *_ in warned(host, text)] == [1, 3, 4, 6]


def test_many_places_are_counted_and_not_all_listed(host: Host) -> None:
    document = host.document("[[show ]]\n" * 3000)
    assert len(document["warnings"]) == 1001
    assert document["warnings"][-1]["message"].startswith("2,000 more places")


def test_a_value_in_quotes_holds_brackets(host: Host) -> None:
    document = host.document('[[show a="Array [1] and [2]" b="]]"]]')
    assert document["warnings"] == []
    assert "Array [1] and [2]" in splice(document)


TYPES = st.sampled_from(["string", "integer", "number"])
WRITTEN = st.one_of(
    st.sampled_from(["1.50", "1e3", "007", "+5", ".5", "1.0", "1,5", "-0", "5 ", "0x1", "abc", "", "9" * 20]),
    st.from_regex(r"[-+]?[0-9]{1,4}([.,][0-9]{0,3})?", fullmatch=True),
)  # fmt: skip


@given(TYPES, WRITTEN, st.booleans())
def test_a_hint_about_a_type_is_no_circle(kind: str, value: str, quoted: bool) -> None:
    """What a hint says to write is accepted."""
    schema, _ = read_param_schema({"properties": {"p": {"type": kind}}})
    assert schema is not None
    found = schema.apply(read_params(f' p="{value}"' if quoted else f" p={value}")[0])
    for hint in (each.hint for each in found if each.hint):
        form = re.match(r'write (p="[^"]*"|p=[^ ,]+)', hint)
        assert form is not None, hint
        assert schema.apply(read_params(f" {form[1]}")[0]) == []


@pytest.mark.parametrize(
    ("declared", "hint"),
    [
        pytest.param({"type": "string"}, 'write p="…"', id="text"),
        pytest.param({}, 'write p="…"', id="any"),
        pytest.param({"type": "number"}, "write p=…, a number without quotes", id="number"),
        pytest.param({"type": "integer", "enum": [2, 3]}, "write p=2", id="number from a list"),
        pytest.param({"enum": ["left", "right"]}, 'write p="left"', id="text from a list"),
        pytest.param({"type": "boolean"}, "write p from a program: a document passes only text and numbers", id="boolean"),
    ],
)  # fmt: skip
def test_the_hint_for_a_missing_param_has_the_form_of_its_type(declared: Json, hint: str) -> None:
    schema, _ = read_param_schema({"properties": {"p": declared}, "required": ["p"]})
    assert schema is not None
    assert [each.hint for each in schema.apply({})] == [hint]
