"""Front matter that was made to end, block or fill the process costs the post of its own document."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pybridge.project.front_matter import FrontMatterInvalid, read_post

LENGTH = 200_000
YAML = [
    "[", "{", "- ", "? ", "[{", "{a: ", "{? ", "&a [", "!!seq [", "- [", "? - ", ": ", "a: ", "a:\n", "*a ", "&a ", "!!str ", "'", '"', "|\n", ">\n",
    "#", "\\", "\t", "\n", "%TAG ! a\n", "<<: *a\n", "59:", "9", "0x", ", ", "] ", "} ", "\u2028", "\x00", "\ufeff",
]  # fmt: skip
TOML = ["[", "[[", "{a=", "a.", "'a'.", '"', "'''", '"""', "\\", "a=1\n", "9", "0x", "_", ",", "]", "}", "#", "\n", "\r", "\u2028", "\x00"]  # fmt: skip


def post_of(text: str) -> object:
    """Return the post, or the error; anything else is raised."""
    found: object
    try:
        found = read_post(text, "posts/a.md")
    except FrontMatterInvalid as error:
        found = error
    if isinstance(found, FrontMatterInvalid):
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert 1 <= found.line <= len(lines)
        assert 1 <= found.column <= len(lines[found.line - 1]) + 1
    else:
        json.dumps(found, allow_nan=False)
    return found


@pytest.mark.parametrize("before", ["x: ", "x: [1, ", "&a x: &a 1\ny:\n  "])
@pytest.mark.parametrize("unit", YAML)
def test_repeated_yaml(unit: str, before: str) -> None:
    post_of(f"---\n{before}{unit * (LENGTH // len(unit))}\n---\n")


@pytest.mark.parametrize("before", ["x = ", "x = [1, ", "[x."])
@pytest.mark.parametrize("unit", TOML)
def test_repeated_toml(unit: str, before: str) -> None:
    post_of(f"+++\n{before}{unit * (LENGTH // len(unit))}\n+++\n")


@pytest.mark.parametrize(
    ("fence", "units"), [pytest.param("---", YAML, id="yaml"), pytest.param("+++", TOML, id="toml")]
)
@settings(max_examples=60)
@given(data=st.data())
def test_mixtures(fence: str, units: list[str], data: st.DataObject) -> None:
    piece = st.tuples(st.sampled_from(units), st.sampled_from([1, 2, 40, 5_000]))
    pieces = data.draw(st.lists(piece, max_size=6))
    body = "".join(unit * count for unit, count in pieces)
    before = "x: " if fence == "---" else "x = "
    post_of(f"{fence}\n{before}{body}\n{fence}\n")


def bomb(link: str, levels: int = 30) -> str:
    lines = (f"a{n + 1}: &a{n + 1} {link.format(n=n)}\n" for n in range(levels))
    return "---\na0: &a0 {k: v}\n" + "".join(lines) + "---\n"


@pytest.mark.parametrize(
    "link",
    ["[*a{n}, *a{n}]", "{{b: *a{n}, c: *a{n}}}", "{{<<: *a{n}, c: *a{n}}}", "{{<<: [*a{n}, *a{n}]}}", "[[*a{n}], *a{n}, *a{n}]"],
)  # fmt: skip
def test_aliases_do_not_multiply(link: str) -> None:
    assert isinstance(post_of(bomb(link)), FrontMatterInvalid)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("---\nx: " + "x" * 10_000_000 + "\n---\n", id="plain"),
        pytest.param('---\nx: "' + "x" * 10_000_000 + '"\n---\n', id="quoted"),
        pytest.param("---\nx: |\n" + ("  " + "x" * 100 + "\n") * 100_000 + "---\n", id="block"),
        pytest.param("+++\nx = '" + "x" * 10_000_000 + "'\n+++\n", id="toml"),
        pytest.param("+++\nx = [" + "1," * 5_000_000 + "]\n+++\n", id="numbers"),
    ],
)
def test_what_is_too_long_is_not_parsed(text: str) -> None:
    error = post_of(text)
    assert isinstance(error, FrontMatterInvalid)
    assert error.problem == "longer than 1,048,576 characters"
