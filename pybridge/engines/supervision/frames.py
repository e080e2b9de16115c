"""Separate messages from other bytes that come through a pipe."""

from __future__ import annotations

from collections.abc import Iterator

LONGEST_LINE = 1 << 28
"""Bytes of one message: a slice of outcomes, each within its limit."""
MOST_STRAY = 1 << 22
"""Bytes outside of messages that one worker may write to the pipe."""


class FrameReader:
    """Cuts a stream of bytes into lines and keeps those that begin with the mark."""

    def __init__(self, mark: bytes) -> None:
        self._mark = mark
        self._parts: list[bytes] = []
        self._length = 0
        self._is_stray = False
        """Whether the current line has no mark: it is counted, not kept."""
        self.stray_bytes = 0
        """Bytes of lines without the mark, which are not kept."""

    @property
    def is_flooded(self) -> bool:
        """Whether more came than any worker needs to send."""
        return self._length > LONGEST_LINE or self.stray_bytes > MOST_STRAY

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Take a piece of the stream; yield the messages it completes, without the mark."""
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            self._add(end)
            line, is_stray = b"".join(self._parts), self._is_stray
            self._parts, self._length, self._is_stray = [], 0, False
            if not is_stray and line.startswith(self._mark):
                yield line[len(self._mark) :]
            else:
                self.stray_bytes += len(line)
        if rest:
            self._add(rest)

    def _add(self, piece: bytes) -> None:
        if self._is_stray:
            self.stray_bytes += len(piece)
            return
        self._parts.append(piece)
        self._length += len(piece)
        if self._length >= len(self._mark) and not self._begins_with_mark():
            self.stray_bytes += self._length
            self._parts, self._length, self._is_stray = [], 0, True

    def _begins_with_mark(self) -> bool:
        if len(self._parts[0]) < len(self._mark):
            self._parts = [b"".join(self._parts)]
        return self._parts[0].startswith(self._mark)
