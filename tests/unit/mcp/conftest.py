"""The server as a real process, and the SDK's own client."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

ERAS = ("legacy", "2026-07-28")


class Assistant:
    """A client that calls tools, from a thread without an event loop."""

    def __init__(self, portal: BlockingPortal, client: Client) -> None:
        self.portal = portal
        self.client = client

    def call(self, name: str, arguments: Mapping[str, Any] | None = None, **more: Any) -> Any:
        async def calling() -> Any:
            return await self.client.call_tool(name, dict(arguments or {}), **more)

        return self.portal.call(calling)

    def run(self, code: str, **arguments: Any) -> dict[str, Any]:
        """Run code by `run_python` and return run-result.v1."""
        return dict(self.call("run_python", {"code": code, **arguments}).structured_content)

    def read(self, uri: str) -> Any:
        async def reading() -> Any:
            return await self.client.read_resource(uri)

        [content] = self.portal.call(reading).contents
        return content


@contextmanager
def connected(
    arguments: Sequence[str] = (), *, cwd: Path | None = None, mode: Any = "auto"
) -> Iterator[Assistant]:
    """Start the server and connect a client."""
    with ExitStack() as stack:
        place = stack.enter_context(TemporaryDirectory())
        audit = [] if "--audit" in arguments else ["--audit", place]
        parameters = StdioServerParameters(
            command=sys.executable, args=["-m", "pybridge", "mcp", *audit, *arguments], cwd=cwd
        )
        portal = stack.enter_context(start_blocking_portal())
        client = Client(stdio_client(parameters), mode=mode)
        yield Assistant(portal, stack.enter_context(portal.wrap_async_context_manager(client)))


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with connected(cwd=tmp_path_factory.mktemp("empty")) as found:
        yield found
