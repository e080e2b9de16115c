"""The queue of messages to a client that may read slowly, or not at all."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from pybridge.errors import InternalError
from pybridge.rpc import messages
from pybridge.rpc.messages import Message

MOST_BYTES = 32 * 1024 * 1024
"""Bytes in the queue; when it is full, further answers wait."""
MOST_EVENTS = 256
"""Events in the queue; beyond that all are dropped, and `events.lost` is sent."""

_SLICE = 64 * 1024

_LOST = messages.event("events.lost", {})


class Outbox:
    """Writes answers and events in order, in its own thread."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        """Start to write.

        Args:
            write: Writes all it gets, and waits as long as that takes; raises OSError at the end.
        """
        self._write = write
        self._waiting: deque[tuple[bytes, bool]] = deque()
        self._events = 0
        self._size = 0
        self._is_closed = False
        self._is_broken = False
        self._patience_s: float | None = None
        self._progress = time.monotonic()
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="pybridge-out", daemon=True)
        self._thread.start()

    @property
    def size(self) -> int:
        """Bytes in the queue, including those being written."""
        return self._size

    @property
    def is_broken(self) -> bool:
        """Whether the client can no longer read."""
        return self._is_broken

    def send(self, message: Message | list[Message]) -> None:
        """Queue an answer; block while the queue is full."""
        line = _line(message)
        self.wait_for_room(lambda: self._size < MOST_BYTES)
        self._put(line, is_event=False)

    def offer(self, message: Message, seconds: float) -> bool:
        """Queue a request; False when the queue stays full for so many seconds, or the client is gone."""
        end = time.monotonic() + seconds
        self.wait_for_room(lambda: self._size < MOST_BYTES or time.monotonic() >= end)
        if self._size >= MOST_BYTES or self._is_broken or self._is_closed:
            return False
        self._put(_line(message), is_event=False)
        return True

    def tell(self, event: Message) -> None:
        """Queue an event; if there are too many, drop them and send `events.lost`."""
        with self._news:
            if self._events >= MOST_EVENTS:
                self._drop_events()
                event = _LOST
        self._put(_line(event), is_event=True)

    def _drop_events(self) -> None:
        kept = [each for each in self._waiting if not each[1]]
        self._size -= sum(len(line) for line, is_event in self._waiting if is_event)
        self._waiting = deque(kept)
        self._events = 0

    def _put(self, line: bytes, *, is_event: bool) -> None:
        with self._news:
            if self._is_broken or self._is_closed:
                return
            self._waiting.append((line, is_event))
            self._events += is_event
            self._size += len(line)
            self._news.notify_all()

    def wait_for_room(self, is_enough: Callable[[], bool]) -> None:
        """Wait until *is_enough*, checked after each write, or until the end."""
        with self._news:
            while not (is_enough() or self._is_broken or self._is_closed):
                self._news.wait(0.1)
                self._lose_patience()

    def hurry(self, patience_s: float) -> None:
        """From now on, treat a client that reads nothing for *patience_s* seconds as disconnected."""
        with self._news:
            self._patience_s = patience_s
            self._progress = time.monotonic()

    def _lose_patience(self) -> None:
        is_stuck = bool(self._size) and self._patience_s is not None
        if is_stuck and time.monotonic() > self._progress + (self._patience_s or 0):
            self._break()

    def _work(self) -> None:
        while True:
            with self._news:
                while not self._waiting and not self._is_closed:
                    self._news.wait()
                if not self._waiting:
                    return
                line, is_event = self._waiting.popleft()
                self._events -= is_event
            try:
                self._write_slices(line)
            except (OSError, ValueError):
                self._break()
                return

    def _write_slices(self, line: bytes) -> None:
        for start in range(0, len(line), _SLICE):
            piece = line[start : start + _SLICE]
            self._write(piece)
            with self._news:
                self._size = max(0, self._size - len(piece))
                self._progress = time.monotonic()
                self._news.notify_all()

    def _break(self) -> None:
        with self._news:
            self._is_broken = True
            self._waiting.clear()
            self._size = self._events = 0
            self._news.notify_all()

    def close(self, patience_s: float) -> None:
        """Write the queue and end; give up when the client reads nothing for so many seconds."""
        self.hurry(patience_s)
        with self._news:
            self._is_closed = True
            self._news.notify_all()
        while self._thread.is_alive() and not self._is_broken:
            self._thread.join(0.1)
            with self._news:
                self._lose_patience()


def _line(message: Any) -> bytes:
    try:
        text = json.dumps(message, separators=(",", ":"), allow_nan=False)
    except (ValueError, TypeError) as error:
        bug = InternalError(f"an answer is not JSON: {error}")
        text = json.dumps(messages.failure(messages.id_of(message), bug))
    return text.encode() + b"\n"
