from __future__ import annotations

import gc
import re
import time
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pybridge.macros.syntax.positions import locate
from pybridge.macros.syntax.tokens import find_tokens
from pybridge.macros.values.characters import SPACE_CLASS, SPACES
from tests.amounts import amount

LEGACY = re.compile(rf"\[\[([A-Za-z0-9_]+)(?:[{SPACE_CLASS}]+([^\]]+))?\]\]")
ALPHABET = "[[[]]]ab_1 =\n\t\xa0\ufeff\x1c\u0130"
QUOTED = ALPHABET + '""\'\\“'


def names(text: str, *, markdown: bool = True) -> list[str]:
    return [text[token.start : token.end] for token in find_tokens(text, markdown=markdown)]


@given(st.text(ALPHABET, max_size=24))
def test_tokens_without_quotes_are_those_of_the_legacy_pattern(text: str) -> None:
    expected = [(match.start(), match.end(), match[1]) for match in LEGACY.finditer(text)]
    found = [(token.start, token.end, token.name) for token in find_tokens(text, markdown=False)]
    assert found == expected


@given(st.text(QUOTED, max_size=40))
def test_quotes_only_lengthen_tokens(text: str) -> None:
    """Whatever the legacy pattern found begins a token still, or stands inside of one."""
    found = [(token.start, token.end) for token in find_tokens(text, markdown=False)]
    for match in LEGACY.finditer(text):
        assert any(start <= match.start() and match.end() <= end for start, end in found)
    for start, end in found:
        assert text[start : start + 2] == "[["
        assert text[end - 2 : end] == "]]"


@given(st.text("ab]] [=\n'\u201c", max_size=20), st.text("ab[ \n", max_size=8))
def test_a_value_in_quotes_may_hold_brackets(value: str, more: str) -> None:
    """On one line all, over lines single ones; a blank line, which may hold spaces, ends it."""
    assume("\n" not in value or ("]]" not in value and not re.search(r"\n *\n", value)))
    assume("[[" not in more and not more.endswith("["))
    token = f'[[a x="{value}" y=1]]'
    assert names(f"{more}{token}{more}", markdown=False) == [token]


