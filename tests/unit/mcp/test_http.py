"""The protocol over HTTP: loopback, host, origin, token, bounds."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from anyio.from_thread import start_blocking_portal
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

from pybridge.errors import PybridgeError
from pybridge.mcp.token import read_token
from tests.unit.mcp.conftest import ERAS, Assistant

PING = b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}'


@dataclass
class Served:
    process: subprocess.Popen[str]
    url: str
    token: str

    def post(self, body: bytes = PING, headers: Mapping[str, str] | None = None) -> httpx2.Response:
        """Send a request with the token and fitting headers, but for those that are named; an empty one is left out."""
        own = {
            "authorization": f"Bearer {self.token}",
            "content-type": "application/json",
            "accept": "application/json, text/event-stream",
            **(headers or {}),
        }
        given = {name: value for name, value in own.items() if value}
        return httpx2.post(self.url, content=body, headers=given, timeout=60)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    place = tmp_path_factory.mktemp("http")
    command = [sys.executable, "-m", "pybridge", "mcp", "--http", "--token-file", str(place / "token"), "--audit", str(place / "audit")]  # fmt: skip
    with subprocess.Popen(command, cwd=place, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        [url] = re.findall(r"http://127\.0\.0\.1:\d+/mcp", process.stderr.readline())
        yield Served(process, url, (place / "token").read_text("ascii").strip())
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in (0, 143, -signal.SIGTERM)


@pytest.mark.parametrize("era", ERAS)
def test_both_eras_run_code(served: Served, era: Any) -> None:
    http = httpx2.AsyncClient(headers={"authorization": f"Bearer {served.token}"}, timeout=60)
    client = Client(streamable_http_client(served.url, http_client=http), mode=era)
    with ExitStack() as stack:
        portal = stack.enter_context(start_blocking_portal())
        stack.enter_context(portal.wrap_async_context_manager(http))
        stack.enter_context(portal.wrap_async_context_manager(client))
        assert Assistant(portal, client).run("6 * 7")["value"] == 42


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"authorization": ""}, 401, id="no token"),
        pytest.param({"authorization": "Bearer x"}, 401, id="wrong token"),
        pytest.param({"host": "evil.example"}, 421, id="host"),
        pytest.param({"host": "127.0.0.1.evil.example:80"}, 421, id="longer host"),
        pytest.param({"host": "localhost"}, 421, id="no port"),
        pytest.param({"origin": "http://evil.example"}, 403, id="origin"),
        pytest.param({"origin": "null"}, 403, id="opaque origin"),
        pytest.param({"origin": "http://127.0.0.1:1"}, 403, id="other port"),
    ],
)
def test_requests_of_others_are_refused(
    served: Served, headers: dict[str, str], status: int
) -> None:
    assert served.post(headers=headers).status_code == status


@pytest.mark.parametrize("path", ["/", "/mcp/", "/mcp%0A", "/other", "/docs"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS", "HEAD"])
def test_every_path_needs_the_token(served: Served, path: str, method: str) -> None:
    url = served.url.removesuffix("/mcp") + path
    assert httpx2.request(method, url, timeout=60).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"x", 400, id="not JSON"),
        pytest.param(b"[" * 100_000, 400, id="deep"),
        pytest.param(b"[" + b"{}," * 1_100_000 + b"{}]", 400, id="many"),
        pytest.param(b" " * (33 << 20), 413, id="long"),
    ],
)
def test_bodies_are_bounded_before_they_are_read(served: Served, body: bytes, status: int) -> None:
    assert served.post(body).status_code == status
    assert served.post(headers={"authorization": ""}).status_code == 401


def test_the_token_is_private(tmp_path: Path) -> None:
    path = tmp_path / "token"
    token = read_token(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_token(path) == token
    path.chmod(0o644)
    with pytest.raises(PybridgeError, match="other users"):
        read_token(path)
    for text in ("", "short", "with a space in it"):
        path.write_text(text, "utf-8")
        path.chmod(0o600)
        with pytest.raises(PybridgeError, match="no token"):
            read_token(path)
    path.unlink()
    os.mkfifo(path, 0o600)
    with pytest.raises(PybridgeError):
        read_token(path)


@pytest.mark.parametrize("arguments", [["--http"], ["--token-file", "t"]])
def test_both_options_are_needed(tmp_path: Path, arguments: list[str]) -> None:
    command = [sys.executable, "-m", "pybridge", "mcp", *arguments]
    done = subprocess.run(command, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, check=False)  # fmt: skip
    assert done.returncode == 2
    assert b"go together" in done.stderr
