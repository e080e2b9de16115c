"""What a request over HTTP must have before the protocol sees it: host, origin, token, a bounded body."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from pybridge.errors import PybridgeError
from pybridge.rpc.parsing import parse_message

MESSAGE_BYTES = 32 * 1024 * 1024
"""Bytes of the largest message."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Guard:
    """An ASGI application around the one that speaks the protocol."""

    def __init__(self, app: App, port: int, token: str) -> None:
        self._app = app
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._origins = {f"http://{host}" for host in self._hosts}
        self._wanted = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)  # start and end of the server
            return
        refusal = self._refusal(_headers(scope))
        if refusal is not None:
            await _refuse(send, *refusal)
            return
        body = await _read(receive)
        if body is None:
            await _refuse(send, 413, f"a message has at most {MESSAGE_BYTES:,} bytes")
            return
        problem = _problem(body) if scope["method"] == "POST" else None
        if problem is not None:
            await _refuse(send, 400, problem, code=-32700)
            return
        await self._app(scope, _replayed(body, receive), send)

    def _refusal(self, headers: Mapping[bytes, list[bytes]]) -> tuple[int, str] | None:
        """Return why a request is refused by its headers: a page of another site can send all of them but the token."""
        hosts = [each.decode("latin-1") for each in headers.get(b"host", [])]
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            return 421, "this server answers on its loopback address only"
        origins = [each.decode("latin-1") for each in headers.get(b"origin", [])]
        if any(origin not in self._origins for origin in origins):
            return 403, "pages of other sites cannot use this server"
        given = headers.get(b"authorization", [])
        if len(given) != 1 or not hmac.compare_digest(given[0], self._wanted):
            return 401, "the header Authorization must be `Bearer` and the token of the server"
        return None


def _headers(scope: Scope) -> dict[bytes, list[bytes]]:
    found: dict[bytes, list[bytes]] = {}
    for name, value in scope["headers"]:
        found.setdefault(bytes(name).lower(), []).append(bytes(value))
    return found


async def _read(receive: Receive) -> bytes | None:
    """Return the body; None if it is too long."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        part = message.get("body", b"")
        size += len(part)
        if size > MESSAGE_BYTES:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _problem(body: bytes) -> str | None:
    try:
        parse_message(body, MESSAGE_BYTES)
    except PybridgeError as error:
        return str(error)
    return None


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return what gives the body that was read, and then whatever comes."""
    pending = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> MutableMapping[str, Any]:
        return pending.pop() if pending else await receive()

    return replay


async def _refuse(send: Send, status: int, message: str, code: int = -32600) -> None:
    error = {"jsonrpc": "2.0", "id": None, "error": {"code": code, "message": message}}
    body = json.dumps(error).encode("ascii")
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
