"""Front matter has one reader; its cases are data, for whoever needs another one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybridge.macros.syntax.front_matter import front_matter_end, read_front_matter

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "front_matter.json").read_text("utf-8")
)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_the_block_is_found_by_its_fences(case: dict[str, Any]) -> None:
    text = case["text"]
    block = read_front_matter(text)
    found = None
    if block is not None:
        content = text[block.content_start : block.content_end]
        found = {"kind": block.kind, "content": content, "body": text[block.end :]}
    assert found == case["expected"]


@given(
    st.lists(st.sampled_from(["---", "+++", "...", "a: 1", "b = 2", "\n", "\r\n", " ", "#", "x"]))
)
def test_offsets_cut_the_text_in_order(pieces: list[str]) -> None:
    text = "".join(pieces)
    block = read_front_matter(text)
    if block is None:
        assert front_matter_end(text) == 0
    else:
        assert 0 < block.content_start <= block.content_end < block.end <= len(text)
        assert front_matter_end(text) == block.end
