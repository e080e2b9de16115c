"""What is lost with an element that is left out: its tag alone, or its content too; nothing without a warning."""

from __future__ import annotations

import json

import pytest

from pybridge import resources
from pybridge.html.policy import POLICY_FILE, html_policy
from pybridge.html.sanitise import clean

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
