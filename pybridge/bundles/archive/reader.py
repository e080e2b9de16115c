"""Read a ZIP archive from bytes: one exact form, bounds first, and no byte that means nothing.

The files lie one after the other from the first byte on; the directory follows them, and the end record is the last.
So no two readers can see different files in one archive.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

from pybridge.bundles.archive import layout
from pybridge.bundles.archive.layout import Member
from pybridge.bundles.archive.names import require_names
from pybridge.bundles.refusals import Refused

_ENCRYPTED = 0x2041
"""Flags: encrypted, strong encryption, masked directory."""
_LEVEL_AND_UTF8 = 0x0806
"""Flags without an effect: which effort compressed the file; ASCII names as UTF-8."""
_KIND, _REGULAR, _SPECIAL_BITS = 0o170000, 0o100000, 0o7000
_UNIX, _NEWEST_MAKER = 3, 63


class Archive:
    """The files of an archive, each unpacked when it is read."""

    def __init__(self, content: bytes, members: Sequence[Member]) -> None:
        self._content = content
        self.members: Mapping[str, Member] = {member.name: member for member in members}
        """By name, in the order of the archive."""

    def read(self, name: str) -> bytes:
        """Return the content of a file.

        Raises:
            Refused: when it is not what the archive says.
        """
        member = self.members[name]
        packed = self._content[member.start : member.start + member.packed_size]
        content = packed if member.method == layout.STORED else _inflated(packed, member)
        if len(content) != member.size:
            raise Refused("member-content", f"{name}: not the size that the archive says")
        if zlib.crc32(content) != member.crc:
            raise Refused("member-content", f"{name}: damaged")
        return content


def read_archive(content: bytes) -> Archive:
    """Return the files of an archive; none of them is unpacked yet.

    Raises:
        Refused: when it is damaged, holds more than the bounds allow, or names that are not allowed.
    """
    if len(content) > layout.MOST_BYTES:
        raise Refused("archive-size", f"larger than {layout.MOST_BYTES:,} bytes")
    count, size, start = _end(content)
    records = _directory(content[start : start + size], count)
    members: list[Member] = []
    place = 0
    for record in records:
        member = _member(content, record, place)
        members.append(member)
        place = member.start + member.packed_size
    if place != start:
        raise Refused("archive-form", "bytes between the files and the directory")
    require_names(member.name for member in members)
    _require_bounds(members)
    return Archive(content, members)


def _end(content: bytes) -> tuple[int, int, int]:
    """Return the number of files, and the size and place of the directory."""
    place = len(content) - layout.END.size
    if place < 0 or not content.startswith((layout.LOCAL_SIGNATURE, layout.END_SIGNATURE)):
        raise Refused("archive-form", "not a ZIP archive")
    signature, disk, first, here, count, size, start, comment = layout.END.unpack_from(
        content, place
    )
    if signature != layout.END_SIGNATURE or comment:
        raise Refused("archive-form", "cut off, or followed by other bytes")
    if disk or first or here != count or start + size != place:
        raise Refused("archive-form", "the end of the archive contradicts its content")
    if count > layout.MOST_FILES:
        raise Refused("archive-files", f"more than {layout.MOST_FILES:,} files")
    return count, size, start


def _directory(directory: bytes, count: int) -> list[tuple[tuple[int, ...], bytes]]:
    """Return the fields and the name of each record."""
    found: list[tuple[tuple[int, ...], bytes]] = []
    place = 0
    for _ in range(count):
        if place + layout.CENTRAL.size > len(directory):
            raise Refused("archive-form", "the directory is cut off")
        signature, *fields = layout.CENTRAL.unpack_from(directory, place)
        place += layout.CENTRAL.size
        name = directory[place : place + fields[9]]
        place += len(name)
        if signature != layout.CENTRAL_SIGNATURE or len(name) != fields[9]:
            raise Refused("archive-form", "the directory is damaged")
        found.append((tuple(fields), name))
    if place != len(directory):
        raise Refused("archive-form", "the directory has more records than the end says")
    return found


def _member(content: bytes, record: tuple[tuple[int, ...], bytes], place: int) -> Member:
    """Return a file whose records agree, and lie where they must."""
    fields, raw_name = record
    made_by, *common = fields[:10]
    _, extra, comment, disk, internal, external, offset = fields[9:]
    name = raw_name.decode("ascii", "backslashreplace")
    if extra or comment:
        raise Refused("archive-form", f"{name}: extra fields or a comment")
    if made_by >> 8 != _UNIX or made_by & 0xFF > _NEWEST_MAKER or disk or internal:
        raise Refused("archive-form", f"{name}: attributes that a bundle does not have")
    if offset != place:
        raise Refused("archive-form", f"{name}: not where the directory says")
    _require_local(content, place, common, raw_name, name)
    needed, flags, method, time, date, crc, packed_size, size, length = common
    _require_common(name, needed, flags, method, (time, date))
    if method == layout.STORED and packed_size != size:
        raise Refused("member-content", f"{name}: stored with two sizes")
    start = place + layout.LOCAL.size + length
    if start + packed_size > len(content):
        raise Refused("archive-form", f"{name}: cut off")
    return Member(name, method, crc, packed_size, size, start, _mode(name, external))


def _require_local(
    content: bytes, place: int, common: Sequence[int], raw_name: bytes, name: str
) -> None:
    """Return if the local record says the same as that of the directory."""
    expected = layout.LOCAL.pack(layout.LOCAL_SIGNATURE, *common, 0) + raw_name
    if content[place : place + len(expected)] != expected:
        raise Refused("archive-form", f"{name}: its two records differ")


def _require_common(
    name: str, needed: int, flags: int, method: int, stamp: tuple[int, int]
) -> None:
    if flags & _ENCRYPTED:
        raise Refused("member-encrypted", f"{name}: encrypted")
    if method not in (layout.STORED, layout.DEFLATED):
        raise Refused("archive-form", f"{name}: compressed by a method other than deflate")
    if flags & ~_LEVEL_AND_UTF8 or needed not in (10, layout.NEEDED):
        raise Refused("archive-form", f"{name}: features that a bundle does not use")
    if stamp != (layout.TIME, layout.DATE):
        raise Refused("archive-form", f"{name}: its time is not 1980-01-01 00:00")


def _mode(name: str, external: int) -> int:
    mode = external >> 16
    if external & 0xFFFF or mode & _KIND not in (0, _REGULAR) or name.endswith("/"):
        raise Refused("member-kind", f"{name}: a link, folder or device")
    if mode & _SPECIAL_BITS:
        raise Refused("member-kind", f"{name}: runs with rights of its owner")
    return mode & 0o777


def _require_bounds(members: Sequence[Member]) -> None:
    total = sum(member.size for member in members)
    if total > layout.MOST_UNPACKED_BYTES:
        raise Refused("archive-size", f"unpacked larger than {layout.MOST_UNPACKED_BYTES:,} bytes")
    for member in members:
        if member.size > layout.MOST_FILE_BYTES:
            problem = f"{member.name}: larger than {layout.MOST_FILE_BYTES:,} bytes"
            raise Refused("archive-size", problem)
        is_dense = member.size > layout.MOST_RATIO * max(member.packed_size, 1)
        if member.size >= layout.RATIO_FROM and is_dense:
            problem = f"{member.name}: more than {layout.MOST_RATIO} times its compressed size"
            raise Refused("archive-ratio", problem)


def _inflated(packed: bytes, member: Member) -> bytes:
    """Return the unpacked bytes, never more than one beyond the size that was promised."""
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = unpacker.decompress(packed, member.size + 1)
    except zlib.error as error:
        raise Refused("member-content", f"{member.name}: damaged") from error
    if not unpacker.eof or unpacker.unused_data:
        raise Refused("member-content", f"{member.name}: not the size that the archive says")
    return content
