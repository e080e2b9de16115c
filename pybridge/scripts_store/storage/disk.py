"""The file operations of the store: whole or not at all."""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from pybridge.errors import DocumentUnreadable, InputTooLarge, OutputFailed
from pybridge.project.tree import SCRATCH_SUFFIX


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
        scratch: Path | None = None
        try:
            self.step("make folder")
            path.parent.mkdir(parents=True, exist_ok=True)
            self.step("make scratch file")
            descriptor, name = tempfile.mkstemp(SCRATCH_SUFFIX, f".{path.name[:40]}.", path.parent)
            scratch = Path(name)
            with os.fdopen(descriptor, "wb") as file:
                self._fill(file.fileno(), content)
            self.step("set mode")
            scratch.chmod(_mode(path))
            self.step("replace")
            if instead_of is not None and path.read_bytes() != instead_of:
                self._discard(scratch)
                raise FileChanged(path)
            scratch.replace(path)
            self._settle(path.parent)
        except OSError as error:
            if scratch is not None:
                self._discard(scratch)
            raise OutputFailed(path, error) from error

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
                self._fill(file.fileno(), ("\n" * is_torn + line + "\n").encode())
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
            self._settle(new.parent)
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
            self._settle(path.parent)
        except OSError as error:
            raise OutputFailed(path, error) from error

    def _fill(self, descriptor: int, content: bytes) -> None:
        half = len(content) // 2
        for piece in (content[:half], content[half:]):  # a full disk shows in the middle
            self.step("write")
            left = memoryview(piece)
            while left:
                left = left[os.write(descriptor, left) :]
        self.step("sync")
        os.fsync(descriptor)

    def _settle(self, folder: Path) -> None:
        """Bring a folder's names to the medium, where the system can."""
        self.step("sync folder")
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _discard(self, scratch: Path) -> None:
        self.step("discard")
        with suppress(OSError):
            scratch.unlink()


def _ends_line(descriptor: int, size: int) -> bool:
    os.lseek(descriptor, size - 1, os.SEEK_SET)
    return os.read(descriptor, 1) == b"\n"


def _mode(path: Path) -> int:
    """Return the mode a file keeps, or that of a new one."""
    with suppress(OSError):
        return path.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
