"""The tools and the kept outputs as handlers of the SDK's server."""

from __future__ import annotations

import base64
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import anyio
import mcp_types as types
from anyio import to_thread
from mcp.server import Server
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError

import pybridge
from pybridge.errors import InternalError, PybridgeError
from pybridge.errors.text import error_text
from pybridge.mcp.answers import Answer
from pybridge.mcp.kept import TEMPLATE, Gone, KeptOutputs, Link, is_text
from pybridge.mcp.tools.tool import Tool, Work, same_name

PROGRESS_S = 2.0
"""Seconds between two messages about the progress of a tool."""
MOST_RUNNING = 4
"""Tools that run at the same time; further calls wait."""
NOT_FOUND = -32002
_MOST_LISTED = 200
_INSTRUCTIONS = """\
`run_python` runs code in a sandbox. What is too long for an answer is linked: read it as a resource, or pass its address on in `files`."""

_Context = ServerRequestContext[Any, Any]
_Report = Callable[[float, str], Awaitable[None]]
_Found = TypeVar("_Found")


def build(tools: Sequence[Tool], kept: KeptOutputs) -> Server[Any]:
    """Return a server with these tools; it can serve any number of connections."""
    handlers = _Handlers(tools, kept)
    return Server(
        "pybridge",
        version=pybridge.__version__,
        title="pybridge",
        instructions=_INSTRUCTIONS,
        on_list_tools=handlers.list_tools,
        on_call_tool=handlers.call_tool,
        on_list_resources=handlers.list_resources,
        on_list_resource_templates=handlers.list_templates,
        on_read_resource=handlers.read_resource,
    )


class _Handlers:
    def __init__(self, tools: Sequence[Tool], kept: KeptOutputs) -> None:
        self._tools = {same_name(tool.name): tool for tool in tools}
        self._kept = kept
        self._slots: anyio.Semaphore | None = None

    async def list_tools(self, _: _Context, __: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_tool(tool) for tool in self._tools.values()])

    async def call_tool(
        self, context: _Context, params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        tool = self._tools.get(same_name(params.name))
        if tool is None:
            names = ", ".join(each.name for each in self._tools.values())
            raise _fault(
                types.INVALID_PARAMS, f"no tool named {params.name[:80]!r}", f"there are {names}"
            )
        started = time.monotonic()

        async def report(total: float, message: str) -> None:
            elapsed = round(time.monotonic() - started, 1)
            await context.session.report_progress(elapsed, None, f"{message}, {elapsed:g} s")

        slots = self._slots = self._slots or anyio.Semaphore(MOST_RUNNING)
        await _acquired(slots, report)
        try:
            return _result(await _answered(tool, params.arguments or {}, report))
        finally:
            slots.release()

    async def list_resources(self, _: _Context, __: Any) -> types.ListResourcesResult:
        links = self._kept.links()[:_MOST_LISTED]
        return types.ListResourcesResult(
            resources=[types.Resource(**_linked(each)) for each in links]
        )

    async def list_templates(self, _: _Context, __: Any) -> types.ListResourceTemplatesResult:
        found = types.ResourceTemplate(
            name="output", uri_template=TEMPLATE, description="An output of a run, or a part of it."
        )
        return types.ListResourceTemplatesResult(resource_templates=[found])

    async def read_resource(
        self, _: _Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        uri = str(params.uri)
        try:
            content, link = await to_thread.run_sync(self._kept.read, uri)
        except Gone as error:
            raise _fault(NOT_FOUND, error.what(), error.hint) from error
        except PybridgeError as error:
            raise _fault(types.INVALID_PARAMS, error.what(), error.hint) from error
        return types.ReadResourceResult(contents=[_contents(uri, link, content)])


async def _acquired(slots: anyio.Semaphore, report: _Report) -> None:
    """Wait for a slot, and say so now and then."""
    while True:
        with anyio.move_on_after(PROGRESS_S):
            await slots.acquire()
            return
        await report(0, "waiting for other runs")


async def _answered(tool: Tool, arguments: Mapping[str, Any], report: _Report) -> Answer:
    """Start a tool and follow it; end it when the request is cancelled."""
    try:
        work = await to_thread.run_sync(tool.started, arguments)
    except PybridgeError as error:
        raise _fault(types.INVALID_PARAMS, error.what(), error.hint) from error
    try:
        return await _followed(work, report)
    except PybridgeError as error:
        return Answer(f"error: {error_text(error.to_json())}", is_error=True)
    except OSError as error:
        bug = InternalError(str(error))
        raise _fault(types.INTERNAL_ERROR, bug.what(), None) from error


async def _followed(work: Work, report: _Report) -> Answer:
    try:
        while True:
            try:
                return await to_thread.run_sync(
                    partial(work.wait, PROGRESS_S), abandon_on_cancel=True
                )
            except TimeoutError:
                await report(0, "running")
    except BaseException:  # cancelled by the client, or because it has gone
        work.cancel()
        raise


def _fault(code: int, message: str, hint: str | None) -> MCPError:
    text = f"{message} – {hint}" if hint else message
    return MCPError(code, text[:4000], {"hint": hint} if hint else None)


def _tool(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=dict(tool.input_schema),
        output_schema=None if tool.output_schema is None else dict(tool.output_schema),
        annotations=types.ToolAnnotations(
            title=tool.title, read_only_hint=tool.is_read_only, open_world_hint=False
        ),
    )


def _result(answer: Answer) -> types.CallToolResult:
    content: list[types.ContentBlock] = [types.TextContent(text=answer.text)]
    if answer.picture is not None:
        data = base64.b64encode(answer.picture.content).decode("ascii")
        content.append(types.ImageContent(data=data, mime_type=answer.picture.mime_type))
    content += [types.ResourceLink(**_linked(link)) for link in answer.links]
    structured = None if answer.structured is None else dict(answer.structured)
    return types.CallToolResult(
        content=content, structured_content=structured, is_error=answer.is_error
    )


def _linked(link: Link) -> dict[str, Any]:
    return {"name": link.name, "uri": link.uri, "mime_type": link.mime_type, "size": link.size}


def _contents(
    uri: str, link: Link, content: bytes
) -> types.TextResourceContents | types.BlobResourceContents:
    if is_text(link.mime_type):
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:  # such as a part that begins inside of a character
            pass
        else:
            return types.TextResourceContents(uri=uri, mime_type=link.mime_type, text=text)
    data = base64.b64encode(content).decode("ascii")
    return types.BlobResourceContents(uri=uri, mime_type=link.mime_type, blob=data)
