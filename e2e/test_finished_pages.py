"""Finished pages in a real browser: the policy lets their own style in, and nothing of what attacks bring."""

from __future__ import annotations

import runpy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from e2e.attacks.corpus import FOLDER
from pybridge.engines.browser.asset_server import AssetServer
from pybridge.html.policy import html_policy
from pybridge.html.sanitise import sanitise
from pybridge.pages.markdown import page_body
from pybridge.pages.page import document_page

PAYLOADS = sorted(FOLDER.glob("H*.py"))
STYLED = "() => getComputedStyle(document.querySelector('main')).maxWidth"


@pytest.fixture
def served(tmp_path: Path, browser: Browser) -> Iterator[tuple[AssetServer, Page, list[str]]]:
    # The server's own policy would hide what the page's lets through.
    headers = {"Content-Security-Policy": "base-uri *"}
    server = AssetServer({"/": tmp_path}, headers=headers)
    with server, browser.new_context() as context:
        page, console = context.new_page(), list[str]()
        page.on("console", lambda message: console.append(message.text))
        page.on("pageerror", lambda error: console.append(str(error)))
        yield server, page, console


def html_of(payload: Path, server: str) -> str:
    render: Any = runpy.run_path(str(payload))["render"]
    return str(render({"params": {"server": server}})["html"])


def finished(parts: list[str | int], macros: list[Mapping[str, Any]]) -> str:
    policy = html_policy(None)
    body = page_body(parts, macros, policy)
    return document_page(body, policy, name="attacked", post={}, language="en")


def test_attacks_in_a_document_and_in_results_do_nothing(
    served: tuple[AssetServer, Page, list[str]], tmp_path: Path
) -> None:
    server, page, console = served
    assert len(PAYLOADS) > 20
    texts = [html_of(payload, server.url) for payload in PAYLOADS]
    macros: list[Mapping[str, Any]] = [
        {"status": "ok", "display": "block", "result": {"html": sanitise(text)}} for text in texts
    ]
    parts: list[str | int] = []
    for number, text in enumerate(texts):
        parts += [f"\n\n{text}\n\n", number]
    (tmp_path / "page.html").write_text(finished(parts, macros), "utf-8")
    page.goto(f"{server.url}/page.html")
    page.wait_for_load_state("load")
    assert page.evaluate("() => globalThis.pwned ?? null") is None
    assert page.evaluate("() => typeof document.cookie") == "string"
    assert page.title() == "attacked"
    assert [each for each in server.requests if "secret" in each] == []
    assert [each for each in console if "pwned" in each] == []


def test_a_plain_page_has_its_style_and_its_pictures(
    served: tuple[AssetServer, Page, list[str]], tmp_path: Path
) -> None:
    server, page, console = served
    (tmp_path / "dot.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    )
    (tmp_path / "page.html").write_text(finished(["# Title\n\n![dot](dot.svg)\n"], []), "utf-8")
    for address in (f"{server.url}/page.html", (tmp_path / "page.html").as_uri()):
        page.goto(address)
        page.wait_for_function("() => document.images[0].complete")
        assert page.evaluate("() => document.images[0].naturalWidth") == 9
        assert page.evaluate(STYLED) != "none"
        assert [each for each in console if "Content Security Policy" in each] == []


LINKS = [
    "target=_blank rel=opener",
    "target=_blank rel='nofollow&#10;OPENER'",
    "target='_blank&#10;' rel=author",
    "target=other",
    "target=' _blank'",
    "target=_top rel=opener",
]


@pytest.mark.parametrize("attributes", LINKS)
@pytest.mark.parametrize("by", ["a macro", "its author"])
def test_what_a_link_opens_has_no_hold_of_the_page(
    served: tuple[AssetServer, Page, list[str]], tmp_path: Path, attributes: str, by: str
) -> None:
    link = f'<a href="/opened.html" {attributes}>go</a>'
    made: dict[str, Any] = {"status": "ok", "display": "inline", "result": {"html": sanitise(link)}}
    text = finished(["x ", 0], [made]) if by == "a macro" else finished([f"x {link}"], [])
    assert not has_opener(served, tmp_path, text)


def test_a_link_that_nobody_looked_at_gives_the_page_away(
    served: tuple[AssetServer, Page, list[str]], tmp_path: Path
) -> None:
    assert has_opener(served, tmp_path, f'<a href="/opened.html" {LINKS[0]}>go</a>')


def has_opener(served: tuple[AssetServer, Page, list[str]], folder: Path, html: str) -> bool:
    """Follow the link of a page; return whether what it opens, here or in a new tab, can reach that page."""
    server, page, _ = served
    (folder / "page.html").write_text(html, "utf-8")
    (folder / "opened.html").write_text("<!doctype html><p>opened", "utf-8")
    page.goto(f"{server.url}/page.html")
    opened: list[Page] = []
    page.context.on("page", lambda new: opened.append(new))
    page.get_by_text("go").click()
    for _ in range(100):
        shown = [each for each in (*opened, page) if each.url.endswith("/opened.html")]
        if shown:
            shown[0].wait_for_load_state()
            return bool(shown[0].evaluate("() => window.opener !== null"))
        page.wait_for_timeout(50)
    raise AssertionError("the link opened nothing")
