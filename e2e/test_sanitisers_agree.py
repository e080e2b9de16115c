"""The page with DOMPurify and Python with nh3 make the same of HTML that parsers read differently."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from e2e.html_snippets import snippets
from e2e.page_snippets import page_snippets, well_nested, without_ends
from e2e.wild_snippets import wild_snippets
from pybridge.html.policy import html_policy
from pybridge.html.sanitise import clean, sanitise_page
from tests.amounts import amount

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "sanitiser_cases.json"
SANITISER = ROOT / "web_worker" / "host" / "html" / "sanitise.js"

CLEANED = """(texts) => {
  globalThis.sanitiser ??= client.createSanitiser("always");
  return texts.map((text) => {
    const outcome = { result: { html: text } };
    const notices = globalThis.sanitiser.outcome(outcome);
    return [outcome.result.html, notices.map(({ code, message }) => [code, message])];
  });
}"""

REPARSED = """(texts) => texts.filter((text) => {
  const page = new DOMParser().parseFromString(`<!DOCTYPE html><body>|${text}|</body>`, "text/html");
  const written = page.body.innerHTML.slice(1, -1);
  const again = new DOMParser().parseFromString(`<!DOCTYPE html><body>${written}`, "text/html");
  // A browser writes neither the newline that it leaves out nor the reference of a carriage return.
  const isWrittenAsRead = /<pre|&#13;/i.test(text) || again.body.innerHTML === written;
  return page.body.firstChild.nodeName !== "#text" || page.body.lastChild.nodeName !== "#text" || !isWrittenAsRead;
})"""
"""Which texts reach out of their place, or are read differently after a browser has written them."""


Outcome = tuple[str, list[tuple[str, str]]]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page with the client's sanitiser, without a sandbox."""
    esbuild = ROOT / "node_modules" / ".bin" / "esbuild"
    command = [str(esbuild), str(SANITISER), "--bundle", "--format=iife", "--global-name=client"]
    bundle = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout
    context = browser.new_context()
    page = context.new_page()
    page.evaluate(f"{bundle}\nglobalThis.client = client;")
    yield page
    context.close()


UNLISTED = """([texts, tags]) => texts.filter((text) => {
  const { head, body } = new DOMParser().parseFromString(`<!DOCTYPE html><body>|${text}|</body>`, "text/html");
  const isListed = (node) => tags.includes(node.localName) && !node.hasAttribute("onload") && !node.hasAttribute("onerror");
  const names = [...head.children, ...body.querySelectorAll("*")];
  return !names.every(isListed) || body.lastChild.nodeName !== "#text";
})"""
"""In which texts a browser finds what the policy does not list, or an element that takes what follows."""


def in_page(page: Page, texts: Sequence[str]) -> list[Outcome]:
    """Return what the page makes of the texts, and says of them."""
    made: list[Outcome] = []
    for first in range(0, len(texts), 5000):
        found = page.evaluate(CLEANED, list(texts[first : first + 5000]))
        made.extend(
            (html, [(code, message) for code, message in notices]) for html, notices in found
        )
    return made


def in_python(texts: Sequence[str]) -> list[Outcome]:
    cleaned = [clean(html, html_policy()) for html in texts]
    return [(each.html, [(n.code, n.message) for n in each.notices]) for each in cleaned]


def assert_alike(page: Page, texts: Sequence[str]) -> None:
    ours, theirs = in_python(texts), in_page(page, texts)
    different = [
        (text, mine, its)
        for text, mine, its in zip(texts, ours, theirs, strict=True)
        if mine != its
    ]
    assert different == []
    outputs = [html for html, _ in theirs]
    assert [html for html, _ in in_page(page, outputs)] == outputs, "what is sanitised is kept"
    assert page.evaluate(REPARSED, outputs) == []


def test_the_shared_cases_are_cleaned_alike(page: Page) -> None:
    cases: list[Any] = json.loads(CASES.read_text("utf-8"))
    assert len(cases) >= 500
    assert_alike(page, cases)


@pytest.mark.parametrize("seed", range(amount(1, 10)))
def test_half_written_html_is_cleaned_alike(page: Page, seed: int) -> None:
    assert_alike(page, list(wild_snippets(amount(1_000, 20_000), 1000 + seed)))


def test_html_of_the_policy_is_cleaned_alike(page: Page) -> None:
    texts = snippets(amount(1_000, 20_000))
    assert_alike(page, texts)
    kept = sum(
        "<" in text
        for text, (html, _) in zip(texts, in_page(page, texts), strict=True)
        if html == text
    )
    assert kept > len(texts) / 5, "the snippets must reach what is kept"


def test_tags_that_lose_their_content_are_cleaned_alike(page: Page) -> None:
    assert_alike(page, list(page_snippets(amount(1_000, 20_000), 4)))


@pytest.mark.parametrize("seed", range(amount(1, 10)))
def test_a_browser_finds_nothing_forbidden_in_a_page(page: Page, seed: int) -> None:
    """Pages keep what stands behind a tag without its end."""
    count = amount(2_000, 10_000)
    texts = [*page_snippets(count, 100 + seed), *well_nested(count // 10, seed)]
    texts += [text for text, _ in without_ends(count // 10, seed)]
    pages = [sanitise_page(text, html_policy()) for text in texts]
    assert [again for again in pages if sanitise_page(again, html_policy()) != again] == []
    assert page.evaluate(UNLISTED, [pages, sorted(html_policy().tags)]) == []
    assert page.evaluate(REPARSED, pages) == []
    assert page.evaluate(UNLISTED, [texts, sorted(html_policy().tags)]) != [], "the check can fail"
