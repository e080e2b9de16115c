"""In a page, an element that loses its content takes nothing with it if its end tag is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from e2e.page_snippets import DROPPED, page_snippets, well_nested, without_ends
from pybridge.html.normalise import normalise
from pybridge.html.policy import html_policy
from pybridge.html.sanitise import clean_page, sanitise_page
from tests.amounts import amount
from tests.unit.pages.test_sanitise import assert_harmless

POLICY = html_policy()
IN_HTML = sorted(POLICY.dropped_with_content)
CLOSED = [name for name in IN_HTML if name != "plaintext"]


@pytest.mark.parametrize("name", IN_HTML)
@pytest.mark.parametrize("case", [str.lower, str.upper, str.title])
def test_without_its_end_tag_only_the_tag_is_lost(name: str, case: type[str]) -> None:
    written = case(name)
    for end in ("", f"</{written}x>", f"</{written}", f"<i title='{written}'>i</i>", "</option x"):
        if end.startswith("</option") and name == "option":
            continue
        cleaned = clean_page(f"<p>a <{written} x> b</p><p>c <b>d</b></p>{end}", POLICY)
        assert cleaned.html.startswith("<p>a  b</p><p>c <b>d</b></p>")
        assert f"<{name}>" in cleaned.notices[0].message


@pytest.mark.parametrize("name", CLOSED)
@pytest.mark.parametrize("end", ["</{}>", "</{} >", "</{}/>", "</{}\n x='>'>"])
def test_with_its_end_tag_the_content_is_lost(name: str, end: str) -> None:
    for written in (name, name.upper()):
        page = f"a<{name} x>b<b>c</b>{end.format(written)}"
        assert clean_page(page, POLICY).html.removesuffix("'&gt;") == "a"
        again = clean_page(f"{page}<{name}>d", POLICY)
        assert again.html.endswith("d")
        assert [notice.message for notice in again.notices] == [f"left out of the HTML: <{name}>"]


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        pytest.param("<p>a<select>b</p>c</select>d", "<p>ab</p>cd", id="another-ends-first"),
        pytest.param("<select><p>a</select></p>b", "<p></p>b", id="others-in-it"),
        pytest.param("<select>a<select>b</select>c", "ac", id="two-starts"),
        pytest.param("<select>a<option>b<option>c</select>d", "d", id="starts-in-it"),
        pytest.param("<select>a<script>b</select>c", "c", id="open-raw-text-in-it"),
        pytest.param("<script>a<select>b</script>c", "c", id="start-in-raw-text"),
        pytest.param("<select>a<b title='</select>'>b</select>c", "c", id="end-in-a-value"),
        pytest.param("<script>a<b title='</script>'>b", "'&gt;b", id="end-in-a-value-of-raw-text"),
        pytest.param("<select>a<!-- </select> -->b", "ab", id="end-in-a-comment"),
        pytest.param("<script>a<!-- </script>b", "b", id="comment-in-raw-text"),
        pytest.param("<iframe src=x>a<b>b", "a<b>b</b>", id="refused-frame"),
        pytest.param(
            '<iframe src="https://www.youtube.com/a">a<b>b</b>',
            '<iframe src="https://www.youtube.com/a"></iframe>a<b>b</b>',
            id="listed-frame",
        ),
        pytest.param("<svg><desc>a<path/></svg>b", "<svg>a<path></path></svg>b", id="foreign"),
        pytest.param("<svg><desc>a</desc><path/></svg>b", "<svg><path></path></svg>b", id="foreign-end"),
        pytest.param("<svg><use/><title/><path/></svg></title>b", "<svg><path></path></svg>b", id="foreign-empty"),
        pytest.param("<svg><desc/><path/></desc></svg>b", "<svg><path></path></svg>b", id="foreign-stray-end"),
        pytest.param("<svg><select>x<title/></select>a</svg></title>b", "<svg>a</svg>b", id="foreign-empty-in-it"),
        pytest.param("<select/>a</select>b", "b", id="a-slash-closes-nothing"),
    ],
)  # fmt: skip
def test_which_end_tag_counts(page: str, kept: str) -> None:
    assert sanitise_page(page, POLICY) == kept


def test_words_behind_open_tags_are_kept() -> None:
    for page, words in without_ends(amount(3_000, 30_000), 1):
        cleaned = clean_page(page, POLICY)
        assert [word for word in words if word not in cleaned.html] == [], page


def test_with_every_end_tag_a_page_loses_what_a_macro_loses() -> None:
    for page in well_nested(amount(3_000, 30_000), 2):
        normalised = normalise(page, POLICY, POLICY.bounds)
        assert normalised is not None
        assert sanitise_page(page, POLICY) == normalised.html, page


def test_pages_of_any_tags_are_harmless_and_final() -> None:
    for number, page in enumerate(page_snippets(amount(10_000, 100_000), 3)):
        once = sanitise_page(page, POLICY)
        assert sanitise_page(once, POLICY) == once, page
        if number % 20 == 0:
            assert_harmless(once)


def test_tags_in_lost_content_count_too() -> None:
    small = replace(POLICY, page_bounds=replace(POLICY.page_bounds, tags=20))
    assert sanitise_page("<select>" + "<b>" * 18 + "</select>x", small) == "x"
    cleaned = clean_page("<select>" + "<b>" * 19 + "</select>x", small)
    assert cleaned.html.startswith("&lt;select")
    assert [notice.code for notice in cleaned.notices] == ["html-left-out"]


def test_every_name_is_tried() -> None:
    assert {
        name.lower() for name in DROPPED
    } >= POLICY.dropped_with_content | POLICY.dropped_in_foreign
