"""The runtime for programs with an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

from pybridge.app_tools import AppTools
from pybridge.engines import DEFAULT_ENGINE
from pybridge.engines.limits import Limits
from pybridge.library import work
from pybridge.library.core import Job, Opened
from pybridge.library.documents import Document, async_batches, prepare
from pybridge.library.runtime import OnOutput, context_of, core_of
from pybridge.library.scripts import Place, Scripts
from pybridge.library.tools import Allow, Recording, Tools
from pybridge.library.values import Checked, Ran, Rendered, Result, Script, Transformed

T = TypeVar("T")


class AsyncRuntime:
    """`Runtime` with coroutines. Cancelling one ends its script at once; the sandbox is replaced.

    Work is done in one thread, in the order it was asked for. Use it in `async with`, or await `close`.
    """

    def __init__(
        self,
        *,
        project: Place | None = None,
        scripts: Scripts | None = None,
        engine: str = DEFAULT_ENGINE,
        limits: Limits | None = None,
        tools: Tools | AppTools | None = None,
        allow: Allow | None = None,
    ) -> None:
        """Prepare, as `Runtime` does."""
        self._core = core_of(project, scripts, engine, limits, tools, allow)
        self._threads = ThreadPoolExecutor(1, "pybridge")

    async def start(self) -> Self:
        """Start the sandbox now; return the runtime."""
        await self._do(lambda opened: None)
        return self

    async def scripts(self) -> tuple[Script, ...]:
        """Return the loaded scripts, built-in ones included."""
        return await self._do(lambda opened: tuple(map(work.script, opened.session.scripts)))

    async def render(
        self,
        text: str,
        *,
        path: str | None = None,
        post: Mapping[str, Any] | None = None,
        env: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        format: Literal["markdown", "text"] = "markdown",
        preview: bool = False,
    ) -> Rendered:
        """Render the macros in a document; see `Runtime.render`."""
        document = prepare(Document(text, path, post, env, data, format))
        return (await self._do(lambda opened: work.render(opened, [document], preview)))[0]

    async def render_many(
        self,
        documents: Iterable[str | Document] | AsyncIterable[str | Document],
        *,
        preview: bool = False,
    ) -> AsyncGenerator[Rendered, None]:
        """Render any number of documents in order; see `Runtime.render_many`."""
        async for batch in async_batches(documents):
            for done in await self._do(partial(work.render, documents=batch, preview=preview)):
                yield done

    async def call(
        self,
        name: str,
        params: Mapping[str, Any] | None = None,
        *,
        body: str | None = None,
        post: Mapping[str, Any] | None = None,
        env: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> Result:
        """Call one macro; see `Runtime.call`."""
        context = context_of(params, body=body, post=post, env=env, data=data)
        return await self._do(lambda opened: work.call(opened, name, context))

    async def transform(
        self, post: Mapping[str, Any], context: Mapping[str, Any] | None = None
    ) -> Transformed:
        """Send a post through the enabled transforms; see `Runtime.transform`."""
        sent = dict(post), dict(context or {})
        return await self._do(lambda opened: work.transform(opened, *sent))

    async def check(self, source: str, *, path: str = "scripts/script.py") -> Checked:
        """Find the mistakes in the source of a script, without running it."""
        return await self._do(lambda opened: work.check(opened, source, path))

    async def run(
        self,
        name: str,
        args: Sequence[str] = (),
        *,
        timeout_s: float | None = None,
        on_output: OnOutput | None = None,
        recording: Recording | None = None,
        replay: str | None = None,
    ) -> Ran:
        """Run a utility script; see `Runtime.run`. *on_output* is called in another thread."""
        given = [*args], timeout_s, on_output, recording, replay
        return await self._do(lambda opened: work.run(opened, name, *given))

    async def reload(self) -> None:
        """Read scripts and project data again before the next use."""
        await asyncio.wrap_future(self._threads.submit(self._core.reload))

    async def close(self) -> None:
        """End the sandbox, after the work that was asked for; may be called again."""
        await asyncio.to_thread(self._core.close)
        self._threads.shutdown(wait=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def __reduce__(self) -> str:
        raise TypeError("an AsyncRuntime cannot be pickled: open one in each process")

    async def _do(self, job_work: Callable[[Opened], T]) -> T:
        job = Job()
        future: Future[T] = self._threads.submit(self._core.use, job_work, job)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            future.cancel()
            self._core.cancel(job)
            raise
