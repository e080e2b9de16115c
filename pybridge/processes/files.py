"""The file tree of a run: put in place before it, watched while it runs, compared after it. No link is followed."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from pybridge.processes.guest_paths import DEEPEST
from pybridge.processes.invocation import HOME, ProcessLimits
from pybridge.storage.regular_file import read_regular

_Found = TypeVar("_Found")

_CHANGED = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
"""Error numbers of a path that is not what it was a moment ago."""

_BLOCK = 512
"""Bytes that `st_blocks` counts, on every system."""

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


class LimitExceeded(Exception):
    """A tree breaks a limit; the message says which."""


class InvalidFile(Exception):
    """A file or folder cannot be put in place."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class TreeUnreadable(Exception):
    """The system refuses to read a tree; the message says where and why."""

    def __init__(self, path: str, error: OSError) -> None:
        super().__init__(f"its files cannot be read: {path or '/'}: {error.strerror or error}")


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
            LimitExceeded: when they are more than the limits allow.
            InvalidFile: when one cannot be put in place, such as where the file system takes two names as one.
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
            raise InvalidFile(folder, error.strerror or str(error)) from error

    def _write(self, path: str, content: bytes) -> _Mark:
        try:
            descriptor = os.open(f"{self.root}{path}", _NEW, 0o666)  # no Path: there can be many
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                return _Mark.of(os.fstat(descriptor))
        except FileExistsError as error:
            raise InvalidFile(
                path, "a folder, or another file's name on this file system"
            ) from error
        except OSError as error:
            raise InvalidFile(path, error.strerror or str(error)) from error

    def problem(self, pid: int | None = None) -> str | None:
        """Return which limit the tree breaks now, or None; a run that goes on may change it meanwhile.

        Args:
            pid: The process whose open files count too, also after they were removed.

        Raises:
            TreeUnreadable: when the system refuses to read it.
        """
        try:
            unlinked = 0 if pid is None else unlinked_bytes(pid, self.root)
            self._scanned(unlinked, is_running=True)
        except LimitExceeded as error:
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
            LimitExceeded: when they are more than the limits allow.
            TreeUnreadable: when the system refuses to read one.
        """
        found = self._scanned(0, is_running=False)
        changed: dict[str, bytes | None] = {path: None for path in self._given if path not in found}
        for path, status in found.items():
            if self._marks.get(path) == _Mark.of(status):
                continue
            content = self._content(path, status.st_size)
            if content != self._given.get(path):
                changed[path] = content
        return dict(sorted(changed.items()))

    def _content(self, path: str, size: int) -> bytes:
        try:
            return read_regular(self._host(path), root=self.root, most=size)[0]
        except OSError as error:
            raise TreeUnreadable(path, error) from error

    def _scanned(self, unlinked: int, *, is_running: bool) -> dict[str, os.stat_result]:
        """Return the ordinary files by their path, with their status.

        Args:
            unlinked: Bytes of files that have no path any more.
            is_running: Whether a process changes the tree at the same time.

        Raises:
            LimitExceeded: when they are more than the limits allow, or too deep.
            TreeUnreadable: when the system refuses to read it.
        """
        size, folders, others = unlinked, -self._own_folders, 0
        _require_within(size, 0, self._limits)
        found: dict[str, os.stat_result] = {}
        for path, status in self._walked(is_running=is_running):
            if stat.S_ISDIR(status.st_mode):
                folders += 1
            else:
                others += 1
            if stat.S_ISREG(status.st_mode):
                size += status.st_size
                found[path] = status
            _require_within(size, max(folders, others), self._limits)
        return found

    def _walked(self, *, is_running: bool) -> Iterator[tuple[str, os.stat_result]]:
        """Yield everything in the tree; links are yielded, and not followed."""
        walk = _Walk(frozenset(_CHANGED) if is_running else frozenset())
        try:
            root = os.open(self.root, _FOLDER)
        except OSError as error:
            raise TreeUnreadable("/", error) from error
        try:
            yield from walk.inside(root, "", 0)
        finally:
            os.close(root)

    def _host(self, path: str) -> Path:
        return Path(f"{self.root}{path}")


@dataclass(frozen=True)
class _Walk:
    """A walk through a tree.

    A process that goes on can replace a folder by a link, or remove it, at any moment: each is opened in the one above it,
    and what is not there any more is left out.
    """

    tolerated: Collection[int]
    """Error numbers of what is left out."""

    def inside(
        self, descriptor: int, folder: str, depth: int
    ) -> Iterator[tuple[str, os.stat_result]]:
        """Yield what is in an open folder, by its path."""
        if depth > DEEPEST:
            raise LimitExceeded(f"more than {DEEPEST} folders inside each other")
        folders = []
        for name in self._names(descriptor, folder):
            path = f"{folder}/{name}"
            status = self._attempted(
                partial(os.stat, name, dir_fd=descriptor, follow_symlinks=False), path
            )
            if status is None:
                continue
            yield path, status
            if stat.S_ISDIR(status.st_mode):
                folders.append(name)
        for name in folders:
            path = f"{folder}/{name}"
            inner = self._attempted(partial(os.open, name, _FOLDER, dir_fd=descriptor), path)
            if inner is None:
                continue
            try:
                yield from self.inside(inner, path, depth + 1)
            finally:
                os.close(inner)

    def _names(self, descriptor: int, folder: str) -> Iterator[str]:
        """Yield the names in an open folder, one at a time: there can be very many."""
        entries = self._attempted(partial(os.scandir, descriptor), folder)
        if entries is None:
            return
        with entries:
            while (entry := self._attempted(partial(next, entries, None), folder)) is not None:
                yield entry.name

    def _attempted(self, call: Callable[[], _Found], path: str) -> _Found | None:
        try:
            return call()
        except OSError as error:
            if error.errno in self.tolerated:
                return None
            raise TreeUnreadable(path, error) from error


def unlinked_bytes(pid: int, folder: Path) -> int:
    """Return the bytes on the medium of *folder* in open files of a process that have no path; 0 where the system does not say."""
    device = folder.stat().st_dev
    found: dict[int, int] = {}
    with suppress(OSError), os.scandir(f"/proc/{pid}/fd") as entries:
        for entry in entries:
            with suppress(OSError):  # closed meanwhile
                status = entry.stat()
                is_file = stat.S_ISREG(status.st_mode) and status.st_dev == device
                if is_file and status.st_nlink == 0:
                    found[status.st_ino] = status.st_blocks * _BLOCK
    return sum(found.values())


def _with_above(path: str) -> Iterator[str]:
    while path != "/":
        yield path
        path = path.rpartition("/")[0] or "/"


def _require_within(size: int, count: int, limits: ProcessLimits) -> None:
    if size > limits.files_bytes:
        raise LimitExceeded(f"its files have more than {limits.files_bytes:,} bytes")
    if count > limits.file_count:
        raise LimitExceeded(f"more than {limits.file_count:,} files, or as many folders")
