"""Read the names and the metadata of a wheel, within bounds that are checked before anything is parsed."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass

from pybridge.packages.errors import Unusable

MOST_BYTES = 64 * 1024 * 1024
"""Of a wheel."""
MOST_DIRECTORY_BYTES = 4 * 1024 * 1024
"""Of the list of its files."""
MOST_FILES = 20_000
MOST_METADATA_BYTES = 1024 * 1024
"""Of METADATA, and of WHEEL."""

_END = struct.Struct("<4s4H2LH")
_END_SIGNATURE = b"PK\x05\x06"
_ZIP64_SIGNATURE = b"PK\x06\x07"
_ZIP64_BYTES = 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The others may take much memory for few bytes."""
_IS_ENCRYPTED = 1
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    ValueError,
)
"""What `zipfile` raises for a file that is damaged or was made to."""


@dataclass(frozen=True)
class Archive:
    """What is read of a wheel."""

    names: tuple[str, ...]
    """Of its files, with `/` between the parts."""
    metadata: bytes
    about_wheel: bytes
    """The content of the file WHEEL."""


def read_archive(content: bytes) -> Archive:
    """Return the names and the metadata in a wheel; nothing else in it is unpacked.

    Raises:
        Unusable: It is not a wheel, is damaged, or holds more than the bounds allow.
    """
    if len(content) > MOST_BYTES:
        raise Unusable(f"larger than {MOST_BYTES:,} bytes")
    _check_directory(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = _files(archive)
            folder = _metadata_folder(tuple(files))
            texts = (_read(archive, files, f"{folder}/{name}") for name in ("METADATA", "WHEEL"))
            return Archive(tuple(files), *texts)
    except _BROKEN as error:
        raise Unusable(f"damaged: {error}") from error


def _check_directory(content: bytes) -> None:
    """Check the size of the list of files at the place where `zipfile` looks for it."""
    start = len(content) - _END.size
    if start < 0:
        raise Unusable("not a ZIP archive")
    if content[start : start + 4] != _END_SIGNATURE or content[-2:] != b"\0\0":
        start = content.rfind(_END_SIGNATURE, max(start - 0xFFFF, 0))
    if start < 0 or start + _END.size > len(content):
        raise Unusable("not a ZIP archive")
    if content[max(start - _ZIP64_BYTES, 0) :].startswith(_ZIP64_SIGNATURE):
        raise Unusable("a ZIP64 archive")
    count, directory_bytes = _END.unpack_from(content, start)[4:6]
    if count > MOST_FILES or directory_bytes > MOST_DIRECTORY_BYTES:
        raise Unusable(f"more than {MOST_FILES:,} files, or names that are too long")


def _files(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    found: dict[str, zipfile.ZipInfo] = {}
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise Unusable(f"more than {MOST_FILES:,} files")
    for entry in entries:
        name = entry.filename
        if entry.orig_filename != name or "\\" in name or name in found:
            raise Unusable(f"a file name that is ambiguous: {name!r}")
        if {"", ".", ".."} & set(name.removesuffix("/").split("/")) or ":" in name:
            raise Unusable(f"a file outside of its folder: {name!r}")
        if entry.compress_type not in _METHODS or entry.flag_bits & _IS_ENCRYPTED:
            raise Unusable(f"a file that is encrypted or not deflated: {name!r}")
        if not entry.is_dir():
            found[name] = entry
    return found


def _metadata_folder(names: tuple[str, ...]) -> str:
    folders = {name.split("/")[0] for name in names if "/" in name}
    found = sorted(each for each in folders if each.endswith(".dist-info"))
    if len(found) != 1:
        raise Unusable(f"{len(found)} folders named .dist-info instead of one")
    return found[0]


def _read(archive: zipfile.ZipFile, files: dict[str, zipfile.ZipInfo], name: str) -> bytes:
    if name not in files:
        raise Unusable(f"no file {name!r}")
    with archive.open(files[name]) as stream:
        content = stream.read(MOST_METADATA_BYTES + 1)
    if len(content) > MOST_METADATA_BYTES:
        raise Unusable(f"{name!r} is larger than {MOST_METADATA_BYTES:,} bytes")
    return content
