"""Parts of the answers that need no server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pybridge.mcp.answers import INLINE_BYTES, MOST_ARTIFACTS, RunAnswer, head_and_tail
from pybridge.mcp.kept import Gone, KeptOutputs, mime_type_of
from pybridge.mcp.runs.guest import MOST_DEPTH, _Values
from pybridge.mcp.runs.once import OUTCOME, result_of
from pybridge.mcp.runs.request import CodeRun
from pybridge.mcp.runs.result import RunResult, Stream
from pybridge.processes import Completed


@pytest.fixture
def kept() -> Iterator[KeptOutputs]:
    found = KeptOutputs(most_bytes=1000)
    yield found
    found.close()


@pytest.mark.parametrize("length", [0, 1, 999, 1000, 1001, 5000])
@pytest.mark.parametrize("letter", ["a", "é", "€", "😀"])
def test_a_long_text_keeps_its_ends_within_the_limit(length: int, letter: str) -> None:
    text = letter * length
    shown = head_and_tail(text, 1000)
    size = len(text.encode())
    assert len(shown.encode()) <= 1000
    assert (shown == text) == (size <= 1000)
    if size > 1000:
        head, middle, tail = shown.split("\n")
        left = int(middle.split()[1].replace(",", ""))
        assert len(head.encode()) + left + len(tail.encode()) == size


def test_the_oldest_outputs_are_forgotten_first(kept: KeptOutputs) -> None:
    first = kept.keep("1", "a", b"x" * 600)
    second = kept.keep("2", "a", b"y" * 600)
    assert [link.uri for link in kept.links()] == [second.uri]
    with pytest.raises(Gone):
        kept.read(first.uri)
    assert kept.read(second.uri)[0] == b"y" * 600


@pytest.mark.parametrize("name", ["a b", "ü/ö.txt", "%41", "a?offset=1", "a#b", "..", "x" * 200])
def test_every_name_can_be_read_back(kept: KeptOutputs, name: str) -> None:
    link = kept.keep("r", name, b"0123456789")
    assert kept.read(link.uri)[0] == b"0123456789"
    assert kept.read(f"{link.uri}?offset=3&length=4")[0] == b"3456"
    assert kept.read(f"{link.uri}?offset=8&length=99")[0] == b"89"
    assert kept.read(f"{link.uri}?offset=99")[0] == b""


@pytest.mark.parametrize(
    "query", ["offset=-1", "offset=x", "length=1e3", "size=1", "offset", "offset=" + "9" * 30]
)
def test_a_query_that_is_none_names_nothing(kept: KeptOutputs, query: str) -> None:
    link = kept.keep("r", "a", b"0")
    with pytest.raises(Gone):
        kept.read(f"{link.uri}?{query}")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.png", b"", "image/png"), ("a.csv", b"", "text/csv"), ("a", b"text", "text/plain"),
        ("a", b"\xff\xfe", "application/octet-stream"), ("a", b"a\0", "application/octet-stream"),
        ("a.tar.gz", b"\x1f\x8b", "application/octet-stream"), ("a", b"x" * 4095 + "é".encode(), "text/plain"),
    ],
)  # fmt: skip
def test_media_types(name: str, content: bytes, expected: str) -> None:
    assert mime_type_of(name, content) == expected


def test_an_answer_is_bounded_whatever_a_run_leaves() -> None:
    kept = KeptOutputs()
    artifacts = {f"{number}.txt": b"x" for number in range(100)}
    noise = Stream(b"\xff" * 200_000, is_cut=True)
    result = RunResult("ok", 0, noise, noise, value=["x" * 99] * 9999, artifacts=artifacts)
    try:
        answer = RunAnswer("r", result, {}).to_answer(kept)
    finally:
        kept.close()
    structured: Any = answer.structured
    assert len(structured["stdout"].encode()) <= INLINE_BYTES
    assert len(structured["artifacts"]) == MOST_ARTIFACTS
    assert structured["value"] is None
    assert structured["truncated"] == {"stdout": True, "stderr": True, "value": True}
    assert len(answer.text) <= 8000


def test_values_that_are_deep_or_circular_have_an_end() -> None:
    circle: list[Any] = []
    circle.append(circle)
    assert _Values().of(circle) == [{"type": "list", "repr": "[[...]]"}]
    deep: Any = 1
    for _ in range(MOST_DEPTH + 5):
        deep = [deep]
    found = _Values().of(deep)
    for _ in range(MOST_DEPTH):
        [found] = found
    assert found["type"] == "list"


@pytest.mark.parametrize("exit_code", [0, 1, 3, 120, 255])
@pytest.mark.parametrize("outcome", [b"{}", b'{"value": 5}', b'{"exitCode": 3}', b"[", b""])
def test_every_end_of_a_process_has_an_answer(
    kept: KeptOutputs, exit_code: int, outcome: bytes
) -> None:
    completed = Completed(exit_code, files={OUTCOME: outcome}, has_files=True)
    result = result_of(completed, CodeRun(""))
    structured = RunAnswer("r", result, {}).to_answer(kept).structured
    assert structured is not None
    assert (structured["error"] is None) == (structured["status"] == "ok")
