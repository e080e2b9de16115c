"""The files of a bundle, wherever they are: in an archive or in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from pybridge.bundles.archive.names import require_names
from pybridge.bundles.archive.reader import Archive, read_archive


class Files(Protocol):
    """Files by name, in an order, of which none changes while it is read."""

    def names(self) -> list[str]:
        """Return the names, in order."""
        ...

    def size(self, name: str) -> int:
        """Return the bytes of a file, before it is read."""
        ...

    def read(self, name: str) -> bytes:
        """Return the content of a file.

        Raises:
            Refused: when it is damaged.
        """
        ...


class ArchiveFiles:
    """The files of a ZIP archive."""

    def __init__(self, content: bytes) -> None:
        """Read the directory of the archive.

        Raises:
            Refused: as `read_archive`.
        """
        self._archive: Archive = read_archive(content)

    def names(self) -> list[str]:
        """Return the names, in the order of the archive."""
        return list(self._archive.members)

    def size(self, name: str) -> int:
        """Return the size that the archive says."""
        return self._archive.members[name].size

    def read(self, name: str) -> bytes:
        """Unpack a file."""
        return self._archive.read(name)


class MemoryFiles:
    """Files that were read before, for example from a folder."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        """Take the contents by name.

        Raises:
            Refused: when a name is not allowed.
        """
        require_names(contents)
        self._contents = contents

    def names(self) -> list[str]:
        """Return the names, in the order of the mapping."""
        return list(self._contents)

    def size(self, name: str) -> int:
        """Return the bytes of a file."""
        return len(self._contents[name])

    def read(self, name: str) -> bytes:
        """Return the content of a file."""
        return self._contents[name]


def missing(wanted: Iterable[str], files: Files) -> list[str]:
    """Return the names in *wanted* of which there is no file, sorted."""
    return sorted(set(wanted) - set(files.names()))
