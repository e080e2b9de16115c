"""Serve a registry on an address, until SIGINT or SIGTERM."""

from __future__ import annotations

import asyncio
import importlib.util
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pybridge.bundles.registry.object_store import open_store
from pybridge.bundles.registry.roles import require_packages
from pybridge.commands.bundles.registries import registry_in
from pybridge.errors import PackageMissing, PybridgeError

if TYPE_CHECKING:
    import uvicorn

    from pybridge.registry.service import Service

_UPLOAD_S = 900.0
"""For the body of one request."""


@dataclass(eq=False)
class AddressUnusable(PybridgeError):
    """An address that was asked for cannot be listened on."""

    address: str
    reason: str
    code = "unavailable"
    hint = "choose another one with --host and --port"

    def what(self) -> str:
        """Name the address and the reason."""
        return f"cannot listen on {self.address}: {self.reason}"


def serve_registry(
    folder: Path,
    *,
    host: str,
    port: int,
    base_url: str | None,
    store: str | None,
    on_start: Callable[[str], None],
) -> None:
    """Serve the registry in a folder.

    Args:
        folder: The registry.
        host: The address to listen on.
        port: 0 for any.
        base_url: How others reach it; None for the address itself.
        store: Where its archives are, an address or a folder; None for the folder of the registry.
        on_start: Called with the address, when requests are accepted.

    Raises:
        PackageMissing: when a package of the extra `registry-server` is not installed.
        Conflict: when it is not a registry.
        UsageError: when there is no such store.
        AddressUnusable: when the address cannot be listened on.
    """
    require_packages()
    _require_server()
    import uvicorn

    from pybridge.registry import uploads
    from pybridge.registry.service import Service

    registry_in(folder).current()  # before the address is taken
    with _bound(host, port) as bound:
        number = bound.getsockname()[1]
        address = f"http://{f'[{host}]' if ':' in host else host}:{number}"
        service = Service(
            folder, (base_url or address).rstrip("/"), open_store(store) if store else None
        )
        uploads.remove_scratch(service.registry.scratch)
        on_start(address)
        uvicorn.Server(configuration(service)).run(sockets=[bound])


def configuration(service: Service) -> uvicorn.Config:
    """Return the settings of a server."""
    import uvicorn

    from pybridge.registry.app import create_app
    from pybridge.studio.web.sockets import Bounds, Connections

    connections = Connections(Bounds(body_s=_UPLOAD_S))
    return uvicorn.Config(
        create_app(service),
        http=cast("type[asyncio.Protocol]", connections.protocol),
        ws="none",
        log_level="error",  # anybody can send invalid requests
        access_log=False,
        lifespan="off",
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=5,
        h11_max_incomplete_event_size=32 * 1024,
    )


def _require_server() -> None:
    for package in ("starlette", "uvicorn"):
        if importlib.util.find_spec(package) is None:
            raise PackageMissing(package, "pip install 'pybridge-runtime[registry-server]'")


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise AddressUnusable(f"{host}:{port}", error.strerror or str(error)) from error
