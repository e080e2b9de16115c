"""Bodies of requests, within bounds: a length that is said first, and no byte more."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from pybridge.bundles.archive import layout
from pybridge.bundles.refusals import Refused
from pybridge.bundles.registry.store import require_name
from pybridge.errors import InputTooLarge, OutputFailed, UsageError
from pybridge.registry.service import Service


async def upload(request: Request, service: Service) -> bool:
    """Keep the body of a request under the name in its path; return False where it is there already.

    Raises:
        UsageError: when the name or the length is not one of a file.
        InputTooLarge: when it is larger than any archive.
        Refused: when it is not the content that its name says.
        Conflict: when there is another content of that name.
        OutputFailed: when it cannot be kept.
    """
    name = request.path_params["name"]
    expected = require_name(name)
    length = _length(request, layout.MOST_BYTES)
    path = service.registry.scratch / f"{secrets.token_hex(8)}.part"
    try:
        found = await _written(request, path, length)
        if found != expected:
            raise Refused("registry-content", f"{name}: another content than its name says")
        return await run_in_threadpool(service.registry.store.create, name, path)
    finally:
        path.unlink(missing_ok=True)


async def body(request: Request, most: int) -> bytes:
    """Return the body of a request.

    Raises:
        UsageError: when its length is not said, or another one.
        InputTooLarge: when it is larger than *most* bytes.
    """
    length = _length(request, most)
    return b"".join([piece async for piece in _pieces(request, length)])


def remove_scratch(folder: Path) -> None:
    """Remove uploads that a server which was killed did not end."""
    for path in folder.glob("*.part"):
        path.unlink(missing_ok=True)


async def _written(request: Request, path: Path, length: int) -> str:
    """Write a body to a new file; return its SHA-256."""
    found = hashlib.sha256()
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with path.open("xb") as file:
            async for piece in _pieces(request, length):
                found.update(piece)
                file.write(piece)
            file.flush()
            await run_in_threadpool(os.fsync, file.fileno())
    except OSError as error:
        raise OutputFailed(path, error) from error
    return found.hexdigest()


async def _pieces(request: Request, length: int) -> AsyncIterator[bytes]:
    """Yield a body that has exactly *length* bytes."""
    count = 0
    try:
        async for piece in request.stream():
            count += len(piece)
            if count > length:
                break
            yield piece
    except ClientDisconnect as error:
        raise UsageError("the request ended too early") from error
    if count != length:
        raise UsageError("the request has not the length that it says")


def _length(request: Request, most: int) -> int:
    text = request.headers.get("content-length", "")
    if not text.isdecimal() or len(text) > 15:
        raise UsageError("the length of the request is not said", "send Content-Length")
    if int(text) > most:
        raise InputTooLarge("the request", int(text), most, setting=None)
    return int(text)
