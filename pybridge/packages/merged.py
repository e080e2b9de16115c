"""All packages of a lock in one archive, the same bytes every time."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

from pybridge.errors import Conflict
from pybridge.packages import wheels
from pybridge.packages.archives import read_archive
from pybridge.packages.entry import LockEntry
from pybridge.packages.errors import LockInvalid, Unusable

FILE = "packages.zip"
MOST_BYTES = 128 * 1024 * 1024
"""Of all files together, unpacked."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
_LEFT_OUT = (".pyc", ".pyi", ".pth")
_UNUSED_IN_INFO = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "WHEEL")


def digest_of(entries: Iterable[LockEntry]) -> str:
    """Return a hash that changes with what `merged` returns, without reading a wheel."""
    hashes = "\n".join(sorted(entry.sha256 for entry in entries))
    return hashlib.sha256(Path(__file__).read_bytes() + hashes.encode("ascii")).hexdigest()


def merged(entries: Iterable[LockEntry]) -> bytes:
    """Return a ZIP archive with the files of all wheels, stored and sorted by name.

    Left out are compiled files, type stubs, and what only installers read.

    Raises:
        LockInvalid: a wheel is missing, changed or damaged, or they are too large.
        Conflict: two packages have different files of one name.
    """
    files: dict[str, bytes] = {}
    owners: dict[str, str] = {}
    size = 0
    for entry in entries:
        for name, content in _files(entry, MOST_BYTES - size):
            if files.get(name, content) != content:
                raise Conflict(
                    f"the packages {owners[name]} and {entry.name} both have a file {name}",
                    "ask for one of them only",
                )
            size += 0 if name in files else len(content)
            files[name], owners[name] = content, entry.name
    return _archive(files)


def _files(entry: LockEntry, most: int) -> Iterable[tuple[str, bytes]]:
    content = wheels.locked(entry.file_name, entry.sha256)
    try:
        names = read_archive(content).names
    except Unusable as problem:
        raise LockInvalid(f"{entry.file_name}: {problem}") from problem
    left = most
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in sorted(filter(_is_used, names)):
            with archive.open(name) as stream:
                found = stream.read(left + 1)
            left -= len(found)
            if left < 0:
                raise LockInvalid(f"its packages have more than {MOST_BYTES:,} bytes together")
            yield name, found


def _is_used(name: str) -> bool:
    folder, _, rest = name.partition("/")
    if folder.endswith(".dist-info"):
        return rest not in _UNUSED_IN_INFO
    return not name.endswith(_LEFT_OUT)


def _archive(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), files[name])
    return buffer.getvalue()