def test_space_means_what_it_means_in_javascript() -> None:
    assert {
        chr(code) for code in range(0x10000) if re.match(f"[{SPACE_CLASS}]", chr(code))
    } == SPACES
    assert "\x1c" not in SPACES
    assert {"\xa0", "\ufeff", "\u2028"} <= SPACES


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("[[gallery]]", ["[[gallery]]"], id="bare"),
        pytest.param("[[gallery ]]", [], id="one space"),
        pytest.param("[[gallery  ]]", ["[[gallery  ]]"], id="two spaces"),
        pytest.param("[[ gallery]]", [], id="leading space"),
        pytest.param("[[my-macro]] [[größe]] [gallery]", [], id="no words"),
        pytest.param("[[a\xa0x]]", ["[[a\xa0x]]"], id="no-break space"),
        pytest.param("[[a\x1cx]]", [], id="a control character is not a space"),
        pytest.param('[[a\nid="x"\n]]', ['[[a\nid="x"\n]]'], id="over lines"),
        pytest.param('[[a id="x]y"]]', ['[[a id="x]y"]]'], id="bracket in a value"),
        pytest.param("[[a t='a]] b']] x", ["[[a t='a]] b']]"], id="brackets in a value"),
        pytest.param("[[a t=“a]] b”]] x", ["[[a t=“a]] b”]]"], id="brackets in typographic quotes"),
        pytest.param("[[a id=x]y]] [[b]]", ["[[b]]"], id="bracket outside of a value"),
        pytest.param('[[a t="x]\n\ny"]]', [], id="bracket in a value of two paragraphs"),
        pytest.param(
            '[[a t="x]]\ny" ]]', ['[[a t="x]]'], id="a forgotten quote ends with its line"
        ),
        pytest.param(
            '[[a t="x]] he said "no" [[b]]', ['[[a t="x]]', "[[b]]"], id="a forgotten quote"
        ),
        pytest.param(r'[[a t="say \"]]\" x"]]', [r'[[a t="say \"]]\" x"]]'], id="escaped quote"),
        pytest.param("[[[a]]]", ["[[a]]"], id="three brackets"),
        pytest.param("[[a [[b]]", ["[[a [[b]]"], id="one inside the other"),
        pytest.param(r"\[[a]] [[b]]", ["[[b]]"], id="literal"),
        pytest.param(r"\[[[a]]", [], id="literal with three brackets"),
        pytest.param(r"\[[/a]]", [], id="literal closing"),
        pytest.param("[[/a]] [[/a ]] [[/ a]]", ["[[/a]]"], id="closing"),
        pytest.param("[[a]", [], id="half"),
        pytest.param("[[", [], id="end"),
    ],
)
def test_grammar(text: str, found: list[str]) -> None:
    assert names(text) == found
    assert names(text, markdown=False) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("`[[a]]` [[b]]", ["[[b]]"], id="code span"),
        pytest.param("``[[a]]`` ` [[b]] ``", ["[[b]]"], id="runs of other lengths close nothing"),
        pytest.param("`[[a]] [[b]]", ["[[a]]", "[[b]]"], id="unclosed span"),
        pytest.param('[[a x="`"]] [[b y="`"]]', ['[[a x="`"]]', '[[b y="`"]]'], id="token first"),
        pytest.param('`x [[a y="`"]] [[b]]', ["[[b]]"], id="span first"),
        pytest.param("\\`[[a]]` [[b]]`", ["[[a]]"], id="escaped backtick opens nothing"),
        pytest.param("\\\\`[[a]]` [[b]]", ["[[b]]"], id="escaped backslash"),
        pytest.param("a ` b\n\n[[a]] `", ["[[a]]"], id="no span over a blank line"),
        pytest.param("- a ` b\n- [[a]] ` c", ["[[a]]"], id="no span over list items"),
        pytest.param("# a ` b\n[[a]] ` c", ["[[a]]"], id="no span out of a heading"),
        pytest.param("a ` b\n---\n[[a]] ` c", ["[[a]]"], id="no span out of an underlined heading"),
        pytest.param("a ` b\n[[a]] ` c", [], id="span over lines"),
        pytest.param("> a ` b\n> [[a]] ` [[b]]", ["[[b]]"], id="span in a quote"),
        pytest.param("> a ` b\n[[a]] ` [[b]]", ["[[b]]"], id="lazy continuation"),
        pytest.param("```\n[[a]]\n```\n[[b]]", ["[[b]]"], id="fence"),
        pytest.param("~~~ [[x]]\n[[a]]\n```\n~~~~\n[[b]]", ["[[b]]"], id="tildes"),
        pytest.param("```` \n[[a]]\n```\n[[b]]\n`````\n[[c]]", ["[[c]]"], id="longer fence"),
        pytest.param("   ```\n[[a]]\n  ```  \n[[b]]", ["[[b]]"], id="indented fence"),
        pytest.param("    ```\n[[a]]", ["[[a]]"], id="indented code is not a fence"),
        pytest.param("``` a`b\n[[a]]\n", ["[[a]]"], id="backtick in the info string"),
        pytest.param("[[a]]\n```\n[[b]]", ["[[a]]"], id="unclosed fence"),
        pytest.param("> ```\n> [[a]]\n[[b]]", ["[[b]]"], id="fence ends with its quote"),
        pytest.param("> ```\n> [[a]]\n\n[[b]]", ["[[b]]"], id="fence ends with its quote at a blank line"),
        pytest.param("- ```\n\n  [[a]]\n  ```\n[[b]]", ["[[b]]"], id="blank line in a fence"),
        pytest.param("> ```\n> [[a]]\n> ```\n> [[b]]", ["[[b]]"], id="fence in a quote"),
        pytest.param("1.  x\n\n    ```\n    [[a]]\n\n    [[b]]\n    ```\n    [[c]]", ["[[c]]"], id="fence in a list"),
        pytest.param("- ```\n  [[a]]\n[[b]]", ["[[b]]"], id="fence ends with its item"),
        pytest.param("- - ~~~\n    [[a]]\n    ~~~\n[[b]]", ["[[b]]"], id="fence in a nested list"),
        pytest.param("\t```\n[[a]]", ["[[a]]"], id="tab is four columns"),
        pytest.param("```\r\n[[a]]\r\n```\r\n[[b]]", ["[[b]]"], id="carriage returns"),
        pytest.param('[[a x="\n```\n"]]\n[[b]]', [], id="a fence is a block, tokens are inline"),
        pytest.param("---\nx: '[[a]]'\n---\n[[b]]", ["[[b]]"], id="front matter"),
        pytest.param("+++\nx = '[[a]]'\n+++\n[[b]]", ["[[b]]"], id="front matter in TOML"),
        pytest.param("---\n[[a]]\n", ["[[a]]"], id="a rule is not front matter"),
        pytest.param("\n---\n[[a]]\n---\n", ["[[a]]"], id="front matter only at the start"),
        pytest.param("---\nx: ```\n---\n[[b]] `", ["[[b]]"], id="no fence in front matter"),
    ],
)  # fmt: skip
def test_code_and_front_matter_hold_no_tokens(text: str, found: list[str]) -> None:
    assert names(text) == found


