"""Standard output and error of scripts, captured per item and capped."""

from __future__ import annotations

import io
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    Emit = Callable[[str, str], None]

_MARKER = "\n… output cut at {limit} bytes\n"


class _Bytes:
    """The `buffer` of a captured stream, for scripts that write bytes."""

    def __init__(self, stream: Captured) -> None:
        self._stream = stream

    def write(self, data: bytes) -> int:
        self._stream.write(bytes(data).decode("utf-8", "replace"))
        return len(data)

    def flush(self) -> None:
        """Do nothing: nothing is held back."""


class Captured:
    """A text stream that keeps what is written; reopened for the next item if a script closes it."""

    encoding = "utf-8"
    errors = "strict"
    newlines = None
    line_buffering = True
    mode = "w"

    def __init__(self, name: str, budget: Budget) -> None:
        self.name = name
        self.closed = False
        self.pieces: list[str] = []
        self.buffer = _Bytes(self)
        self._budget = budget

    def write(self, text: str) -> int:
        """Keep *text* as far as the budget goes."""
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        kept = self._budget.take(text)
        if kept:
            self.pieces.append(kept)
            if self._budget.emit is not None:
                self._budget.emit(self.name, readable(kept))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of *lines*."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Do nothing: nothing is held back."""

    def close(self) -> None:
        """Refuse further writes of this item."""
        self.closed = True

    def isatty(self) -> bool:
        """Whether this is a terminal."""
        return False

    def readable(self) -> bool:
        """Whether it can be read."""
        return False

    def writable(self) -> bool:
        """Whether it can be written."""
        return True

    def seekable(self) -> bool:
        """Whether it has a position."""
        return False

    def fileno(self) -> int:
        """Refuse: there is no file behind it."""
        raise io.UnsupportedOperation("fileno")

    def reconfigure(self, **_: object) -> None:
        """Do nothing: its text is never encoded here."""


class Budget:
    """The bytes both streams together may still take."""

    __slots__ = ("emit", "is_spent", "left", "limit")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.left = limit
        self.is_spent = False
        self.emit: Emit | None = None

    def take(self, text: str) -> str:
        """Return the part of *text* that fits; if it is cut, with a line that says so."""
        if self.is_spent:
            return ""
        if len(text) * 4 > self.left:  # else it fits in any case
            encoded = text[: self.left + 1].encode("utf-8", "replace")
            if len(encoded) > self.left:
                self.is_spent = True
                kept = encoded[: self.left].decode("utf-8", "ignore")
                return kept + _MARKER.format(limit=self.limit)
            self.left -= len(encoded)
        else:
            self.left -= len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
        return text


class Streams:
    """The standard streams scripts see, put in place of the host's while they run."""

    __slots__ = ("_budget", "_host", "_stdin", "stderr", "stdout")

    def __init__(self, limit: int) -> None:
        self._budget = Budget(limit)
        self.stdout = Captured("stdout", self._budget)
        self.stderr = Captured("stderr", self._budget)
        self._stdin = io.StringIO()
        self._host: tuple[Any, ...] | None = None

    @property
    def is_truncated(self) -> bool:
        """Whether output since the last `take` was cut."""
        return self._budget.is_spent

    def set_limit(self, limit: int) -> None:
        """Allow *limit* bytes per item from now on."""
        self._budget.limit = self._budget.left = limit

    def install(self, emit: Emit | None = None) -> None:
        """Put the streams in place; each piece also goes to *emit*."""
        self._host = (sys.stdin, sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)
        sys.__stdout__, sys.__stderr__ = self.stdout, self.stderr  # type: ignore[misc,assignment] # Final to typeshed
        self._budget.emit = emit
        self.renew()

    def restore(self) -> None:
        """Put the host's streams back."""
        self._budget.emit = None
        if self._host:
            sys.stdin, sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__ = self._host  # type: ignore[misc] # as above
            self._host = None

    def renew(self) -> None:
        """Undo what a script did to the streams."""
        if (
            sys.stdout is not self.stdout
            or sys.stderr is not self.stderr
            or sys.stdin is not self._stdin
        ):
            sys.stdin, sys.stdout, sys.stderr = self._stdin, self.stdout, self.stderr
        self.stdout.closed = self.stderr.closed = False
        if self._stdin.closed:
            sys.stdin = self._stdin = io.StringIO()

    def settle(self) -> dict[str, str]:
        """Undo what a script did to the streams and return its output, as `take` does."""
        stdout, stderr = self.stdout, self.stderr
        if (
            sys.stdout is not stdout
            or sys.stderr is not stderr
            or sys.stdin is not self._stdin
            or stdout.closed
            or stderr.closed
            or self._stdin.closed
        ):
            self.renew()
        budget = self._budget
        if budget.left == budget.limit and not budget.is_spent:
            return {}
        return self.take()

    def take(self) -> dict[str, str]:
        """Return the output since the last call, by stream; empty ones are left out."""
        stdout, stderr, budget = self.stdout, self.stderr, self._budget
        if budget.left == budget.limit and not budget.is_spent:
            return {}
        written = {
            stream.name: readable("".join(stream.pieces))
            for stream in (stdout, stderr)
            if stream.pieces
        }
        stdout.pieces, stderr.pieces = [], []
        budget.left, budget.is_spent = budget.limit, False
        return written


def readable(text: str) -> str:
    """Return *text* with lone surrogates replaced: they have no UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
