"""The web application: files of the page for every local client, the service only in a session."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pybridge.errors import PybridgeError
from pybridge.rpc.parsing import parse_message, unreadable
from pybridge.studio.web.events import Event, EventStream, Subscribe
from pybridge.studio.web.guard import SESSION, Guard, is_public
from pybridge.studio.web.headers import (
    asset_headers,
    media_headers,
    page_headers,
    preview_headers,
)
from pybridge.studio.web.media import read_media
from pybridge.studio.web.sockets import TRUST

MAX_BODY_BYTES = 24 * 1024 * 1024
"""More than the largest document with its context."""
_MAX_CODE_BYTES = 1024
_MAX_PATH = 4096
"""Characters."""

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".htm": "text/html; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
}
_MEDIA = "/media/"


class Host(Protocol):
    """The service, as the application calls it."""

    def handle(self, message: Any) -> Any:
        """Answer a JSON-RPC message or batch; None if it needs no answer."""
        ...

    @property
    def subscribe(self) -> Subscribe:
        """Subscribe to the service's events."""
        ...


@dataclass(frozen=True)
class Folders:
    """The folders of the served files."""

    page: Path
    """index.html, preview.html and their sources."""
    bundle: Path
    """studio.js and studio.css."""
    runtime: Path
    """The output of `pybridge build`."""
    pages: Path
    """page.css, the style sheet of rendered documents."""
    project: Path
    """The project: documents and their media files."""


def create_app(host: Host, guard: Guard, folders: Folders) -> ASGIApp:
    """Return the application."""
    routes = _Routes(host, guard, folders)
    app = Starlette(
        routes=[
            Route("/", routes.index),
            Route("/preview.html", routes.preview),
            Route("/runtime/{name:path}", routes.runtime),
            Route(SESSION, routes.session, methods=["POST"]),
            Route("/rpc", routes.rpc, methods=["POST"]),
            Route("/events", routes.events),
            Route(_MEDIA + "{name:path}", routes.media),
            Route("/{name}", routes.file),
        ]
    )
    return _Guarded(app, guard)


class _Guarded:
    """Checks each request before the application handles it."""

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        self._app = app
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope)
            refusal = self._guard.refusal(scope["path"], request.headers)
            if refusal is not None:
                answer = _failed(refusal.status, "usage", refusal.message)
                await answer(scope, receive, send)
                return
            if len(scope["path"]) > _MAX_PATH or not scope["path"].isprintable():
                await _failed(404, "not-found", "there is no such page")(scope, receive, send)
                return
            if not is_public(scope["path"]) and TRUST in scope.get("state", {}):
                scope["state"][TRUST]()
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        await self._app(scope, receive, send)


class _Routes:
    def __init__(self, host: Host, guard: Guard, folders: Folders) -> None:
        self._host = host
        self._guard = guard
        self._folders = folders

    async def index(self, _: Request) -> Response:
        nonce = secrets.token_urlsafe(16)
        text = (self._folders.page / "index.html").read_text("utf-8").replace("{nonce}", nonce)
        return Response(text, media_type=_TYPES[".html"], headers=dict(page_headers(nonce)))

    async def preview(self, _: Request) -> Response:
        return _file(self._folders.page, "preview.html", preview_headers())

    async def file(self, request: Request) -> Response:
        name = request.path_params["name"]
        folders = {"page.css": self._folders.pages, "preview.css": self._folders.page}
        allowed = {"studio.js", "studio.css", "icon.svg", *folders}
        if name not in allowed:
            return _failed(404, "not-found", "there is no such page")
        if name == "icon.svg":
            return _file(self._folders.page, name, asset_headers())
        return _file(folders.get(name, self._folders.bundle), name, asset_headers())

    async def runtime(self, request: Request) -> Response:
        return _file(self._folders.runtime, request.path_params["name"], asset_headers())

    async def media(self, request: Request) -> Response:
        name = request.path_params["name"]
        try:
            found = await run_in_threadpool(read_media, self._folders.project, name)
        except PybridgeError as error:
            return _failed(404, error.code, error.what())
        except (OSError, ValueError):  # names that the system does not take
            return _failed(404, "not-found", "there is no such file")
        return Response(found.content, media_type=found.kind, headers=dict(media_headers()))

    async def session(self, request: Request) -> Response:
        """Exchange the code of an address for a session: a cookie, and a key in the answer."""
        code = _code_of(await _body(request, _MAX_CODE_BYTES))
        if code is None:
            return _failed(400, "usage", "expected a code, as JSON")
        try:
            opened = self._guard.sessions.exchange(code, self._guard.session(request.headers))
        except PybridgeError as error:
            return _json({"error": error.to_json()}, 403)
        answer = _json({"key": opened.key})
        name = self._guard.cookie_name
        answer.set_cookie(name, opened.cookie, path="/", httponly=True, samesite="strict")
        return answer

    async def rpc(self, request: Request) -> Response:
        body = await _body(request, MAX_BODY_BYTES)
        if body is None:
            return _failed(413, "input-limit", f"more than {MAX_BODY_BYTES:,} bytes")
        try:
            message = await run_in_threadpool(parse_message, body, MAX_BODY_BYTES)
        except PybridgeError as error:
            return _json(unreadable(error))
        answer = await run_in_threadpool(self._host.handle, message)
        return Response(status_code=204) if answer is None else _json(answer)

    async def events(self, request: Request) -> Response:
        guard = self._guard
        session = guard.session(request.headers)
        stream = EventStream(
            self._host.subscribe, lambda: session is not None and guard.sessions.is_open(session)
        )
        return StreamingResponse(
            stream.texts(), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )


async def _body(request: Request, most_bytes: int) -> bytes | None:
    """Return the body; None if it is larger than the limit, which bounds the memory used, or not complete."""
    kept = bytearray()
    try:
        async for chunk in request.stream():
            kept += chunk
            if len(kept) > most_bytes:
                return None
    except ClientDisconnect:  # nobody waits for the answer
        return None
    return bytes(kept)


def _code_of(body: bytes | None) -> str | None:
    try:
        found = parse_message(body or b"", _MAX_CODE_BYTES)
    except PybridgeError:
        return None
    code = found.get("code") if isinstance(found, dict) else None
    return code if isinstance(code, str) else None


def _file(folder: Path, name: str, headers: Mapping[str, str]) -> Response:
    try:
        path = (folder / name).resolve()
        is_served = path.is_relative_to(folder.resolve()) and path.is_file()
    except (OSError, ValueError):  # names that the system does not take
        is_served = False
    if not is_served:
        return _failed(404, "not-found", "there is no such file")
    kind = _TYPES.get(path.suffix, "application/octet-stream")
    return FileResponse(path, media_type=kind, headers=dict(headers))


def _json(value: Any, status: int = 200) -> Response:
    # JSONResponse refuses lone surrogates, which a script can print.
    text = json.dumps(value, separators=(",", ":"))
    headers = {"Cache-Control": "no-store"}
    return Response(text, status, media_type="application/json", headers=headers)


def _failed(status: int, code: str, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status)


__all__ = ["Event", "Folders", "Host", "create_app"]
