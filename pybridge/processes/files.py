"""The file tree of a run: put in place before it, watched while it runs, compared after it. No link is followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pybridge.processes.guest_paths import DEEPEST
from pybridge.processes.invocation import HOME, ProcessLimits
from pybridge.storage.regular_file import read_regular

_STANDARD_FOLDERS = (HOME, "/tmp")
"""There in every run."""


_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL


@dataclass(frozen=True)
class _Mark:
    """What changes when a file is written, and cannot be set back by its writer."""

    inode: int
    size: int
    changed_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> _Mark:
        return cls(status.st_ino, status.st_size, status.st_ctime_ns)


class TooMuch(Exception):
    """A tree breaks a limit; the message says which."""


class Unfit(Exception):
    """A file cannot be put in place; the message says which and why."""


class FileTree:
    """The files of one run, in a private folder."""

    def __init__(self, root: Path, limits: ProcessLimits) -> None:
        self.root = root
        self._limits = limits
        self._given: Mapping[str, bytes] = {}
        self._marks: dict[str, _Mark] = {}
        self._own_folders = 0
        """Folders that are there from the beginning."""

    def fill(self, files: Mapping[str, bytes], cwd: str) -> None:
        """Put files and folders in place.

        Raises:
            TooMuch: when they are more than the limits allow.
            Unfit: when one cannot be put in place, such as where the file system takes two names as one.
        """
        _require_within(sum(map(len, files.values())), len(files), self._limits)
        self._given = files
        for folder in {*_STANDARD_FOLDERS, cwd, *(path.rpartition("/")[0] for path in files)}:
            self._make(folder)
        for path, content in files.items():
            self._marks[path] = self._write(path, content)
        made = {above for path in (*files, *_STANDARD_FOLDERS, cwd) for above in _with_above(path)}
        self._own_folders = len(made - set(files))

    def _make(self, folder: str) -> None:
        try:
            self._host(folder).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unfit(f"{folder}: {error.strerror}") from error

    def _write(self, path: str, content: bytes) -> _Mark:
        try:
            descriptor = os.open(f"{self.root}{path}", _NEW, 0o666)  # no Path: there can be many
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                return _Mark.of(os.fstat(descriptor))
        except FileExistsError as error:
            raise Unfit(f"{path}: a folder, or another file's name on this file system") from error
        except OSError as error:
            raise Unfit(f"{path}: {error.strerror}") from error

    def problem(self) -> str | None:
        """Return which limit the tree breaks now, or None; a run that goes on may change it meanwhile."""
        try:
            self._scanned()
        except TooMuch as error:
            return str(error)
        return None

    def read(self, path: str, most: int) -> bytes | None:
        """Return the first *most* bytes of a file; None if there is no ordinary one."""
        try:
            return read_regular(self._host(path), root=self.root, most=most)[0]
        except (OSError, ValueError):
            return None

    def changes(self) -> dict[str, bytes | None]:
        """Return the files that are new or have another content, and None for those that are gone; sorted by path.

        Nothing may write to the tree any more.

        Raises:
            TooMuch: when they are more than the limits allow.
            OSError: when the system refuses to read one.
        """
        found = self._scanned()
        changed: dict[str, bytes | None] = {path: None for path in self._given if path not in found}
        for path, status in found.items():
            if self._marks.get(path) == _Mark.of(status):
                continue
            content = read_regular(self._host(path), root=self.root, most=status.st_size)[0]
            if content != self._given.get(path):
                changed[path] = content
        return dict(sorted(changed.items()))

    def _scanned(self) -> dict[str, os.stat_result]:
        """Return the ordinary files by their path, with their status.

        Raises:
            TooMuch: when they are more than the limits allow, or too deep.
        """
        size, folders, others = 0, -self._own_folders, 0
        found: dict[str, os.stat_result] = {}
        for path, status in self._walked():
            if stat.S_ISDIR(status.st_mode):
                folders += 1
            else:
                others += 1
            if stat.S_ISREG(status.st_mode):
                size += status.st_size
                found[path] = status
            _require_within(size, max(folders, others), self._limits)
        return found

    def _walked(self) -> Iterator[tuple[str, os.stat_result]]:
        """Yield everything in the tree; links are yielded, and not followed."""
        root = os.open(self.root, _FOLDER)
        try:
            yield from _inside(root, "", 0)
        finally:
            os.close(root)

    def _host(self, path: str) -> Path:
        return Path(f"{self.root}{path}")


def _inside(descriptor: int, folder: str, depth: int) -> Iterator[tuple[str, os.stat_result]]:
    """Yield what is in an open folder.

    A process that goes on can replace a folder by a link, or remove it, at any moment: each is opened in the one above it,
    and what is not there any more is left out.
    """
    if depth > DEEPEST:
        raise TooMuch(f"more than {DEEPEST} folders inside each other")
    folders = []
    with os.scandir(descriptor) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                status = entry.stat(follow_symlinks=False)
                yield f"{folder}/{entry.name}", status
                if stat.S_ISDIR(status.st_mode):
                    folders.append(entry.name)
    for name in folders:
        with suppress(OSError):
            inner = os.open(name, _FOLDER, dir_fd=descriptor)
            try:
                yield from _inside(inner, f"{folder}/{name}", depth + 1)
            finally:
                os.close(inner)


def _with_above(path: str) -> Iterator[str]:
    while path != "/":
        yield path
        path = path.rpartition("/")[0] or "/"


def _require_within(size: int, count: int, limits: ProcessLimits) -> None:
    if size > limits.files_bytes:
        raise TooMuch(f"its files have more than {limits.files_bytes:,} bytes")
    if count > limits.file_count:
        raise TooMuch(f"more than {limits.file_count:,} files, or as many folders")
