"""Floods at the studio's server: slow, many, large or absurd requests, while the page is answered."""

from __future__ import annotations

import http.client
import json
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from e2e.studio.conftest import make_project
from e2e.studio.running import Running, running_studio
from e2e.studio.test_refusals import LIST, ask
from tests.amounts import amount

HALF = b"GET /rpc HTTP/1.1\r\nHost: x\r\nX-A: "


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_studio(make_project(tmp_path_factory.mktemp("floods"))) as running:
        yield running
        log = [line for line in running.talk if "the studio is open" not in line]
        assert log == [], "others can write to the author's terminal"


def is_answered(studio: Running) -> bool:
    status, text, _ = ask(studio, "POST", "/rpc", body=LIST)
    return status == 200 and "stars" in text


def memory_mib(studio: Running) -> float:
    status = Path(f"/proc/{studio.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@pytest.mark.parametrize(
    "sent", [b"", HALF, b"POST /session HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"]
)
def test_a_thousand_sockets_keep_nobody_out(studio: Running, sent: bytes) -> None:
    host = f"127.0.0.1:{studio.port}".encode()
    with ExitStack() as stack:
        for _ in range(amount(300, 1000)):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", studio.port)))
            try:
                client.sendall(sent.replace(b"Host: x", b"Host: " + host))
            except OSError:
                continue  # it made room already
        assert is_answered(studio)
        if sys.platform == "linux":
            assert len(list(Path(f"/proc/{studio.process.pid}/fd").iterdir())) < 300
    assert is_answered(studio)


def exchanged(studio: Running, sent: bytes) -> bytes:
    """Return what the server answers to bytes."""
    with socket.create_connection(("127.0.0.1", studio.port), timeout=60) as client:
        try:
            client.sendall(sent)
            return client.recv(65536)
        except ConnectionError:
            return b""


@pytest.mark.parametrize(
    "line",
    [
        b"GET /" + b"a" * 70_000,
        b"GET /runtime/" + b"a" * 300,
        b"GET /" + b"%00" * 1000,
        b"GET /\xff\xfe",
        b"GET http://evil.example/rpc",
        b"GET http://127.0.0.1/rpc",
        b"OPTIONS *",
        b"CONNECT evil.example:443",
        b"GET //evil.example/%2e%2e",
        b"GET /rpc?" + b"a=b&" * 10_000,
        b"PRI *",
        b"\x16\x03\x01\x02\x00\x01",
        b"GET",
        b"",
        b"\0" * 100,
        b"G" * 70_000,
    ],
    ids=lambda line: repr(line[:24]),
)
def test_absurd_requests_are_refused_briefly(studio: Running, line: bytes) -> None:
    host = b"\r\nHost: 127.0.0.1:%d\r\n\r\n" % studio.port
    for version in (b" HTTP/1.1", b" HTTP/1.0", b" HTTP/2.0", b" HTTP/9", b""):
        answer = exchanged(studio, line + version + host)
        status = answer.split(b" ")[1] if b" " in answer else b""
        assert status in (b"", b"400", b"401", b"404", b"405", b"421", b"431", b"505")
    assert is_answered(studio)


@pytest.mark.parametrize(
    "headers",
    [
        b"Host: 127.0.0.1:%d\r\nHost: evil.example\r\n",
        b"Host: 127.0.0.1:%d\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(20_000)),
        b"Host: 127.0.0.1:%d\r\nCookie: " + b"a=b; " * 20_000 + b"\r\n",
        b"Host: 127.0.0.1:%d\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Host: 127.0.0.1:%d\r\nContent-Length: 99999999999999999999\r\n",
        b"Host: 127.0.0.1:%d\r\nContent-Length: -1\r\n",
        b"Host: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
        b"Host: 127.0.0.1:%d\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n",
        b"Host: 127.0.0.1:%d\r\nExpect: 100-continue\r\n",
    ],
    ids=lambda each: repr(each[20:50]),
)
def test_absurd_headers_are_refused_briefly(studio: Running, headers: bytes) -> None:
    answer = exchanged(
        studio, b"POST /rpc HTTP/1.1\r\n" + headers.replace(b"%d", b"%d" % studio.port) + b"\r\n"
    )
    status = answer.split(b" ")[1] if b" " in answer else b""
    assert status in (b"", b"400", b"401", b"403", b"413", b"421", b"431")
    assert is_answered(studio)


@pytest.mark.parametrize("path", ["/session", "/rpc", "/studio.js"])
def test_clients_that_go_away_leave_no_trace(studio: Running, path: str) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in studio.session.items())
    start = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{studio.port}\r\n{head}Content-Length: 99\r\n\r\nx"
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", studio.port)) as client:
            client.sendall(start.encode())
    assert is_answered(studio)


def test_a_flood_of_requests_without_a_session_costs_little(studio: Running) -> None:
    before = memory_mib(studio) if sys.platform == "linux" else 0.0
    body = b"x" * 1_000_000
    request = b"POST /rpc HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: %d\r\n\r\n" % (
        studio.port,
        len(body),
    )
    with ThreadPoolExecutor(16) as pool:
        answers = list(
            pool.map(lambda _: exchanged(studio, request + body), range(amount(200, 5000)))
        )
    assert not any(b" 200 " in answer for answer in answers)
    assert is_answered(studio)
    if sys.platform == "linux":
        assert memory_mib(studio) - before < 100


def test_a_flood_of_requests_in_a_session_is_answered_whole(studio: Running) -> None:
    cheap = {"jsonrpc": "2.0", "method": "cancel", "params": {"id": "x"}}
    batch = [{**cheap, "id": number} for number in range(1000)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(
            pool.map(lambda _: ask(studio, "POST", "/rpc", body=batch), range(amount(4, 100)))
        )
    for status, text, _ in answers:
        assert status == 200
        assert [each["id"] for each in json.loads(text)] == list(range(len(batch)))


@pytest.mark.parametrize(
    "body", [b"[" * 1_000_000, b'{"a":' * 100_000, b"[" + b"[]," * 1_500_000 + b"0]", b"1" * 5_000_000, b'"\\ud800"'],
    ids=["lists", "objects", "many", "digits", "surrogate"],
)  # fmt: skip
def test_absurd_messages_are_errors_not_ends(studio: Running, body: bytes) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", studio.port, timeout=60)
    connection.request("POST", "/rpc", body, studio.session)
    answer = connection.getresponse()
    error = json.loads(answer.read())["error"]
    connection.close()
    assert answer.status == 200
    assert error["code"] in (-32700, -32600)
    assert is_answered(studio)
