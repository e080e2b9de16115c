"""The web application: everybody reads, who has a token uploads, registers and publishes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pybridge import abi
from pybridge.bundles.registry.accepting import Outdated
from pybridge.bundles.registry.releases import CHANNELS, STABLE
from pybridge.bundles.registry.remote import OUTDATED
from pybridge.bundles.registry.store import require_name
from pybridge.errors import DocumentUnreadable, Invalid, PybridgeError, UsageError
from pybridge.registry import uploads
from pybridge.registry.service import Service
from pybridge.registry.tokens import holder
from pybridge.storage.regular_file import read_regular
from pybridge.studio.web.sockets import TRUST

_ADMIN = "/admin/"
_MOST_PATH = 1000
"""Characters."""
_MOST_METADATA_BYTES = 8 * 1024 * 1024
_MOST_REQUEST_BYTES = {"registry-release": 64 * 1024, "registry-publication": 8 * 1024 * 1024}
_MOST_UPLOADS = 4
"""At once; others wait."""
_METADATA = re.compile(r"(?:[1-9][0-9]{0,9}\.)?[a-z0-9]{1,64}\.json")
_STATUS = {"usage": 400, "schema": 400, "input-limit": 413, "not-found": 404, "conflict": 409, "integrity": 422, "unavailable": 503}  # fmt: skip
_UNCHANGING = "public, max-age=31536000, immutable"
_CURRENT = "no-cache"
_NO_PAGE = ("not-found", "there is no such file")

Endpoint = Callable[[Request], Awaitable[Response]]


def create_app(service: Service) -> ASGIApp:
    """Return the application."""
    routes = _Routes(service)
    get = [
        ("/health", routes.health),
        ("/metadata/{name}", routes.metadata),
        ("/tuf/{name}", routes.metadata),
        ("/targets/{name:path}", routes.target),
        ("/plugins/artifacts/{name:path}", routes.artifact),
        ("/plugins/current.json", routes.current),
        ("/plugins/index.json", routes.index),
        ("/plugins/index.sig", routes.index),
        ("/plugins/{channel}/current.json", routes.current),
        ("/plugins/{channel}/index.json", routes.index),
        ("/plugins/{channel}/index.sig", routes.index),
        ("/plugins/catalogs/{snapshot:int}/{channel}/index.json", routes.index),
        ("/plugins/catalogs/{snapshot:int}/{channel}/index.sig", routes.index),
        ("/admin/plugins/artifacts/{name:path}", routes.uploaded),
        ("/admin/plugins/releases", routes.registered),
        ("/admin/audit", routes.audit),
    ]
    change = [
        ("PUT", "/admin/plugins/artifacts/{name:path}", routes.upload),
        ("POST", "/admin/plugins/releases", routes.register),
        ("POST", "/admin/plugins/catalog/publish", routes.publish),
        ("POST", "/admin/plugins/publish", routes.publish),
    ]
    app = Starlette(
        routes=[
            *(Route(path, _answered(call), methods=["GET"]) for path, call in get),
            *(Route(path, _answered(call), methods=[method]) for method, path, call in change),
        ]
    )
    return _Guarded(app, service)


class _Guarded:
    """Looks at the path and the token of each request before the rest of it is read."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path = scope["path"]
        if len(path) > _MOST_PATH or not path.isascii() or not path.isprintable():
            await _failed(404, *_NO_PAGE)(scope, receive, send)
            return
        if path.startswith(_ADMIN):
            name = await run_in_threadpool(self._holder, Request(scope))
            if name is None:
                answer = _failed(401, "unavailable", "this needs the token of a publisher")
                answer.headers["WWW-Authenticate"] = "Bearer"
                await answer(scope, receive, send)
                return
            scope["token"] = name
            scope.get("state", {}).get(TRUST, _nothing)()
        await self._app(scope, receive, send)

    def _holder(self, request: Request) -> str | None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        return holder(self._service.database, token.strip())


