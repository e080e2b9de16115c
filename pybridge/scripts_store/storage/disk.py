"""The file operations of the store: each happens whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import time
from contextlib import suppress
from pathlib import Path

from pybridge.errors import DocumentUnreadable, InputTooLarge, OutputFailed
from pybridge.storage.atomic import fill, settle, write_atomically
from pybridge.storage.own_folder import OwnFolder, open_folder
from pybridge.storage.regular_file import NOT_ORDINARY, read_regular


class FileChanged(Exception):
    """A file changed while it was about to be replaced."""


class Disk:
    """Reads and writes files; every operation announces itself to `step` first."""

    def step(self, what: str) -> None:
        """Do nothing; a test's disk fails or dies here."""

    def now_ns(self) -> int:
        """Return the time of day in nanoseconds."""
        return time.time_ns()

    def read(self, path: Path, *, root: Path, limit: int, name: str | None = None) -> bytes:
        """Return the bytes of an ordinary file inside of *root*.

        Raises:
            DocumentUnreadable: when it cannot be read.
            InputTooLarge: when it is larger than *limit* bytes.
        """
        shown = Path(name) if name else path
        try:
            self.step("read")
            raw, size = read_regular(path, root=root, most=limit + 1)
        except OSError as error:
            raise DocumentUnreadable.of(shown, error) from error
        if len(raw) > limit:
            raise InputTooLarge(str(shown), size, limit)
        return raw

    def write(
        self, path: Path, content: bytes, *, root: Path, instead_of: bytes | None = None
    ) -> None:
        """Put *content* at *path*; until it is there completely, whatever was there stays.

        Args:
            path: The file.
            content: What it is to hold.
            root: The folder that no link leads out of.
            instead_of: What it must hold still, at the last moment; None for anything.

        Raises:
            LinkInTheWay: when a link leads out of *root*.
            OutputFailed: when that is not possible; nothing is left behind.
            FileChanged: when it does not hold *instead_of* any more.
        """

        def verify() -> None:
            if instead_of is None:
                return
            if read_regular(path, root=root, most=len(instead_of) + 1)[0] != instead_of:
                raise FileChanged(path)

        write_atomically(path, content, root=root, step=self.step, verify=verify)

    def append(self, path: Path, line: str, *, root: Path) -> None:
        """Add a line to a file, on the medium when this returns; a torn last line is closed first.

        Raises:
            LinkInTheWay: when the file is a link, or one leads out of *root*.
            OutputFailed: when that is not possible.
        """
        try:
            self.step("make folder")
            with open_folder(root, path.parent, make=True) as folder:
                self.step("append")
                self._append(folder, path.name, line)
        except OSError as error:
            raise OutputFailed(path, error) from error

    def _append(self, folder: OwnFolder, name: str, line: str) -> None:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0)
        with os.fdopen(folder.open(name, flags), "ab+") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError(errno.EINVAL, NOT_ORDINARY)
            size = os.fstat(file.fileno()).st_size
            is_torn = size > 0 and not _ends_line(file.fileno(), size)
            fill(file.fileno(), ("\n" * is_torn + line + "\n").encode(), self.step)

    def move(self, old: Path, new: Path, *, root: Path) -> None:
        """Give a file another name; never replaces another file.

        Raises:
            LinkInTheWay: when a link leads out of *root*.
            OutputFailed: when that is not possible, or the name is taken.
        """
        try:
            self.step("make folder")
            with (
                open_folder(root, old.parent) as source,
                open_folder(root, new.parent, make=True) as target,
            ):
                self.step("move")
                if _is_same(source.status(old.name), target.status(new.name)):
                    source.replace(old.name, new.name, target)  # another spelling of the same name
                    return
                source.link(old.name, new.name, target)
                self.step("unlink old name")
                source.remove(old.name)
                settle(target, self.step)
        except OSError as error:
            raise OutputFailed(new, error) from error

    def remove(self, path: Path, *, root: Path) -> None:
        """Delete a file; of a link, the link itself.

        Raises:
            LinkInTheWay: when a link leads out of *root*.
            OutputFailed: when that is not possible.
        """
        try:
            self.step("remove")
            with suppress(FileNotFoundError), open_folder(root, path.parent) as folder:
                folder.remove(path.name)
                settle(folder, self.step)
        except OSError as error:
            raise OutputFailed(path, error) from error


def _is_same(one: os.stat_result | None, other: os.stat_result | None) -> bool:
    return one is not None and other is not None and os.path.samestat(one, other)


def _ends_line(descriptor: int, size: int) -> bool:
    os.lseek(descriptor, size - 1, os.SEEK_SET)
    return os.read(descriptor, 1) == b"\n"