def test_text_has_no_verbatim_regions() -> None:
    text = "---\n[[a]]\n---\n```\n[[b]]\n```\n`[[c]]`"
    assert names(text, markdown=False) == ["[[a]]", "[[b]]", "[[c]]"]


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        pytest.param("ab", 1, (1, 2), id="first line"),
        pytest.param("a\nb", 2, (2, 1), id="newline"),
        pytest.param("a\r\nb\rc", 5, (3, 1), id="carriage returns"),
        pytest.param("😀é[[", 2, (1, 3), id="code points"),
        pytest.param("a\x0cb\u2028c", 4, (1, 5), id="other separators are not lines"),
    ],
)
def test_positions_count_lines_and_code_points(
    text: str, offset: int, place: tuple[int, int]
) -> None:
    assert locate(text, offset) == place


def best_of_three(work: Callable[[], object]) -> float:
    def once() -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    gc.disable()  # its full collections are not a cost of the scanner
    try:
        return min(once() for _ in range(3))
    finally:
        gc.enable()


@pytest.mark.costs
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda n: "[[a " * n, id="unclosed"),
        pytest.param(lambda n: "[[" * n, id="brackets"),
        pytest.param(lambda n: '[[a b="' * n, id="unclosed quotes"),
        pytest.param(lambda n: "[[x]]" + "`" * n, id="backticks"),
        pytest.param(
            lambda n: "[[x]]" + " ".join("`" * (1 + i % 90) for i in range(n // 40)), id="runs"
        ),
        pytest.param(lambda n: "[[`\n" + "> " * n, id="quotes"),
        pytest.param(lambda n: "- " * n + "[[`", id="list items"),
        pytest.param(lambda n: "- " * 200 + "[[`" + "\n" * n, id="blank lines in deep lists"),
        pytest.param(lambda n: "[[`" + "\\" * n, id="backslashes"),
        pytest.param(lambda n: "```\n[[a\n" * (n // 3), id="fences"),
        pytest.param(lambda n: "---\n" + "--\n" * n + "[[`", id="unclosed front matter"),
        pytest.param(lambda n: "[[a]] " * n, id="macros"),
    ],
)
def test_time_is_linear(make: Callable[[int], str]) -> None:
    size = amount(15_000, 60_000)
    small, large = make(size), make(4 * size)
    before = best_of_three(lambda: find_tokens(small, markdown=True))
    after = best_of_three(lambda: find_tokens(large, markdown=True))
    assert after < 10 * before + 0.02, "four times the input, sixteen times the time if quadratic"
