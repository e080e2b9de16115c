"""Which frames stay: the cases that the JavaScript half is held to as well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pybridge.html.frame_hosts import refusal
from pybridge.html.policy import html_policy
from pybridge.html.sanitise import Notice, clean, sanitise
from pybridge.html.splice import finish_document
from pybridge.html.warnings import in_document_order
from pybridge.pages.markdown import page_body
from pybridge.pages.page import document_page, index_page

CASES: Any = json.loads((Path(__file__).parents[2] / "iframe_hosts.json").read_text("utf-8"))
POLICY = html_policy(CASES["hosts"])
MAP = '<iframe src="https://maps.example.org/"></iframe>'
VIDEO = '<iframe src="https://www.youtube.com/embed/a"></iframe>'
EVIL = '<iframe src="https://evil.example/"></iframe>'


def source_id(case: dict[str, Any]) -> str:
    return case.get("name") or ascii(case["src"])


@pytest.mark.parametrize("case", CASES["sources"], ids=source_id)
def test_a_frame_stays_only_with_a_page_of_a_listed_host(case: dict[str, Any]) -> None:
    html = f'<iframe src="{case["src"]}"></iframe>'
    assert sanitise(html, POLICY) == (html if case["kept"] else "")


@pytest.mark.parametrize("case", CASES["fragments"], ids=lambda case: case["name"])
def test_what_becomes_of_frames(case: dict[str, str]) -> None:
    assert sanitise(case["html"], POLICY) == case["clean"]


@pytest.mark.parametrize("case", CASES["refusals"], ids=lambda case: case["message"][:40])
def test_what_an_author_is_told(case: dict[str, Any]) -> None:
    assert refusal(case["sources"], frozenset(case["hosts"])) == case["message"]


def test_policies_with_other_hosts_share_no_memory() -> None:
    lists: tuple[list[str] | None, ...] = (
        None,
        ["maps.example.org"],
        [],
        ["www.youtube.com"],
        None,
    )
    kept = [
        [html for html in (MAP, VIDEO, EVIL) if sanitise(html, html_policy(hosts)) == html]
        for hosts in lists
    ]
    assert kept == [[VIDEO], [MAP], [], [VIDEO], [VIDEO]]
    assert html_policy(["b", "a"]) is html_policy(("a", "b"))


def test_a_refused_frame_is_told_and_a_kept_one_is_not() -> None:
    message = (
        'an iframe of "https://evil.example/" left out: '
        "allowed in iframes: kelvin.example, maps.example.org, xn--bcher-kva.example"
    )
    assert clean(f"<p>{EVIL}</p>", POLICY).notices == (Notice("iframe-host", message),)
    assert clean(MAP, POLICY).notices == ()
    assert clean("<b>x", POLICY).notices == ()


def macro(line: int, html: str) -> dict[str, Any]:
    position = {"path": "a.md", "line": line, "column": 1, "offset": 0}
    known = {"name": "map", "raw": "[[map]]", "display": "block", "status": "ok"}
    return {**known, "position": position, "result": {"html": html}}


def test_a_document_says_where_a_frame_was_left_out() -> None:
    call = {"path": "a.md", "line": 2, "column": 1}
    other = {"code": "script", "message": "x", "macro": "map", "call": call}
    outcome = {
        "parts": [0, 1, 2],
        "macros": [macro(1, MAP), macro(2, "<b>x</b>"), macro(3, EVIL)],
        "warnings": [other],
        "errors": [],
    }
    document = finish_document(outcome, POLICY)
    assert document["output"] == f"{MAP}<b>x</b>"
    assert document["warnings"] == [
        other,
        {
            "code": "iframe-host",
            "message": clean(EVIL, POLICY).notices[0].message,
            "macro": "map",
            "call": {"path": "a.md", "line": 3, "column": 1},
        },
    ]


def test_warnings_without_a_place_come_last() -> None:
    first, second, third = ({"call": {"line": line, "column": 1}} for line in (1, 2, 3))
    assert in_document_order([first, third, {}], [second]) == [first, second, third, {}]


def test_frames_written_into_a_document_obey_the_list_as_well() -> None:
    assert page_body([f"{MAP}\n\n{EVIL}\n"], [], POLICY).strip() == MAP


@pytest.mark.parametrize(
    ("hosts", "sources"),
    [
        pytest.param(
            None,
            "https://player.vimeo.com https://www.youtube-nocookie.com https://www.youtube.com",
            id="built-in",
        ),
        pytest.param(["b.example", "a.example"], "https://a.example https://b.example", id="own"),
        pytest.param([], "&#39;none&#39;", id="none"),
    ],
)
def test_the_policy_of_a_page_follows_the_list(hosts: list[str] | None, sources: str) -> None:
    page = document_page("", html_policy(hosts), name="a.md", post={}, language="en")
    assert f'frame-src {sources}">' in page


def test_the_list_of_documents_frames_nothing() -> None:
    assert "frame-src &#39;none&#39;" in index_page([], title="x", language="en")
