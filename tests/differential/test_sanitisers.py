"""Python and the client sanitise to the same bytes, and what is sanitised is not changed again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import pytest

from e2e.html_snippets import snippets
from e2e.page_snippets import page_snippets
from e2e.wild_snippets import wild_snippets
from tests.amounts import amount
from tests.differential.normalisers import client, differences


def batches(snippets: Iterable[str]) -> Iterator[list[str]]:
    left = iter(snippets)
    while batch := list(islice(left, 2_000)):
        yield batch


@pytest.mark.parametrize("seed", range(amount(1, 10)))
def test_half_written_html_is_read_alike(seed: int) -> None:
    with client() as ask:
        for batch in batches(wild_snippets(amount(8_000, 100_000), seed)):
            assert differences(batch, ask) == []


def test_html_of_the_policy_is_read_alike() -> None:
    with client() as ask:
        for batch in batches(snippets(amount(3_000, 30_000))):
            assert differences(batch, ask) == []


def test_tags_that_lose_their_content_are_read_alike() -> None:
    with client() as ask:
        for batch in batches(page_snippets(amount(8_000, 100_000), 5)):
            assert differences(batch, ask) == []


def test_what_fuzzing_found_stays_mended() -> None:
    found = [
        '<input disabled="\xa0-->\t" type="checkbox">',
        '<iframe src="https://player.vimeo.com/video/ 12 " allowfullscreen></iframe>',
    ]
    with client() as ask:
        assert differences(found, ask) == []
