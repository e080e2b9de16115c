"""Which HTML keeps its bytes without a look by nh3; the client is held to the same cases, and both to one fuzz test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pybridge.html import sanitise
from pybridge.html.policy import Policy, html_policy

CASES: dict[str, list[str]] = json.loads(
    (Path(__file__).parents[2] / "plain_html.json").read_text("utf-8")
)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the library gets to see."""
    seen: list[str] = []
    library = sanitise._library_form

    def looking(html: str, policy: Policy) -> str:
        seen.append(html)
        return library(html, policy)

    monkeypatch.setattr(sanitise, "_library_form", looking)
    sanitise._remembered.cache_clear()
    return seen


@pytest.mark.parametrize("html", CASES["plain"])
def test_what_is_plain_stays_as_it_is_written(html: str, seen: list[str]) -> None:
    assert sanitise.clean(html, html_policy()) == sanitise.Cleaned(html)
    assert seen == []


@pytest.mark.parametrize("html", CASES["notPlain"])
def test_what_is_not_plain_goes_through_both_walls(html: str, seen: list[str]) -> None:
    sanitise.clean(html, html_policy())
    assert len(seen) == 1


def test_lone_surrogates_are_replaced_in_plain_html_too(seen: list[str]) -> None:
    assert sanitise.clean("<b>\ud800</b>", html_policy()).html == "<b>?</b>"
