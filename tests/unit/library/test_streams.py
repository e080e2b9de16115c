"""`render_many`: in order, as documents come, in constant memory, and what its ends leave behind."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Iterator

import pytest

from pybridge import AsyncRuntime, Document, Runtime
from pybridge.library.documents import MOST_DOCUMENTS
from tests.unit.library.test_runtime import GREET


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime(scripts={"greet": GREET}, engine="native") as runtime:
        yield runtime


def texts(count: int) -> Iterator[str]:
    return (f"[[greet name=n{number}]]" for number in range(count))


def test_results_come_in_order(runtime: Runtime) -> None:
    done = runtime.render_many(texts(700))
    assert [each.output for each in done] == [f"<b>Hello, n{n}!</b>" for n in range(700)]


def test_the_first_result_needs_one_document_and_none_is_read_ahead_of_a_batch(
    runtime: Runtime,
) -> None:
    read = 0

    def counted() -> Iterator[str]:
        nonlocal read
        for text in texts(100_000):
            read += 1
            yield text

    done = runtime.render_many(counted())
    next(done)
    assert read == 1
    for taken in range(2, 2000):
        next(done)
        assert read <= taken + MOST_DOCUMENTS
    done.close()
    assert runtime.render("[[greet name=x]]").ok


class Broken(Exception):
    pass


@pytest.mark.parametrize("before", [0, 1, 2, 100, 1000])
def test_what_came_before_an_exception_of_the_documents_is_rendered(
    runtime: Runtime, before: int
) -> None:
    def breaking() -> Iterator[str]:
        yield from texts(before)
        raise Broken

    done = runtime.render_many(breaking())
    assert len([next(done) for _ in range(before)]) == before
    with pytest.raises(Broken):
        next(done)


def test_a_document_that_is_none_ends_the_stream_at_its_place(runtime: Runtime) -> None:
    done = runtime.render_many([Document("a"), "b", 3])  # type: ignore[list-item]
    assert [next(done).output, next(done).output] == ["a", "b"]
    with pytest.raises(TypeError, match="int"):
        next(done)


def test_streams_can_be_interleaved(runtime: Runtime) -> None:
    pairs = zip(runtime.render_many(texts(300)), runtime.render_many(texts(300)), strict=True)
    assert all(one.output == two.output for one, two in pairs)


def test_memory_does_not_grow_with_the_documents(runtime: Runtime) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        same = ("[[greet name=x]]" for _ in range(count))  # what is sanitised is remembered
        for rendered in runtime.render_many(same):
            assert rendered.ok
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(3000) < 1.3 * peak(1000)


async def collect(source: AsyncIterator[object], target: list[object]) -> None:
    async for each in source:
        target.append(each)


def test_an_async_stream_is_read_as_it_is_taken() -> None:
    read = 0

    async def counted() -> AsyncIterator[str]:
        nonlocal read
        for text in texts(5000):
            read += 1
            yield text
        raise Broken

    async def main() -> None:
        async with AsyncRuntime(scripts={"greet": GREET}, engine="native") as runtime:
            done = runtime.render_many(counted())
            assert (await anext(done)).output == "<b>Hello, n0!</b>"
            assert read == 1
            taken: list[object] = []
            with pytest.raises(Broken):
                await collect(done, taken)
            assert len(taken) == 4999
            plain = [each.output async for each in runtime.render_many(["a", "b"])]
            assert plain == ["a", "b"]

    asyncio.run(main())
