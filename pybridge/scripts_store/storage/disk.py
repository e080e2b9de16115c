"""The file operations of the store: each happens whole or not at all."""

from __future__ import annotations

import os
import time
from pathlib import Path

from pybridge.errors import DocumentUnreadable, InputTooLarge, OutputFailed
from pybridge.storage.atomic import fill, settle, write_atomically


class FileChanged(Exception):
    """A file changed while it was about to be replaced."""


class Disk:
    """Reads and writes files; every operation announces itself to `step` first."""

    def step(self, what: str) -> None:
        """Do nothing; a test's disk fails or dies here."""

    def now_ns(self) -> int:
        """Return the time of day in nanoseconds."""
        return time.time_ns()

    def read(self, path: Path, *, limit: int, name: str | None = None) -> bytes:
        """Return a file's bytes.

        Raises:
            DocumentUnreadable: when it cannot be read.
            InputTooLarge: when it is larger than *limit* bytes.
        """
        shown = Path(name) if name else path
        try:
            self.step("read")
            with path.open("rb") as file:
                raw = file.read(limit + 1)
            if len(raw) > limit:
                raise InputTooLarge(str(shown), path.stat().st_size, limit)
        except OSError as error:
            raise DocumentUnreadable.of(shown, error) from error
        return raw

    def write(self, path: Path, content: bytes, *, instead_of: bytes | None = None) -> None:
        """Put *content* at *path*; until it is there completely, whatever was there stays.

        Args:
            path: The file.
            content: What it is to hold.
            instead_of: What it must hold still, at the last moment; None for anything.

        Raises:
            OutputFailed: when that is not possible; nothing is left behind.
            FileChanged: when it does not hold *instead_of* any more.
        """

        def verify() -> None:
            if instead_of is not None and path.read_bytes() != instead_of:
                raise FileChanged(path)

        write_atomically(path, content, step=self.step, verify=verify)

    def append(self, path: Path, line: str) -> None:
        """Add a line to a file, on the medium when this returns; a torn last line is closed first.

        Raises:
            OutputFailed: when that is not possible.
        """
        try:
            self.step("make folder")
            path.parent.mkdir(parents=True, exist_ok=True)
            self.step("append")
            with path.open("ab+") as file:
                is_torn = file.tell() > 0 and not _ends_line(file.fileno(), file.tell())
                fill(file.fileno(), ("\n" * is_torn + line + "\n").encode(), self.step)
        except OSError as error:
            raise OutputFailed(path, error) from error

    def move(self, old: Path, new: Path) -> None:
        """Give a file another name; never replaces another file.

        Raises:
            OutputFailed: when that is not possible, or the name is taken.
        """
        try:
            self.step("make folder")
            new.parent.mkdir(parents=True, exist_ok=True)
            self.step("move")
            if new.exists() and new.samefile(old):  # another spelling of the same name
                old.rename(new)
                return
            new.hardlink_to(old)
            self.step("unlink old name")
            old.unlink()
            settle(new.parent, self.step)
        except OSError as error:
            raise OutputFailed(new, error) from error

    def remove(self, path: Path) -> None:
        """Delete a file.

        Raises:
            OutputFailed: when that is not possible.
        """
        try:
            self.step("remove")
            path.unlink(missing_ok=True)
            settle(path.parent, self.step)
        except OSError as error:
            raise OutputFailed(path, error) from error


def _ends_line(descriptor: int, size: int) -> bool:
    os.lseek(descriptor, size - 1, os.SEEK_SET)
    return os.read(descriptor, 1) == b"\n"
