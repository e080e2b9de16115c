"""One JSON document per line: cut a stream of bytes into lines that are never too long."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pybridge.rpc.errors import MessageTooLarge

_CHUNK = 64 * 1024


def lines(read: Callable[[int], bytes], limit: int) -> Iterator[bytes | MessageTooLarge]:
    """Yield each line without its end; of one that is longer than *limit* bytes only that it was.

    The rest of such a line is passed over and not kept. Empty lines are left out.

    Args:
        read: Returns at most so many bytes, and none at the end.
        limit: Bytes.
    """
    kept = bytearray()
    is_skipping = False
    while chunk := read(_CHUNK):
        *ended, rest = chunk.split(b"\n")
        for piece in ended:
            line = _whole(kept, piece, limit) if not is_skipping else None
            kept.clear()
            is_skipping = False
            if line is not None:
                yield line
        if not is_skipping:
            kept += rest
            if len(kept) > limit:
                kept.clear()
                is_skipping = True
                yield MessageTooLarge(limit)
    if kept.strip():
        yield bytes(kept)


def _whole(kept: bytearray, piece: bytes, limit: int) -> bytes | MessageTooLarge | None:
    if len(kept) + len(piece) > limit:
        return MessageTooLarge(limit)
    line = bytes(kept + piece).strip(b" \t\r")
    return line or None
