"""What is lost with an element that is left out: its tag alone, or its content too; nothing without a warning."""

from __future__ import annotations

import json

import pytest

from pybridge import resources
from pybridge.html.policy import POLICY_FILE, html_policy
from pybridge.html.sanitise import clean, clean_page

POLICY = html_policy()
IN_FOREIGN = json.loads((resources.web_worker() / POLICY_FILE).read_text("utf-8"))[
    "droppedInForeign"
]


def left_out(html: str) -> tuple[str, list[str]]:
    """Return what is kept of a macro's HTML, and its warnings."""
    cleaned = clean(html, POLICY)
    return cleaned.html, [notice.message for notice in cleaned.notices]


@pytest.mark.parametrize("name", IN_FOREIGN)
@pytest.mark.parametrize("case", [str, str.lower, str.upper])
def test_names_of_svg_stand_for_words_elsewhere(name: str, case: type[str]) -> None:
    warning = [f"left out of the HTML: <{name.lower()}>"]
    written = case(name)
    for before, behind in [("", ""), ("<p>", "</p>"), ("<svg></svg><p>", "</p>")]:
        text = f"{before}run <{written}> of <b>x</b>{behind}"
        assert left_out(text) == (f"{before}run  of <b>x</b>{behind}", warning)
        text = f"{before}a<{written} x=1>b</{written}>c{behind}"
        assert left_out(text) == (f"{before}abc{behind}", warning)


@pytest.mark.parametrize("name", IN_FOREIGN)
@pytest.mark.parametrize("root", ["svg", "math"])
def test_names_of_svg_lose_their_content_in_it(name: str, root: str) -> None:
    for written in (name, name.upper()):
        text = f"<{root}><{written}><b onclick=x>x</b></{written}></{root}>y"
        assert left_out(text) == (
            f"<{root}></{root}>y",
            [f"left out of the HTML: <{name.lower()}>"],
        )


@pytest.mark.parametrize("name", ["object", "applet"])
def test_what_stands_in_for_a_plugin_is_kept_and_sanitised(name: str) -> None:
    text = f"a<{name} data=x code=y><b onclick=x>b</b><script>x</script></{name}>c"
    assert left_out(text) == (
        "a<b>b</b>c",
        [f"left out of the HTML: <{name}>, onclick of <b>, <script>"],
    )


READ_AS_COMMENTS = ["<?php echo 1 ?>", "<![CDATA[x]]>", "<!doctype html>", "</3 a>", "<!x>"]
WITHOUT_END = ["<!-- a", "<!--", "<i title='a>b", "<i a", "</i a", "<?php", "<!x"]


@pytest.mark.parametrize("lost", [*READ_AS_COMMENTS, *WITHOUT_END])
def test_text_is_not_lost_without_a_warning(lost: str) -> None:
    warning = [f"left out of the HTML: {lost}"]
    assert left_out(f"<b>x</b>{lost}") == ("<b>x</b>", warning)
    page = clean_page(f"<b>x</b>{lost}", POLICY)
    assert (page.html, [notice.message for notice in page.notices]) == ("<b>x</b>", warning)
    assert left_out(f"x<select><b>{lost}")[1] == ["left out of the HTML: <select>"]


@pytest.mark.parametrize("comment", ["<!-- a -->", "<!---->", "<!-->", "<!--->", "<!-- a --!>"])
def test_comments_are_left_out_without_a_warning(comment: str) -> None:
    assert left_out(f"<b>x</b>{comment}y") == ("<b>x</b>y", [])


def test_a_warning_shows_the_start_of_a_long_text_alone() -> None:
    assert left_out(f"<b>x</b><!-- \x1b{'a' * 500}")[1] == [
        f"left out of the HTML: <!-- ?{'a' * 34}…"
    ]
