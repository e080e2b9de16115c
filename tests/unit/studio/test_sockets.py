"""Connections that send slowly, nothing, or too many: the page is answered all the same."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
import uvicorn

from pybridge.studio.web.serve import configuration
from pybridge.studio.web.sockets import TRUST, Bounds

QUICK = Bounds(connections=20, head_s=0.3, body_s=0.5)
HEAD = b"POST /trusted HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n"


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answer `/hold` without an end, all else at once; trust whoever asks for `/trusted`."""
    if scope["path"] == "/trusted":
        scope["state"][TRUST]()
    is_held = scope["path"] == "/hold" or scope["query_string"] == b"hold"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"answer", "more_body": is_held})
    if is_held:
        await receive()
        await receive()


@contextmanager
def serving(bounds: Bounds) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        bound.setblocking(False)
        server = uvicorn.Server(configuration(app, bounds))
        thread = threading.Thread(target=server.run, args=([bound],))
        thread.start()
        try:
            yield bound.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving(QUICK) as port:
        yield port


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=60)


def answered(port: int, path: str = "/") -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse().read()
    connection.close()
    return answer == b"answer"


def is_ended(client: socket.socket) -> bool:
    """Wait until the server ends the connection; False if it is still open after the client's timeout."""
    try:
        while client.recv(65536):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


def drip(client: socket.socket, pieces: Iterator[bytes]) -> None:
    """Send piece by piece until the server has had enough."""
    try:
        for piece in pieces:
            client.sendall(piece)
            time.sleep(0.02)
    except OSError:
        return


def header_lines() -> Iterator[bytes]:
    yield b"GET / HTTP/1.1\r\nHost: x\r\n"
    for number in range(10_000):
        yield b"X-%d: x\r\n" % number


def single_bytes() -> Iterator[bytes]:
    for _ in range(100):
        yield from (bytes([each]) for each in b"GET /" + b"a" * 1000)


def endless_body() -> Iterator[bytes]:
    yield HEAD
    for _ in range(100_000):
        yield b"x"


def second_request() -> Iterator[bytes]:
    yield b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    yield from header_lines()


def chunks() -> Iterator[bytes]:
    yield b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    for _ in range(100_000):
        yield b"1\r\nx\r\n"


def nothing() -> Iterator[bytes]:
    yield from ()


@pytest.mark.parametrize(
    "pieces", [header_lines, single_bytes, endless_body, second_request, chunks, nothing]
)
def test_a_request_that_does_not_end_is_ended(
    port: int, pieces: Callable[[], Iterator[bytes]]
) -> None:
    with connected(port) as client:
        sending = threading.Thread(target=drip, args=(client, pieces()))
        sending.start()
        assert is_ended(client)
        sending.join()
    assert answered(port)


def test_an_answer_that_takes_long_is_not_ended() -> None:
    with serving(QUICK) as port, connected(port) as client:
        client.sendall(b"GET /hold HTTP/1.1\r\nHost: x\r\n\r\n")
        client.settimeout(4 * QUICK.body_s)
        assert not is_ended(client)


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HTTP/1.1\r\n", b"GET /hold HTTP/1.1\r\nHost: x\r\n\r\n"]
)
def test_many_connections_make_room_and_one_of_a_session_stays(sent: bytes) -> None:
    bounds = Bounds(connections=20, head_s=60, body_s=60)
    with serving(bounds) as port, ExitStack() as stack:
        own = stack.enter_context(connected(port))
        own.sendall(b"GET /trusted?hold HTTP/1.1\r\nHost: x\r\n\r\n")
        assert own.recv(1000)
        clients = [stack.enter_context(connected(port)) for _ in range(60)]
        for client in clients:
            with_sent(client, sent)
        assert answered(port)
        assert is_ended(clients[0])
        own.settimeout(0.2)
        assert not is_ended(own)


def with_sent(client: socket.socket, sent: bytes) -> None:
    try:
        client.sendall(sent)
    except OSError:
        return  # it has made room already
