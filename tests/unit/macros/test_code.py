"""Code is what the converter of the pages takes for code: its fenced blocks and its code spans."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from pybridge.macros.syntax.tokens import find_tokens
from tests.amounts import amount
from tests.unit.macros.random_markdown import make_markdown

TEXTS = amount(4000, 50_000)
MACRO = re.compile(r"\[\[(m\d+)\]\]")
OTHER = re.compile(r"\[\[(?!\[?m\d+\]\])")
CONVERTER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def code_in(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in ("fence", "code_inline"):
            yield f"{token.info} {token.content}"
        yield from code_in(token.children or ())


def outside_code(text: str) -> set[str]:
    """Return the macros that the converter finds in no code, but for literal ones."""
    code = " ".join(code_in(CONVERTER.parse(text + "\n")))
    inside = set(MACRO.findall(code))
    return {found[1] for found in MACRO.finditer(text)} - inside - literal(text)


def literal(text: str) -> set[str]:
    found = MACRO.finditer(text)
    return {each[1] for each in found if text[: each.start()].endswith(("\\", "\\["))}


def found_in(text: str) -> set[str]:
    return {token.name for token in find_tokens(text, markdown=True)} - literal(text)


@pytest.mark.parametrize("seed", [20_260_311])
def test_random_texts_have_code_where_the_converter_has_it(seed: int) -> None:
    random = Random(seed)
    texts = (make_markdown(random) for _ in range(TEXTS))
    mine = [text for text in texts if not OTHER.search(text)]
    differing = [text for text in mine if found_in(text) != outside_code(text)]
    assert differing[:3] == [], f"{len(differing)} of {len(mine)} differ"


def test_the_random_texts_hold_much_code() -> None:
    random = Random(1)
    texts = [make_markdown(random) for _ in range(1000)]
    macros = sum(len(MACRO.findall(text)) for text in texts)
    outside = sum(len(outside_code(text)) for text in texts)
    assert macros > 2000
    assert 0.1 < 1 - outside / macros < 0.5


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("<!--\n```\nold\n-->\n\n[[m1]]", {"m1"}, id="fence in a comment"),
        pytest.param("<pre>\n```\n</pre>\n\n[[m1]]", {"m1"}, id="fence in <pre>"),
        pytest.param("<div>\n```\n[[m1]]\n\n```\n[[m2]]", {"m1"}, id="fence behind a block of HTML"),
        pytest.param("| a | b |\n|---|---|\n| ` | [[m1]] |\n| ` | [[m2]] |", {"m1", "m2"}, id="ticks in two rows"),
        pytest.param("| a | b |\n|---|---|\n| `[[m1]]` | ` [[m2]] |", {"m2"}, id="tick and span in a row"),
        pytest.param("<https://x.org/`a> [[m1]] <https://x.org/`b>", {"m1"}, id="ticks in autolinks"),
        pytest.param('<b title="`">x</b> [[m1]] <b title="`">y</b>', {"m1"}, id="ticks in attributes"),
        pytest.param("[a](/x`y) [[m1]] `", {"m1"}, id="tick in an address"),
        pytest.param("[a](/x 'y`') [[m1]] `", {"m1"}, id="tick in a title"),
        pytest.param("[a]: /x`y\n\n[[m1]] `", {"m1"}, id="tick in a definition"),
        pytest.param("[a]: /x`y\n[[m1]] `", {"m1"}, id="text behind a definition"),
        pytest.param("[a][b](c`d) [[m1]] `\n\n[b]: /x", set(), id="tick behind a reference"),
        pytest.param("[x [y](z) `](u`) [[m1]] `", {"m1"}, id="link inside of a link's text"),
        pytest.param("[[m1]](/x`y) [[m2]] `", {"m1", "m2"}, id="macro as the text of a link"),
        pytest.param("a `\n<div>\n[[m1]] `", {"m1"}, id="HTML ends a paragraph"),
        pytest.param("a `\n<b>\n[[m1]] `", set(), id="a lone tag does not"),
        pytest.param("    ```\n    [[m1]]\n    ```", {"m1"}, id="indented code is run"),
    ],
)  # fmt: skip
def test_what_commonmark_does_not_call_code(text: str, found: set[str]) -> None:
    assert found_in(text) == found
    assert outside_code(text) == found
