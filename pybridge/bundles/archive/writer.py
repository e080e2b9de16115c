"""Write a ZIP archive: the same files give the same bytes."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from pybridge.bundles.archive import layout
from pybridge.bundles.archive.names import require_names
from pybridge.bundles.refusals import Refused

PLAIN_MODE = 0o644
EXECUTABLE_MODE = 0o755
_REGULAR = 0o100000
_LEVEL = 9


@dataclass(frozen=True)
class File:
    """A file that is put into an archive."""

    name: str
    content: bytes
    is_executable: bool = False


def write_archive(files: Sequence[File]) -> bytes:
    """Return an archive with *files* in their order.

    Times, modes and everything else that could differ from machine to machine are constants. The compressed bytes
    are those of the zlib that Python was built with.

    Raises:
        Refused: when a reader would refuse the archive.
    """
    require_names(file.name for file in files)
    body, directory = bytearray(), bytearray()
    for file in files:
        local, central = _records(file, len(body))
        body += local
        directory += central
    if len(files) > layout.MOST_FILES:
        raise Refused("archive-files", f"more than {layout.MOST_FILES:,} files")
    if len(body) + len(directory) + layout.END.size > layout.MOST_BYTES:
        raise Refused("archive-size", f"larger than {layout.MOST_BYTES:,} bytes")
    count = len(files)
    end = layout.END.pack(layout.END_SIGNATURE, 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)


def _records(file: File, offset: int) -> tuple[bytes, bytes]:
    """Return the local record with the content, and the record of the directory."""
    name = file.name.encode("ascii")
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(file.content) + packer.flush()
    sizes = (zlib.crc32(file.content), len(packed), len(file.content))
    common = (layout.NEEDED, 0, layout.DEFLATED, layout.TIME, layout.DATE, *sizes, len(name), 0)
    mode = _REGULAR | (EXECUTABLE_MODE if file.is_executable else PLAIN_MODE)
    local = layout.LOCAL.pack(layout.LOCAL_SIGNATURE, *common)
    central = layout.CENTRAL.pack(
        layout.CENTRAL_SIGNATURE, layout.MADE_BY_UNIX, *common, 0, 0, 0, mode << 16, offset
    )
    return local + name + packed, central + name
