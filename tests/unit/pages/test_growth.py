"""Twice the document takes at most twice the time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pybridge.html.policy import html_policy
from pybridge.pages.markdown import page_body
from tests.growth import LINEAR, growth

pytestmark = pytest.mark.costs

MARKDOWN: dict[str, tuple[int, Callable[[int], str]]] = {
    "names-of-placeholders": (5000, lambda n: "".join(f"pbm{i}x " for i in range(n))),
    "table-of-short-rows": (1000, lambda n: f"{'|' * n}\n{'|-' * n}|\n" + "x\n" * n),
    "table-of-one-column": (300, lambda n: "|a|\n|-|\n" + "|x|\n" * n),
    "wide-table": (1000, lambda n: f"{'|a' * n}|\n{'|-' * n}|\n{'|b' * n}|\n"),
    "paragraphs": (200, lambda n: "a *b* `c` <b>d</b>\n\n" * n),
}


@pytest.mark.parametrize("name", MARKDOWN)
def test_pages_of_twice_the_size_take_twice_the_time(name: str) -> None:
    size, make = MARKDOWN[name]
    assert growth(lambda text: page_body([text], [], html_policy()), make, size) < LINEAR
