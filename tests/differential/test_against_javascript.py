"""The built-in macros against their JavaScript reference: the same bytes for whatever is written."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.amounts import amount
from tests.differential.documents import make_document
from tests.unit.macros.host import Host, splice

REFERENCE = Path(__file__).with_name("reference.mjs")
CASES = amount(2000, 5000)

Json = dict[str, Any]


def in_javascript(cases: list[Json]) -> list[str]:
    """Return what the reference makes of the cases; one process for all of them."""
    environment = {**os.environ, "TZ": "UTC"}
    text = json.dumps(cases)
    done = subprocess.run(
        ["node", str(REFERENCE)], input=text, capture_output=True, encoding="utf-8", env=environment
    )
    assert done.returncode == 0, done.stderr
    outputs: list[str] = json.loads(done.stdout)
    return outputs


def as_document(case: Json) -> Json:
    around = case["around"]
    return {
        "text": case["text"],
        "format": "text",
        "env": {"mainLanguage": around["language"]},
        "post": {"id": around["postId"]},
        "data": {key: around[key] for key in ("media", "linkedMediaIds", "tagUsage")},
    }


@pytest.fixture(scope="module")
def host() -> Host:
    defaults = Host()
    defaults.load_defaults()
    return defaults


@pytest.mark.parametrize("seed", [20_260_302])
def test_random_documents_give_the_same_bytes(host: Host, seed: int) -> None:
    random = Random(seed)
    cases = [make_document(random) for _ in range(CASES)]
    documents = host.documents([as_document(case) for case in cases])
    assert [document["errors"] for document in documents if document["errors"]] == []
    expected = in_javascript(cases)
    differing = [
        {"case": case, "python": splice(document), "javascript": output}
        for case, document, output in zip(cases, documents, expected, strict=True)
        if splice(document) != output
    ]
    assert differing[:1] == [], f"{len(differing)} of {CASES} differ"


def test_the_random_documents_reach_every_macro_in_every_state(host: Host) -> None:
    """The corpus would prove little if most of its tokens were none."""
    random = Random(1)
    cases = [make_document(random) for _ in range(1000)]
    output = "".join(splice(each) for each in host.documents([as_document(case) for case in cases]))
    marks = (
        'class="macro-youtube"', 'class="macro-vimeo"', 'class="gallery-item"', 'class="gallery-empty"',
        'class="gallery-caption"', 'class="photo-archive-item"', 'class="photo-archive-empty"',
        "photo-archive-recent-months", "photo-archive-single-month", "photo-archive-full-year",
        "data-tag-cloud-words", 'class="tag-cloud-empty"', "mixed-hv", "mixed-diagonal", 'data-width="640"',
    )  # fmt: skip
    assert [mark for mark in marks if output.count(mark) < 3] == []
