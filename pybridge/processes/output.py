"""Output that is kept up to a limit; the rest is dropped while the process goes on."""

from __future__ import annotations

from pybridge.wasi.pipes import Sink

_TAIL = 2048


class Capture:
    """The kept part of a stream."""

    def __init__(self, most: int, listen: Sink = lambda _: None) -> None:
        """Begin.

        Args:
            most: Bytes that are kept.
            listen: Gets each kept piece at once.
        """
        self.most = most
        self.is_cut = False
        """Whether anything was dropped."""
        self.tail = b""
        """The last bytes that were written, kept or not."""
        self._listen = listen
        self._parts: list[bytes] = []
        self._left = most

    def take(self, piece: bytes) -> None:
        """Take a piece of output."""
        self.tail = (self.tail + piece)[-_TAIL:]
        kept = piece[: self._left]
        self.is_cut = self.is_cut or len(kept) < len(piece)
        if kept:
            self._left -= len(kept)
            self._parts.append(kept)
            self._listen(kept)

    def content(self) -> bytes:
        """Return what was kept."""
        return b"".join(self._parts)
