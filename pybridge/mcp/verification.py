"""Checks an audit log: finds the first line that is not what was written after the line before it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pybridge.errors import DocumentUnreadable, UsageError
from pybridge.formats.json_text import decode_json
from pybridge.mcp.audit import FIRST, hash_of
from pybridge.storage.regular_file import read_regular

MOST_BYTES = 64 * 1024 * 1024
"""Of a file; the log begins another one much earlier."""

_NUMBER = re.compile(r"-(\d{4,})\.jsonl\Z")


@dataclass(frozen=True)
class Break:
    """The first line that is not what was written there."""

    path: Path
    line: int
    """From 1 on."""
    message: str


@dataclass(frozen=True)
class Verified:
    """The result of a check."""

    files: int
    lines: int
    """That were intact."""
    chains: int
    """A server process writes one, over all of its files."""
    last: str | None
    """Hash of the last intact line; to be kept elsewhere, since missing lines at the end do not show otherwise."""
    broken: Break | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as cli-audit.v1."""
        broken = self.broken
        return {
            "isIntact": broken is None,
            "files": self.files,
            "lines": self.lines,
            "chains": self.chains,
            "last": self.last,
            "broken": None
            if broken is None
            else {"path": str(broken.path), "line": broken.line, "message": broken.message},
        }


class _LineBroken(Exception):
    """A line is not what was written; the message says why."""


def verified(paths: Sequence[Path]) -> Verified:
    """Check the files of a log, or of several, each in the order in which they were written.

    Raises:
        DocumentUnreadable: when one cannot be read.
        UsageError: when one is too large to be a file of a log.
    """
    lines, chains, last = 0, 0, None
    for path in paths:
        number = 0
        try:
            for number, (line, is_whole) in enumerate(_lines(_content(path)), 1):
                begins = number == 1 and _may_begin(path)
                record = _record(line, is_whole=is_whole)
                last, is_new = _followed(record, last, begins=begins)
                lines, chains = lines + 1, chains + is_new
        except _LineBroken as error:
            return Verified(
                len(paths), lines, chains, last, Break(path, max(1, number), str(error))
            )
    return Verified(len(paths), lines, chains, last)


def _content(path: Path) -> bytes:
    try:
        raw, size = read_regular(path, root=None, most=MOST_BYTES)
    except OSError as error:
        raise DocumentUnreadable.of(path, error) from error
    if size > MOST_BYTES:
        raise UsageError(f"{path} has more than {MOST_BYTES:,} bytes", "it is not an audit log")
    return raw


def _lines(raw: bytes) -> Iterator[tuple[bytes, bool]]:
    """Yield the lines, and whether each has its end.

    Raises:
        _LineBroken: when there is none: a file begins with its first line.
    """
    if not raw:
        raise _LineBroken("the file is empty")
    *whole, rest = raw.split(b"\n")
    for line in whole:
        yield line, True
    if rest:
        yield rest, False


def _may_begin(path: Path) -> bool:
    """Whether a chain may begin in a file: the names that a log gives to its second file and later ones say that they go on."""
    found = _NUMBER.search(path.name)
    return found is None or int(found[1]) == 0


def _record(line: bytes, *, is_whole: bool) -> dict[str, Any]:
    """Return a line that is exactly as it was written.

    Raises:
        _LineBroken: when it is not.
    """
    try:
        text = line.decode("ascii")
        value = decode_json(text)
        is_record = isinstance(value, dict) and json.dumps(value, allow_nan=False) == text
    except ValueError:
        is_record = False
    if not is_whole:
        raise _LineBroken("it was cut off")
    if not is_record:
        raise _LineBroken("it is not as a log writes it")
    record = dict(value)
    if record.pop("hash", None) != hash_of(record):
        raise _LineBroken("its content does not have its hash: it was changed")
    return {**record, "hash": value["hash"]}


def _followed(record: dict[str, Any], last: str | None, *, begins: bool) -> tuple[str, bool]:
    """Return the hash of a line, and whether a chain begins with it.

    Raises:
        _LineBroken: when it does not follow the line before it.
    """
    previous = record.get("previous")
    is_new = begins and previous == FIRST
    if not is_new and previous != last:
        missing = (
            "the file before it was not named"
            if last is None
            else "a line was removed, added or moved"
        )
        raise _LineBroken(f"it does not follow the line before it: {missing}")
    return str(record["hash"]), is_new
