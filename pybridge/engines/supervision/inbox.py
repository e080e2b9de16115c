"""The messages of a worker that nobody has read yet: bounded, so that a flood fills the pipe, not the host."""

from __future__ import annotations

import time
from collections import deque
from threading import Condition

MOST_BYTES = 1 << 26
MOST_MESSAGES = 1000


class Inbox:
    """A queue between the thread that reads a pipe and the one that waits for messages."""

    def __init__(self, most_bytes: int = MOST_BYTES, most_messages: int = MOST_MESSAGES) -> None:
        self._most_bytes = most_bytes
        self._most_messages = most_messages
        self._lines: deque[bytes] = deque()
        self._bytes = 0
        self._is_closed = False
        self._changed = Condition()

    def put(self, line: bytes) -> bool:
        """Add a message once there is room for it; return False if the queue was closed meanwhile."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._has_room(len(line)))
            if self._is_closed:
                return False
            self._lines.append(line)
            self._bytes += len(line)
            self._changed.notify_all()
            return True

    def get(self, timeout_s: float) -> bytes | None:
        """Return the next message; None if the queue is closed and empty.

        Raises:
            TimeoutError: when there is none within *timeout_s* seconds.
        """
        ends = time.monotonic() + timeout_s
        with self._changed:
            while not self._lines:
                if self._is_closed:
                    return None
                left = ends - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    if self._lines:
                        break
                    raise TimeoutError
            line = self._lines.popleft()
            self._bytes -= len(line)
            self._changed.notify_all()
            return line

    def close(self) -> None:
        """End the queue: what is in it can still be read, nothing comes after it."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _has_room(self, length: int) -> bool:
        # A message that is longer than all may be comes alone.
        is_short = self._bytes + length <= self._most_bytes
        return not self._lines or (is_short and len(self._lines) < self._most_messages)