class _Routes:
    def __init__(self, service: Service) -> None:
        self._service = service
        self._uploads = asyncio.Semaphore(_MOST_UPLOADS)

    async def health(self, _: Request) -> Response:
        found = await run_in_threadpool(self._service.health)
        return JSONResponse(found, 200 if found["ok"] else 503)

    async def metadata(self, request: Request) -> Response:
        name = request.path_params["name"]
        if not _METADATA.fullmatch(name):
            return _failed(404, *_NO_PAGE)
        path = self._service.registry.metadata / name
        content = await run_in_threadpool(_read, path)
        kept = _UNCHANGING if name[0].isdigit() and name.split(".")[0].isdigit() else _CURRENT
        return Response(content, media_type="application/json", headers={"Cache-Control": kept})

    async def target(self, request: Request) -> Response:
        name = request.path_params["name"]
        try:
            require_name(name)
        except UsageError:
            return _failed(404, *_NO_PAGE)
        return await self._stored(name)

    async def artifact(self, request: Request) -> Response:
        """Answer an archive by its plain name, if it is published."""
        path = f"plugins/{request.path_params['name']}"
        found = await run_in_threadpool(self._service.published)
        target = found.files.get(path)
        if target is None:
            return _failed(404, *_NO_PAGE)
        bundle, version = path.split("/")[1:3]
        reason = found.yanked(bundle, version)
        if reason is not None:
            return _failed(410, "not-found", f"{bundle}@{version} was withdrawn: {reason}")
        return await self._stored(target.get_prefixed_paths()[0])

    async def index(self, request: Request) -> Response:
        channel, snapshot = _channel(request), request.path_params.get("snapshot")
        is_signature = request.url.path.endswith(".sig")
        call = self._service.signature if is_signature else self._service.index
        content = await run_in_threadpool(call, channel, snapshot)
        kind = "text/plain" if is_signature else "application/json"
        kept = _UNCHANGING if snapshot else _CURRENT
        return Response(content, media_type=kind, headers={"Cache-Control": kept})

    async def current(self, request: Request) -> Response:
        content = await run_in_threadpool(self._service.pointer, _channel(request))
        headers = {"Cache-Control": _CURRENT}
        return Response(content, media_type="application/json", headers=headers)

    async def uploaded(self, request: Request) -> Response:
        name = request.path_params["name"]
        require_name(name)
        size = await run_in_threadpool(self._service.registry.store.size, name)
        return _failed(404, *_NO_PAGE) if size is None else JSONResponse({"size": size})

    async def upload(self, request: Request) -> Response:
        async with self._uploads:
            is_new = await uploads.upload(request, self._service)
        return JSONResponse({"created": is_new}, 201 if is_new else 200)

    async def register(self, request: Request) -> Response:
        value = await _json(request, "registry-release")
        is_new = await run_in_threadpool(self._service.register, request.scope["token"], value)
        return JSONResponse({"created": is_new}, 201 if is_new else 200)

    async def registered(self, request: Request) -> Response:
        asked = request.query_params
        found = await run_in_threadpool(self._service.releases, asked.get("plugin_id", ""), asked.get("version", ""))  # fmt: skip
        return JSONResponse(found)

    async def publish(self, request: Request) -> Response:
        value = await _json(request, "registry-publication")
        call = self._service.publish
        found = await run_in_threadpool(call, request.scope["token"], value["targets"], value.get("channel"))  # fmt: skip
        return JSONResponse(found)

    async def audit(self, request: Request) -> Response:
        after = request.query_params.get("after", "0")
        if not after.isdecimal() or len(after) > 15:
            raise UsageError(f"not a number of an entry: {after[:20]!r}")
        found = await run_in_threadpool(self._service.database.audit, int(after))
        return JSONResponse({"entries": found})

    async def _stored(self, name: str) -> Response:
        store = self._service.registry.store
        size = await run_in_threadpool(store.size, name)
        if size is None:
            return _failed(404, *_NO_PAGE)
        pieces: Iterator[bytes] = store.pieces(name)
        headers = {"Content-Length": str(size), "Cache-Control": _UNCHANGING, "X-Content-Type-Options": "nosniff"}  # fmt: skip
        return StreamingResponse(pieces, media_type="application/octet-stream", headers=headers)


def _answered(call: Endpoint) -> Endpoint:
    """Answer our errors as JSON."""

    async def answered(request: Request) -> Response:
        try:
            return await call(request)
        except DocumentUnreadable as error:
            status = 404 if error.reason == "missing" else 500
            return _failed(status, error.code, "there is no such file" if status == 404 else "the registry cannot read a file")  # fmt: skip
        except Outdated as error:
            return JSONResponse({"error": error.to_json()}, OUTDATED)
        except PybridgeError as error:
            return JSONResponse({"error": error.to_json()}, _STATUS.get(error.code, 500))

    return answered


async def _json(request: Request, schema: str) -> Any:
    """Return the JSON of a request, which is bounded before it is parsed.

    Raises:
        PybridgeError: when it is too large, or breaks the schema.
    """
    body = await uploads.body(request, _MOST_REQUEST_BYTES[schema])
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError("not UTF-8") from error
    value = await run_in_threadpool(abi.parse_json, text, "request")
    problems = abi.validate(schema, value)
    if problems:
        raise Invalid(schema, problems)
    return value


def _nothing() -> None:
    """Stands for what marks a connection as trusted, where the server has nothing of the kind."""


def _channel(request: Request) -> str:
    channel = request.path_params.get("channel", STABLE)
    if channel not in CHANNELS:
        raise UsageError(f"no channel {channel[:40]!r}", f"choose one of {', '.join(CHANNELS)}")
    return str(channel)


def _read(path: Path) -> bytes:
    try:
        content, _ = read_regular(path, root=path.parent, most=_MOST_METADATA_BYTES)
    except OSError as error:
        raise DocumentUnreadable.of(path, error) from error
    return content


def _failed(status: int, code: str, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status)
