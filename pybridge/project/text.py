"""Read text files strictly: UTF-8, no NUL bytes, not too large."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pybridge.errors import DocumentUnreadable, InputTooLarge, PybridgeError
from pybridge.storage.regular_file import read_regular

BYTE_ORDER_MARK = "\ufeff"
"""What some editors put before a text; every reader takes it off."""
_BOM = BYTE_ORDER_MARK.encode()


@dataclass(eq=False)
class DocumentNotText(PybridgeError):
    """The file is not text."""

    path: Path
    line: int
    column: int
    reason: Literal["encoding", "nul"]
    detail: str = ""
    code = "encoding"
    hint = "save the file as UTF-8 text"

    def what(self) -> str:
        """Name the place."""
        words = "not valid UTF-8" if self.reason == "encoding" else "a NUL byte"
        more = f" ({self.detail})" if self.detail else ""
        return f"{self.path}:{self.line}:{self.column}: {words}{more}"

    def places(self) -> Mapping[str, Any]:
        """Return the place."""
        place = {"path": str(self.path), "line": self.line, "column": self.column}
        return {"call": place}


def read_text(path: Path, *, limit: int, name: str | None = None, root: Path | None = None) -> str:
    """Return the file's text unchanged, without its byte order mark.

    Args:
        path: The file.
        limit: Bytes.
        name: The file in messages.
        root: Where the file must be, an ordinary one; None for any file that the user named.

    Raises:
        DocumentUnreadable: when there is no such file, or it is a directory, or forbidden.
        DocumentNotText: when it is not UTF-8 or holds a NUL byte; names the place.
        InputTooLarge: when it is larger than *limit*; nothing is read then.
    """
    return read_marked_text(path, limit=limit, name=name, root=root)[1]


def read_marked_text(
    path: Path, *, limit: int, name: str | None = None, root: Path | None = None
) -> tuple[str, str]:
    """Return the file's byte order mark or an empty text, and its text; see `read_text`."""
    shown = Path(name) if name else path
    raw = _read(path, shown, limit, root)
    mark = BYTE_ORDER_MARK if raw.startswith(_BOM) else ""
    return mark, decode_text(raw, shown)


def decode_text(raw: bytes, shown: Path) -> str:
    """Return *raw* as text, without its byte order mark.

    Raises:
        DocumentNotText: when it is not UTF-8 or holds a NUL byte; names the place.
    """
    raw = raw.removeprefix(_BOM)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = _place(raw, error.start)
        detail = f"byte 0x{raw[error.start]:02x} at offset {error.start}"
        raise DocumentNotText(shown, line, column, "encoding", detail) from error
    nul = raw.find(b"\x00")
    if nul >= 0:
        raise DocumentNotText(shown, *_place(raw, nul), "nul", f"at offset {nul}")
    return text


def _read(path: Path, shown: Path, limit: int, root: Path | None) -> bytes:
    try:
        if root is None:
            with path.open("rb") as file:
                raw, size = file.read(limit + 1), path.stat().st_size
        else:
            raw, size = read_regular(path, root=root, most=limit + 1)
    except OSError as error:
        raise DocumentUnreadable.of(shown, error) from error
    if len(raw) > limit:
        raise InputTooLarge(str(shown), size, limit)
    return raw


def _place(raw: bytes, offset: int) -> tuple[int, int]:
    """Return line and column, in code points, of a byte whose predecessors are valid UTF-8."""
    before = raw[:offset]
    start = before.rfind(b"\n") + 1
    return before.count(b"\n") + 1, len(before[start:].decode("utf-8")) + 1
