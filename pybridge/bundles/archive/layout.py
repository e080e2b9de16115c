"""The records of a ZIP archive, as the reader and the writer share them."""

from __future__ import annotations

import struct
from dataclasses import dataclass

LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
LOCAL_SIGNATURE = b"PK\x03\x04"
CENTRAL_SIGNATURE = b"PK\x01\x02"
END_SIGNATURE = b"PK\x05\x06"

STORED, DEFLATED = 0, 8
NEEDED = 20
"""The version of the format that is needed to read a deflated file: 2.0."""
MADE_BY_UNIX = 3 << 8 | NEEDED
TIME, DATE = 0, 1 << 5 | 1
"""Midnight of 1 January 1980, where the format's time begins."""

MOST_BYTES = 512 * 1024 * 1024
"""Of an archive."""
MOST_UNPACKED_BYTES = 1024 * 1024 * 1024
"""Of all its files."""
MOST_FILE_BYTES = 512 * 1024 * 1024
MOST_FILES = 20_000
MOST_RATIO = 100
"""Bytes of a file to one of its compressed form, from `RATIO_FROM` bytes on."""
RATIO_FROM = 1024 * 1024


@dataclass(frozen=True)
class Member:
    """A file of an archive."""

    name: str
    method: int
    crc: int
    packed_size: int
    size: int
    """Bytes."""
    start: int
    """Offset of its compressed bytes."""
    mode: int
    """Unix mode; it is not signed."""
