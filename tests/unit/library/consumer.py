"""A program of somebody else, for mypy --strict; it is not run."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pybridge
from pybridge import AsyncRuntime, Document, Limits, Problem, Rendered, Runtime


def pages(runtime: Runtime, texts: list[str]) -> Iterator[str]:
    documents = (Document(text, path=f"{at}.md") for at, text in enumerate(texts))
    for rendered in runtime.render_many(documents):
        yield rendered.html if rendered.ok else "\n".join(map(str, rendered.errors))


def first_error(rendered: Rendered) -> Problem | None:
    return rendered.errors[0] if rendered.errors else None


def whole() -> int:
    with pybridge.Runtime(scripts={"greet": ""}, engine="wasi", limits=Limits(item_s=1)) as runtime:
        result = runtime.call("greet", {"name": "World"})
        markup: str | None = result.html
        applied: tuple[str, ...] = runtime.transform({"title": "", "content": ""}).applied
        problems: tuple[Problem, ...] = runtime.check("x = 1").problems
        printed: str = runtime.run("job", ["a"], timeout_s=1.0).stdout
        return len(f"{markup}{applied}{problems}{printed}")


async def concurrent() -> list[str]:
    async with AsyncRuntime(project=".") as runtime:
        return [rendered.output async for rendered in runtime.render_many(["a", "b"])]


if __name__ == "__main__":
    asyncio.run(concurrent())
    try:
        whole()
    except pybridge.ScriptFailed as error:
        code: str = error.code
