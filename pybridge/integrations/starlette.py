"""A lifespan for Starlette and FastAPI: one warm runtime for an application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from pybridge.library import AsyncRuntime

Lifespan = Callable[[Any], AbstractAsyncContextManager[Mapping[str, Any]]]


def lifespan(runtime: AsyncRuntime, *, name: str = "pybridge") -> Lifespan:
    """Return a lifespan that starts *runtime* with the application and closes it at its end.

    `Starlette(lifespan=lifespan(AsyncRuntime(project="notes")))`; a request has it as `request.state.pybridge`.

    Args:
        runtime: The runtime; nothing else closes it.
        name: Its name in the state of a request.
    """

    @asynccontextmanager
    async def running(_: Any) -> AsyncIterator[Mapping[str, Any]]:
        async with runtime:
            await runtime.start()
            yield {name: runtime}

    return running
