"""Where a registry keeps its files: each is written once, under a name that holds its hash, and never changed."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pybridge.bundles.archive import layout
from pybridge.errors import Conflict, DocumentUnreadable, OutputFailed, UsageError
from pybridge.storage.atomic import Step, write_atomically
from pybridge.storage.own_folder import open_folder
from pybridge.storage.regular_file import read_regular

PIECE_BYTES = 256 * 1024
_NAME = re.compile(
    r"plugins(?:/[a-z0-9][a-z0-9._-]{0,200}){1,4}/([0-9a-f]{64})\.[a-z0-9._-]{1,300}"
)


class Store(Protocol):
    """Files by name, as `plugins/echo/1.0.0/any/<sha256>.echo-1.0.0-any.zip`."""

    def create(self, name: str, source: bytes | Path) -> bool:
        """Keep a file; return False where it is there already.

        Raises:
            Conflict: when there is another content of that name; it stays.
            OutputFailed: when it cannot be kept.
        """
        ...

    def size(self, name: str) -> int | None:
        """Return the number of bytes of a file; None where there is none."""
        ...

    def pieces(self, name: str) -> Iterator[bytes]:
        """Return a file in pieces.

        Raises:
            DocumentUnreadable: when there is no such file, or it cannot be read.
        """
        ...


def require_name(name: str) -> str:
    """Return the SHA-256 in the name of a file.

    Raises:
        UsageError: when no file has such a name.
    """
    found = _NAME.fullmatch(name)
    if found is None or ".." in name:
        raise UsageError(f"not the name of a file of a registry: {name[:100]!r}")
    return found[1]


def read_whole(store: Store, name: str, most: int = layout.MOST_BYTES) -> bytes:
    """Return a file.

    Raises:
        DocumentUnreadable: when there is no such file, it cannot be read, or is larger than *most* bytes.
    """
    require_name(name)
    size = store.size(name)
    if size is None:
        raise DocumentUnreadable(Path(name), "missing")
    if size > most:
        raise DocumentUnreadable(Path(name), "broken", f"larger than {most:,} bytes")
    return b"".join(store.pieces(name))


def clash(name: str) -> Conflict:
    """Return the error for a name that has another content."""
    return Conflict(f"{name} is there with another content", "a file never changes")


@dataclass(frozen=True)
class FolderStore:
    """A folder."""

    folder: Path
    root: Path
    """No link below this folder leads out of it."""
    scratch: Path
    """A folder of the same file system, for files that are not complete yet."""
    step: Step = lambda _: None

    def create(self, name: str, source: bytes | Path) -> bool:
        """Keep a file; return False where it is there already."""
        require_name(name)
        place = self.folder / name
        if self.size(name) is not None:
            return self._same(name, source)
        path = self._written(source)
        try:
            self.step("make folder")
            with (
                open_folder(self.root, place.parent, make=True) as folder,
                open_folder(self.root, path.parent) as scratch,
            ):
                self.step("link")
                scratch.link(path.name, place.name, folder)
                folder.settle()
        except FileExistsError:
            return self._same(name, path)
        except OSError as error:
            raise OutputFailed(place, error) from error
        finally:
            path.unlink(missing_ok=True)
        if isinstance(source, Path):
            source.unlink(missing_ok=True)
        return True

    def size(self, name: str) -> int | None:
        """Return the number of bytes of a file."""
        try:
            return read_regular(self.folder / name, root=self.root, most=0)[1]
        except FileNotFoundError:
            return None
        except OSError as error:
            raise DocumentUnreadable.of(self.folder / name, error) from error

    def pieces(self, name: str) -> Iterator[bytes]:
        """Return a file in pieces."""
        try:
            read_regular(self.folder / name, root=self.root, most=0)
            with (self.folder / name).open("rb") as file:
                while piece := file.read(PIECE_BYTES):
                    yield piece
        except OSError as error:
            raise DocumentUnreadable.of(self.folder / name, error) from error

    def _written(self, source: bytes | Path) -> Path:
        """Return a file with the content, below the root."""
        if isinstance(source, Path) and source.parent == self.scratch:
            return source
        path = self.scratch / f"{secrets.token_hex(8)}.part"
        content = source.read_bytes() if isinstance(source, Path) else source
        write_atomically(path, content, root=self.root, step=self.step)
        return path

    def _same(self, name: str, source: bytes | Path) -> bool:
        """Return False if the file has the content of *source*."""
        if digest(self.pieces(name)) != digest(pieces_of(source)):
            raise clash(name)
        if isinstance(source, Path):
            source.unlink(missing_ok=True)
        return False


def digest(pieces: Iterator[bytes]) -> str:
    """Return the SHA-256 of a content."""
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()


def pieces_of(source: bytes | Path) -> Iterator[bytes]:
    """Return a content in pieces."""
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece
