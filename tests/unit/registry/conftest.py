"""A registry behind its server, a user, and a publisher with a token."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn

from pybridge.bundles.keys.ed25519 import PrivateKey
from pybridge.bundles.registry.governing import create
from pybridge.bundles.registry.releases import Release
from pybridge.bundles.registry.remote import RemoteRegistry
from pybridge.bundles.registry.repository import Registry
from pybridge.bundles.registry.roles import Publisher
from pybridge.bundles.registry.server import Server
from pybridge.bundles.registry.store import Store
from pybridge.registry.service import Service
from pybridge.registry.serving import configuration
from pybridge.registry.tokens import new_token
from tests.unit.bundles.conftest import Cli, cli, place
from tests.unit.bundles.making import FILES, WORKER, bundle, manifest

__all__ = ["Cli", "cli", "place"]

ROOT = PrivateKey(bytes(range(50, 82)))
PUBLISHER = PrivateKey(bytes(range(32)))
OTHER = PrivateKey(bytes(range(1, 33)))
NOW = datetime.now(UTC)
LINUX, MACOS = "linux_x86_64", "macos_universal"


def release(number: str = "1.0.0", platform: str = LINUX, name: str = "echo") -> Release:
    """A release that PUBLISHER signed."""
    worker = {**manifest()["workers"][0], "entrypoint": {platform: WORKER}}
    content = bundle({**FILES, "v": f"{number} {platform}".encode()}, version=number, id=name, workers=[worker])  # fmt: skip
    return Release(name, number, platform, content)


@dataclass
class Running:
    """A server, and what it serves."""

    service: Service
    url: str
    token: str

    def remote(self, publisher: PrivateKey = PUBLISHER) -> RemoteRegistry:
        """The registry, as a publisher reaches it."""
        return RemoteRegistry(Server.of(self.url, self.token), publisher, datetime.now(UTC))


@contextmanager
def running(folder: Path, token: str = "ci", store: Store | None = None) -> Iterator[Running]:
    """Serve the registry in a folder."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        service = Service(folder, url, store)
        server = uvicorn.Server(configuration(service))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield Running(service, url, new_token(service.database, token, NOW))
        finally:
            server.should_exit = True
            thread.join()


def made(folder: Path, *publishers: Publisher) -> Registry:
    """A new registry."""
    registry = Registry(folder, NOW)
    create(registry, ROOT, publishers or [Publisher(PUBLISHER, "*")])
    return registry


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    """A new registry behind its server."""
    made(tmp_path / "registry")
    with running(tmp_path / "registry") as found:
        yield found
