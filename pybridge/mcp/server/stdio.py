"""The protocol on standard input and output: every message is bounded before it is read as JSON."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import anyio
import mcp_types as types
from anyio import to_thread
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.server import Server
from mcp.shared.message import SessionMessage
from pydantic import ValidationError

from pybridge.errors import PybridgeError
from pybridge.rpc.errors import MessageTooLarge
from pybridge.rpc.framing import Read, lines
from pybridge.rpc.outbox import Outbox
from pybridge.rpc.parsing import parse_message

MESSAGE_BYTES = 32 * 1024 * 1024
"""Bytes of the largest message."""
MOST_IN_FLIGHT = 64
"""Requests that are not answered yet; further ones are refused."""
LAST_WORDS_S = 2.0
"""Seconds without reading after which, at the end, a client counts as gone."""

_BUSY = -32000
_Incoming = MemoryObjectSendStream[SessionMessage | Exception]


def serve_stdio(server: Server[Any], read: Read, write: Callable[[bytes], object]) -> None:
    """Answer until the input ends, or the client no longer reads.

    Args:
        server: What answers.
        read: Returns at most so many bytes of the input, and none at its end.
        write: Writes all it gets.
    """
    outbox = Outbox(write)
    try:
        anyio.run(_serve, server, read, outbox)
    finally:
        outbox.close(LAST_WORDS_S)


async def _serve(server: Server[Any], read: Read, outbox: Outbox) -> None:
    into, incoming = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    outgoing, out_of = anyio.create_memory_object_stream[SessionMessage](0)
    client = _Client(outbox, into, asyncio.get_running_loop())
    threading.Thread(target=client.listen, args=(read,), name="pybridge-in", daemon=True).start()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(client.pass_on, out_of)
        tasks.start_soon(client.leave, tasks.cancel_scope)
        await server.run(incoming, outgoing, server.create_initialization_options())
        tasks.cancel_scope.cancel()


class _Client:
    """The other side: what it sends is checked, and which of its requests wait for an answer."""

    def __init__(self, outbox: Outbox, into: _Incoming, loop: asyncio.AbstractEventLoop) -> None:
        self._outbox = outbox
        self._into = into
        self._loop = loop
        self._waiting: set[str] = set()
        self._lock = threading.Lock()

    def listen(self, read: Read) -> None:
        """Pass on every message until the input ends; runs in a thread of its own."""
        try:
            for line in lines(read, MESSAGE_BYTES):
                message = self._checked(line)
                if message is not None:
                    self._do(self._into.send(SessionMessage(message)))
        except (OSError, RuntimeError, anyio.BrokenResourceError, anyio.ClosedResourceError):
            pass  # a closed input counts as its end; so does a server that has ended
        with suppress(RuntimeError):
            self._do(self._into.aclose())

    def _do(self, work: Any) -> None:
        try:
            asyncio.run_coroutine_threadsafe(work, self._loop).result()
        except RuntimeError:
            work.close()
            raise

    async def pass_on(self, messages: MemoryObjectReceiveStream[SessionMessage]) -> None:
        """Send what the server answers."""
        async for each in messages:
            value = each.message.model_dump(by_alias=True, exclude_unset=True, mode="json")
            if "method" not in value:
                with self._lock:
                    self._waiting.discard(str(value.get("id")))
            await to_thread.run_sync(self._outbox.send, value, abandon_on_cancel=True)

    async def leave(self, scope: anyio.CancelScope) -> None:
        """End everything once the client can no longer read."""
        while not self._outbox.is_broken:
            await anyio.sleep(0.2)
        scope.cancel()

    def _checked(self, line: bytes | MessageTooLarge) -> types.JSONRPCMessage | None:
        """Return a message; answer one that is refused."""
        if isinstance(line, MessageTooLarge):
            self._refuse(types.INVALID_REQUEST, str(line))
            return None
        try:
            value = parse_message(line, MESSAGE_BYTES)
            message = types.jsonrpc_message_adapter.validate_json(line, by_name=False)
        except MessageTooLarge as error:
            self._refuse(types.INVALID_REQUEST, str(error))
        except PybridgeError as error:
            self._refuse(types.PARSE_ERROR, str(error))
        except (ValidationError, ValueError, RecursionError):
            self._refuse(types.INVALID_REQUEST, "not a message of JSON-RPC 2.0")
        else:
            return message if self._is_taken(value) else None
        return None

    def _is_taken(self, value: Any) -> bool:
        """Whether a message is passed on: not a second request of the same id, nor one too many."""
        if value.get("method") == "notifications/cancelled":
            params = value.get("params")
            with self._lock:
                self._waiting.discard(
                    str(params.get("requestId") if isinstance(params, dict) else None)
                )
            return True
        if "method" not in value or "id" not in value:
            return True
        if type(value["id"]) not in (str, int):  # the SDK would take it for a notification
            self._refuse(types.INVALID_REQUEST, "the id of a request is a text or a whole number")
            return False
        name = str(value["id"])
        with self._lock:
            is_used, is_full = name in self._waiting, len(self._waiting) >= MOST_IN_FLIGHT
            if not is_used and not is_full:
                self._waiting.add(name)
                return True
        if is_used:  # an answer with that id would be taken for the one of the first request
            self._refuse(
                types.INVALID_REQUEST, f"the id {name[:80]!r} is in use by another request"
            )
        else:
            self._refuse(
                _BUSY, f"{MOST_IN_FLIGHT} requests wait already; send it later", value["id"]
            )
        return False

    def _refuse(self, code: int, message: str, request_id: Any = None) -> None:
        error = {"code": code, "message": message}
        self._outbox.send({"jsonrpc": "2.0", "id": request_id, "error": error})
