"""The lifespan in a real application."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.types import Message

from pybridge import AsyncRuntime
from pybridge.integrations.starlette import lifespan
from tests.integrations.test_python_markdown import SCRIPTS


async def page(request: Request) -> HTMLResponse:
    runtime: AsyncRuntime = request.state.pybridge
    return HTMLResponse((await runtime.render(request.query_params["text"])).html)


async def asked(application: Starlette) -> tuple[bytes, list[str]]:
    """Start the application as a server does, ask it for a page, end it."""
    to_app: asyncio.Queue[Message] = asyncio.Queue()
    said: asyncio.Queue[Message] = asyncio.Queue()
    state: dict[str, Any] = {}
    scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": state}
    running = asyncio.ensure_future(application(scope, to_app.get, said.put))
    await to_app.put({"type": "lifespan.startup"})
    kinds = [(await said.get())["type"]]
    http = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"text=%5B%5Bb%5D%5D",
        "headers": [],
        "state": dict(state),
    }
    answer: asyncio.Queue[Message] = asyncio.Queue()
    await application(http, to_app.get, answer.put)
    await answer.get()
    body: bytes = (await answer.get())["body"]
    await to_app.put({"type": "lifespan.shutdown"})
    kinds.append((await said.get())["type"])
    await running
    return body, kinds


def test_an_application_has_a_warm_runtime_for_as_long_as_it_runs() -> None:
    runtime = AsyncRuntime(scripts=SCRIPTS, engine="native")
    application = Starlette(routes=[Route("/", page)], lifespan=lifespan(runtime))
    body, kinds = asyncio.run(asked(application))
    assert body == b"<p><b>1</b></p>\n"
    assert kinds == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
