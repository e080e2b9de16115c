"""The protocol over streamable HTTP, on a loopback address."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any, cast

import uvicorn
from mcp.server import Server
from mcp.server.transport_security import TransportSecuritySettings

from pybridge.mcp.server.guard import MESSAGE_BYTES, App, Guard

LOOPBACK = "127.0.0.1"
PATH = "/mcp"
_MOST_CONNECTIONS = 128


def serve_http(server: Server[Any], bound: socket.socket, token: str, opened: Callable[[str], None]) -> None:  # fmt: skip
    """Answer on a bound socket until SIGINT or SIGTERM.

    Args:
        server: What answers.
        bound: A socket on the loopback address.
        token: What each request must have.
        opened: Called with the address.
    """
    port = bound.getsockname()[1]
    inner = server.streamable_http_app(
        streamable_http_path=PATH,
        max_request_body_size=MESSAGE_BYTES,
        transport_security=TransportSecuritySettings(
            enable_dns_rebinding_protection=False
        ),  # the guard compares exactly
    )
    opened(f"http://{LOOPBACK}:{port}{PATH}")
    uvicorn.Server(_configuration(Guard(cast("App", inner), port, token))).run(sockets=[bound])


def _configuration(app: Guard) -> uvicorn.Config:
    return uvicorn.Config(
        cast("Any", app),
        http="h11",
        ws="none",
        log_level="error",  # any program of this machine can send invalid requests
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=1,
        h11_max_incomplete_event_size=64 * 1024,
        limit_concurrency=_MOST_CONNECTIONS,
    )
