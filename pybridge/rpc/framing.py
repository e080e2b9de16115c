"""Cut a stream of bytes into lines that are never too long."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pybridge.rpc.errors import MessageTooLarge

_CHUNK = 64 * 1024

Read = Callable[[int], bytes]
"""Returns the bytes that have arrived, at most so many; empty at the end."""


def lines(read: Read, limit: int) -> Iterator[bytes | MessageTooLarge]:
    """Yield each line without its end, and `MessageTooLarge` for one of more than *limit* bytes.

    Empty lines are left out. A line that is too long is reported when it shows, not at its end.
    """
    for raw, size in split_lines(read, limit, at_once=True):
        if size > limit:
            yield MessageTooLarge(limit)
        elif line := raw.strip(b" \t\r"):
            yield line


def split_lines(read: Read, limit: int, *, at_once: bool = False) -> Iterator[tuple[bytes, int]]:
    """Yield each line without its end, and its size; of one longer than *limit* bytes only the size.

    Args:
        read: See `Read`.
        limit: Bytes that are kept of a line.
        at_once: Yield a line that is too long when that shows, with its size so far.
    """
    parts: list[bytes] = []
    size, is_reported = 0, False
    while chunk := read(_CHUNK):
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            size += len(end)
            if not is_reported:
                yield (b"" if size > limit else b"".join([*parts, end])), size
            parts, size, is_reported = [], 0, False
        size += len(rest)
        if size <= limit:
            parts.append(rest)
            continue
        parts.clear()
        if at_once and not is_reported:
            is_reported = True
            yield b"", size
    if size and not is_reported:
        yield (b"" if size > limit else b"".join(parts)), size
