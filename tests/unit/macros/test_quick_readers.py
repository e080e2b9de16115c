"""What reads the common form of params, tokens and brackets at once finds what the slow readers find."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from hypothesis import example, given
from hypothesis import strategies as st

from pybridge.macros.syntax import params, tokens
from pybridge.macros.syntax.half_openings import half_openings
from pybridge.macros.syntax.params import plain_params, read_params
from pybridge.macros.syntax.tokens import scan_tokens

PIECE = st.sampled_from([
    *(' a=1', ' b="x y"', " c='z'", ' d=""', " e=word", " f=-3", " g=1.5", " h=007", " i=0", " j=9007199254740993"),
    *(" k=https://x.y/z?q=1#e", " l=a-b", " m=5/", " n=5,", " o=a,", " p=a;b", ' q="', " r='", " s", " t =1", " u= 2"),
    *("=", " ", "  ", "\n", "\t", "\u00a0", "\ufeff", ' v="\\""', ' w="]"', ' x="[["', " é=1", " y=é", " a=2", '"', "/"),
    *(" z=a\u200bb", " aa=“x”", " _=_", " 1=1", " A-b=C", " b=x=y", " c=~", " d=%41", " e=a]", " f=[a", "]", "["),
    *(" g=99999999999999999", " h=1e3", " i=.5", " j=-", " k=-0", " l=1.50"),
])  # fmt: skip
TEXT = st.lists(PIECE, max_size=5).map("".join)
AROUND = st.sampled_from(
    ["", "x", "[", "]", "[[", "]]", "\\", "\n", "`", "[[/a]]", "[a id=1]]", "[ [a]]", "[a](b)"]
)
DOCUMENT = st.lists(
    st.one_of(
        AROUND, TEXT.map(lambda text: f"[[a{text}]]"), TEXT.map(lambda text: f"[[/a{text}]]")
    ),
    max_size=5,
).map("".join)


@given(TEXT)
@example(" a=1 a=2")
def test_params_read_at_once(text: str) -> None:
    plain = plain_params(text)
    if plain is None:
        return
    with patch.object(params, "plain_params", return_value=None):
        slow, findings = read_params(text)
    assert repr(plain) == repr(slow)  # 1 is not 1.0
    assert findings == ()


def test_most_params_are_read_at_once() -> None:
    for text in ("", ' id="a b" n=3', " url=https://example.org/a?b=c#d t='x'", " a=1 b=2.5 c=-4"):
        assert plain_params(text) is not None


@given(DOCUMENT, st.booleans())
def test_tokens_read_at_once(text: str, markdown: bool) -> None:
    found, others = scan_tokens(text, markdown=markdown)
    with patch.object(tokens, "plain_params", side_effect=lambda text: None if text else {}):
        slow, slow_others = scan_tokens(text, markdown=markdown)
    assert [token[:5] for token in found] == [token[:5] for token in slow]
    assert others == slow_others


@given(DOCUMENT)
def test_text_whose_brackets_all_begin_tokens_has_no_half_opening(text: str) -> None:
    found, _ = scan_tokens(text, markdown=True)
    if text.count("[") > 2 * len(found):
        return
    assert [*half_openings(text, _is_known, str, markdown=True)] == []


def _is_known(_: Any) -> bool:
    return True
