"""Compare the folder of an installed version with what was signed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pybridge.bundles.archive import layout
from pybridge.bundles.archive.files import MemoryFiles
from pybridge.bundles.manifests import plugin, runtime
from pybridge.bundles.refusals import Refused
from pybridge.bundles.verification import Verified
from pybridge.errors import DocumentUnreadable
from pybridge.storage.regular_file import read_regular

_FIRST = (plugin.MANIFEST, plugin.SIGNATURE)


def is_intact(folder: Path, bundle: Verified) -> bool:
    """Return whether a folder has exactly the files of a bundle."""
    try:
        found = _names(folder)
        names = bundle.files.names()
        return sorted(found) == sorted(names) and all(
            _content(folder, name, bundle.sizes[name] + 1) == bundle.files.read(name)
            for name in names
        )
    except (OSError, Refused):
        return False


def read_folder(folder: Path) -> MemoryFiles:
    """Return the files in a folder as those of a bundle: the manifest first, the rest sorted.

    Raises:
        Refused: when there are too many, or one has a name that is not allowed.
        DocumentUnreadable: when one cannot be read, or is a link.
    """
    try:
        names = _names(folder)
        left = layout.MOST_UNPACKED_BYTES
        found: dict[str, bytes] = {}
        for name in names:
            found[name] = _content(folder, name, left + 1)
            left -= len(found[name])
            if left < 0:
                raise Refused("archive-size", f"larger than {layout.MOST_UNPACKED_BYTES:,} bytes")
    except OSError as error:
        raise DocumentUnreadable.of(Path(error.filename or folder), error) from error
    return MemoryFiles(_ordered(found))


def _names(folder: Path) -> list[str]:
    """Return the names of all files below *folder*; a link is a file that cannot be read."""
    found: list[str] = []
    for place, folders, files in os.walk(folder, onerror=_raise):
        links = [name for name in folders if Path(place, name).is_symlink()]
        for name in (*files, *links):
            found.append(Path(place, name).relative_to(folder).as_posix())
        if len(found) > layout.MOST_FILES:
            raise Refused("archive-files", f"more than {layout.MOST_FILES:,} files")
    return found


def _raise(error: OSError) -> None:
    raise error


def _content(folder: Path, name: str, most: int) -> bytes:
    path = folder / name
    if path.is_symlink():
        raise OSError(22, "a link", os.fspath(path))
    return read_regular(path, root=folder, most=most)[0]


def _ordered(contents: Mapping[str, bytes]) -> dict[str, bytes]:
    first = _FIRST if plugin.MANIFEST in contents else (runtime.MANIFEST,)
    heads = [name for name in first if name in contents]
    rest = sorted(name for name in contents if name not in heads)
    return {name: contents[name] for name in (*heads, *rest)}
