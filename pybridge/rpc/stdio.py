"""A JSON-RPC server on standard input and output, for the process that started it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol

from pybridge.errors import PybridgeError
from pybridge.rpc import messages
from pybridge.rpc.connection import Answer, Connection
from pybridge.rpc.errors import Busy, MessageTooLarge
from pybridge.rpc.framing import lines
from pybridge.rpc.messages import Message
from pybridge.rpc.outbox import Outbox
from pybridge.rpc.outgoing import Outgoing
from pybridge.rpc.parsing import parse_message, unreadable

MESSAGE_BYTES = 32 * 1024 * 1024
"""Bytes of the largest message."""
MOST_WAITING = 4096
"""Running requests; when there are as many, reading stops."""
MOST_BYTES = 2 * MESSAGE_BYTES
"""Bytes of running requests, likewise."""
LAST_WORDS_S = 5.0
"""Seconds without reading after which, at the end, a client counts as disconnected."""
TOLD_TO_STOP_S = 0.5
"""The same after this process got a signal to stop."""


class Server(Protocol):
    """A server that answers requests."""

    def connection(self, client: Outgoing, /) -> Connection[Any]:
        """Return a connection: a client with its own request ids, which can be asked, too."""

    def subscribe(self, on_event: Callable[[Message], None], /) -> Callable[[], None]:
        """Send every event to *on_event*; return a function that stops it."""

    def close(self) -> None:
        """Finish the queued requests and end."""


def serve(service: Server, read: Callable[[int], bytes], write: Callable[[bytes], object]) -> None:
    """Answer until the input ends, or the client no longer reads.

    Args:
        service: What answers.
        read: Returns at most so many bytes of the input, and none at its end.
        write: Writes all it gets.
    """
    client = _Client(service, write)
    unsubscribe = service.subscribe(client.outbox.tell)
    reader = threading.Thread(target=client.listen, args=(read,), name="pybridge-in", daemon=True)
    reader.start()
    try:
        client.wait_for_end()
        patience_s = LAST_WORDS_S
    except BaseException:  # a signal to stop: requests that have not started are cancelled
        patience_s = TOLD_TO_STOP_S
        client.give_up()
        raise
    finally:
        unsubscribe()
        client.outbox.hurry(patience_s)
        _close(service, client)
        client.outbox.close(patience_s)


def _close(service: Server, client: _Client) -> None:
    """Finish the queued requests; cancel them once the client does not read their answers."""
    closing = threading.Thread(target=service.close, name="pybridge-close")
    closing.start()
    while closing.is_alive():
        closing.join(0.2)
        if client.outbox.is_broken:
            client.give_up()


class _Client:
    def __init__(self, service: Server, write: Callable[[bytes], object]) -> None:
        self.outbox = Outbox(write)
        self._outgoing = Outgoing(self.outbox.offer, self._tell_given_up)
        self._connection = service.connection(self._outgoing)
        self._ended = threading.Event()
        self._waiting = 0
        self._bytes = 0
        self._lock = threading.Lock()

    def listen(self, read: Callable[[int], bytes]) -> None:
        """Process every message until the input ends."""
        try:
            for line in lines(read, MESSAGE_BYTES):
                self._take(line)
                self.outbox.wait_for_room(self._may_read)
        except OSError:
            pass  # a closed input counts as its end
        finally:
            self._outgoing.close()
            self._ended.set()

    def _has_room(self) -> bool:
        return self._waiting < MOST_WAITING and self._bytes < MOST_BYTES

    def _may_read(self) -> bool:
        # What a request waits for may be an answer that is still in the pipe.
        return self._has_room() or self._outgoing.is_waiting

    def _take(self, line: bytes | MessageTooLarge) -> None:
        if isinstance(line, MessageTooLarge):
            self.outbox.send(messages.failure(None, line))
            return
        try:
            message = parse_message(line, MESSAGE_BYTES)
        except PybridgeError as error:
            self.outbox.send(unreadable(error))
        else:
            self._pass_on(message, len(line))

    def _pass_on(self, message: Any, size: int) -> None:
        """Settle answers, start requests; a batch may hold both."""
        if isinstance(message, list):
            answers = [each for each in message if messages.is_answer(each)]
            requests = [each for each in message if not messages.is_answer(each)]
        else:
            answers = [message] if messages.is_answer(message) else []
            requests = message
        for each in answers:
            self._outgoing.settle(each)
        if answers and (requests is message or not requests):
            return
        if not self._has_room():
            self.outbox.send(messages.failure(messages.id_of(requests), Busy()))
            return
        self._count(1, size)
        self._connection.submit(requests).add_done_callback(lambda done: self._answer(done, size))

    def _tell_given_up(self, number: str) -> None:
        self.outbox.tell(messages.event("tools.cancelled", {"id": number}))

    def _answer(self, done: Future[Answer], size: int) -> None:
        answer = done.result()
        if answer is not None:
            self.outbox.send(answer)
        self._count(-1, -size)

    def _count(self, requests: int, size: int) -> None:
        with self._lock:
            self._waiting += requests
            self._bytes += size

    def wait_for_end(self) -> None:
        """Return when the input has ended, or the client no longer reads the output."""
        while not self._ended.wait(0.2):
            if self.outbox.is_broken:
                self.give_up()
                return

    def give_up(self) -> None:
        """Cancel the requests that have not started, and those to the client."""
        self._outgoing.close()
        self._connection.cancel_all()


def own_output() -> Callable[[bytes], object]:
    """Reserve standard output for the protocol; other prints go to standard error.

    Returns what writes to it.
    """
    descriptor = os.dup(1)
    sys.stdout.flush()
    os.dup2(2, 1)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(descriptor, os.O_BINARY)

    def write(data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[os.write(descriptor, left) :]

    return write


def input_bytes(size: int) -> bytes:
    """Return at most *size* bytes of standard input, as soon as there are some."""
    return os.read(0, size)
