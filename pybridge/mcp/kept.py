"""Outputs of runs that clients can read later: artifacts, and streams that were too long for an answer."""

from __future__ import annotations

import hashlib
import mimetypes
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from pybridge.errors import UsageError
from pybridge.processes.run_folders import run_folder

MOST_BYTES = 256 * 1024 * 1024
"""Of all that is kept; the oldest runs are forgotten first."""
MOST_ENTRIES = 2000
MOST_READ = 8 * 1024 * 1024
"""Bytes of one answer; a longer output is read in parts."""
TEMPLATE = "pybridge://run/{run}/{name}{?offset,length}"

_BASE = "pybridge://run/"
_TYPES = mimetypes.MimeTypes(filenames=())
_BINARY = "application/octet-stream"
_SAMPLE = 4096


@dataclass(frozen=True)
class Link:
    """A kept output."""

    name: str
    """Of an artifact its path below OUTPUT_DIR, else `stdout`, `stderr` or `value.json`."""
    uri: str
    mime_type: str
    size: int
    """Bytes."""
    sha256: str

    def to_json(self) -> dict[str, str | int]:
        """Return it as an artifact of run-result.v1."""
        return {
            "name": self.name,
            "uri": self.uri,
            "mimeType": self.mime_type,
            "size": self.size,
            "sha256": self.sha256,
        }


class Gone(UsageError):
    """There is nothing at an address, or not any more."""

    def __init__(self, uri: str) -> None:
        super().__init__(
            f"nothing is kept at {uri[:200]!r}",
            "outputs are kept while there is room; run the code again",
        )


class KeptOutputs:
    """Outputs in a private folder, which is removed at the end. Any number of threads may use it."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._stack = ExitStack()
        self._folder: Path | None = None
        self._links: dict[str, Link] = {}
        self._files: dict[str, Path] = {}
        self._count = 0
        self._size = 0
        self._lock = threading.Lock()

    def close(self) -> None:
        """Remove everything."""
        with self._lock:
            self._stack.close()
            self._links.clear()
            self._files.clear()
            self._size = 0
            self._folder = None

    def keep(self, run: str, name: str, content: bytes, mime_type: str | None = None) -> Link:
        """Keep an output of a run.

        Raises:
            OutputFailed: when there is no folder for it.
            OSError: when it cannot be written.
        """
        uri = f"{_BASE}{run}/{quote(name, safe='/')}"
        sha256 = hashlib.sha256(content).hexdigest()
        link = Link(name, uri, mime_type or mime_type_of(name, content), len(content), sha256)
        with self._lock:
            self._make_room(len(content))
            if self._folder is None:
                self._folder = self._stack.enter_context(run_folder(self._most_bytes))
            self._count += 1
            path = self._folder / str(self._count)
            path.write_bytes(content)
            self._forget(uri)
            self._links[uri], self._files[uri] = link, path
            self._size += link.size
        return link

    def links(self) -> list[Link]:
        """Return everything that is kept, the newest first."""
        with self._lock:
            return list(reversed(self._links.values()))

    def read(self, uri: str) -> tuple[bytes, Link]:
        """Return an output, or the part of it that the query of *uri* names.

        Raises:
            Gone: when there is none.
            UsageError: when it is too long for one answer.
        """
        base, offset, length = _address(uri)
        with self._lock:
            link, path = self._links.get(base), self._files.get(base)
            if link is None or path is None:
                raise Gone(uri)
            wanted = max(0, link.size - offset) if length is None else length
            if wanted > MOST_READ:
                hint = f"read it in parts: {base}?offset=0&length={MOST_READ}"
                raise UsageError(f"{link.name} has {link.size:,} bytes", hint)
            with path.open("rb") as file:
                file.seek(offset)
                return file.read(wanted), link

    def whole(self, uri: str) -> bytes:
        """Return all of an output.

        Raises:
            Gone: when there is none.
        """
        base, _, _ = _address(uri)
        with self._lock:
            path = self._files.get(base)
            if path is None:
                raise Gone(uri)
            return path.read_bytes()

    def _make_room(self, needed: int) -> None:
        while self._links and (
            self._size + needed > self._most_bytes or len(self._links) >= MOST_ENTRIES
        ):
            self._forget(next(iter(self._links)))

    def _forget(self, uri: str) -> None:
        link = self._links.pop(uri, None)
        if link is not None:
            self._size -= link.size
            self._files.pop(uri).unlink(missing_ok=True)


def mime_type_of(name: str, content: bytes) -> str:
    """Return the media type of a file, by its name or else by its first bytes."""
    guessed, encoding = _TYPES.guess_type(Path(name).name)
    if guessed is not None and encoding is None:
        return guessed
    sample = content[:_SAMPLE]
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 4 or len(content) <= _SAMPLE:
            return _BINARY
    return _BINARY if b"\0" in sample else "text/plain"


def is_text(mime_type: str) -> bool:
    """Whether outputs of this type are passed on as text."""
    return mime_type.startswith("text/") or mime_type in ("application/json", "image/svg+xml")


def _address(uri: str) -> tuple[str, int, int | None]:
    """Return the address without its query, the offset and the length.

    Raises:
        Gone: when it is not an address of an output.
    """
    try:
        parts = urlsplit(uri)
        query: Mapping[str, str] = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        numbers = {name: int(text) for name, text in query.items() if text.isascii()}
    except ValueError:
        raise Gone(uri) from None
    if numbers.keys() - {"offset", "length"} or any(
        not 0 <= number < 2**53 for number in numbers.values()
    ):
        raise Gone(uri)
    base = f"{parts.scheme}://{parts.netloc}{quote(unquote(parts.path), safe='/')}"
    return base, numbers.get("offset", 0), numbers.get("length")
