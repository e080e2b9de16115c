from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable, Iterator

import pytest

from pybridge.rpc.errors import MessageTooLarge
from pybridge.rpc.framing import lines

LIMIT = 20


def cut(data: bytes, chunk: int = 7) -> list[bytes | str]:
    stream = io.BytesIO(data)
    found = lines(lambda _: stream.read(chunk), LIMIT)
    return ["too large" if isinstance(each, MessageTooLarge) else each for each in found]


@pytest.mark.parametrize("chunk", [1, 2, 7, 1000])
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(b"a\nbb\n", [b"a", b"bb"], id="lines"),
        pytest.param(b"a\r\n\n  \nb", [b"a", b"b"], id="blank-lines-and-no-last-end"),
        pytest.param(b"x" * 20 + b"\nb\n", [b"x" * 20, b"b"], id="just-fits"),
        pytest.param(b"x" * 21 + b"\nb\n", ["too large", b"b"], id="one-too-many"),
        pytest.param(b"x" * 999 + b"\nb\n", ["too large", b"b"], id="far-too-many"),
        pytest.param(b"x" * 999, ["too large"], id="no-end"),
        pytest.param(b"x" * 50 + b"\n" + b"y" * 50 + b"\nz", ["too large", "too large", b"z"], id="two"),
    ],
)  # fmt: skip
def test_lines_come_whole_and_never_too_long(
    data: bytes, expected: list[bytes | str], chunk: int
) -> None:
    assert cut(data, chunk) == expected


def test_a_line_without_end_takes_no_memory() -> None:
    read = endless(b"x" * 65536, 2000)
    tracemalloc.start()
    found = list(lines(read, 1 << 20))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == 1
    assert peak < 4 << 20


def endless(chunk: bytes, times: int) -> Callable[[int], bytes]:
    left: Iterator[bytes] = iter([chunk] * times)
    return lambda _: next(left, b"")
