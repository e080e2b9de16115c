"""Folders that pybridge writes into: opened below a root one name at a time, never out of it through a link."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pybridge.errors import Conflict

STATE_FOLDER = ".pybridge"
"""Holds the index, the history and the lock of a project; no link in it is ever followed."""

HAS_DIR_FD = (
    hasattr(os, "O_NOFOLLOW")
    and {os.open, os.mkdir, os.stat, os.unlink, os.rename, os.link} <= os.supports_dir_fd
)
_OPEN_FOLDER = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_DIRECTORY", 0)
_OPEN_FILE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class LinkInTheWay(Conflict):
    """A symbolic link stands where pybridge would write, read or delete a file of its own."""

    def __init__(self, path: Path) -> None:
        problem = f"{path}: a symbolic link, which pybridge does not write through"
        super().__init__(problem, "remove the link")
        self.path = path


class OwnFolder:
    """An open folder, whose files are named by their last component.

    Where the system can, every operation goes through the folder's descriptor: a folder that is
    replaced by a link in the meantime changes nothing.
    """

    def __init__(self, path: Path, descriptor: int | None) -> None:
        self.path = path
        self._descriptor = descriptor

    def open(self, name: str, flags: int, mode: int = 0o666) -> int:
        """Open a file of this folder and return its descriptor.

        Raises:
            LinkInTheWay: when it is a link.
            OSError: when the system refuses.
        """
        self.refuse_link(name)
        return os.open(self._at(name), flags | _OPEN_FILE, mode, dir_fd=self._descriptor)

    def status(self, name: str) -> os.stat_result | None:
        """Return the status of a file, or of the link of that name; None where there is none."""
        try:
            return os.stat(self._at(name), dir_fd=self._descriptor, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def has(self, name: str) -> bool:
        """Whether there is anything of that name."""
        return self.status(name) is not None

    def is_regular(self, name: str) -> bool:
        """Whether there is an ordinary file of that name."""
        status = self.status(name)
        return status is not None and stat.S_ISREG(status.st_mode)

    def refuse_link(self, name: str) -> None:
        """Return if the name is not that of a link.

        Raises:
            LinkInTheWay: when it is.
        """
        status = self.status(name)
        if status is not None and stat.S_ISLNK(status.st_mode):
            raise LinkInTheWay(self.path / name)

    def names(self) -> list[str]:
        """Return the names in this folder, sorted."""
        place = self.path if self._descriptor is None else self._descriptor
        with os.scandir(place) as entries:
            return sorted(entry.name for entry in entries)

    def remove(self, name: str) -> None:
        """Delete a file, or a link but not what it leads to."""
        os.unlink(self._at(name), dir_fd=self._descriptor)

    def set_mode(self, name: str, mode: int) -> None:
        """Change the mode of a file that was just made."""
        if os.chmod in os.supports_dir_fd:
            os.chmod(self._at(name), mode, dir_fd=self._descriptor)
        else:
            (self.path / name).chmod(mode)

    def replace(self, old: str, new: str, folder: OwnFolder | None = None) -> None:
        """Give a file another name, in *folder* or in this one; a link of that name is replaced itself."""
        there = folder or self
        ends = {"src_dir_fd": self._descriptor, "dst_dir_fd": there._descriptor}
        os.replace(self._at(old), there._at(new), **ends)  # noqa: PTH105 – Path has no descriptors

    def link(self, old: str, new: str, folder: OwnFolder) -> None:
        """Give a file a second name in *folder*; fails where the name is taken."""
        os.link(
            self._at(old),
            folder._at(new),
            src_dir_fd=self._descriptor,
            dst_dir_fd=folder._descriptor,
            follow_symlinks=os.link not in os.supports_follow_symlinks,
        )

    def settle(self) -> None:
        """Bring the names to the medium, where the system can."""
        with suppress(OSError):
            if self._descriptor is not None:
                os.fsync(self._descriptor)

    def _at(self, name: str) -> str:
        return os.fspath(self.path / name) if self._descriptor is None else name


def unresolved(path: Path) -> Path:
    """Return a path as an absolute one without `..`; links stay in it."""
    return Path(os.path.abspath(path))  # noqa: PTH100 – `resolve` follows links


def ancestor(path: Path, root: Path) -> Path | None:
    """Return the folder above *path*, or itself, that is *root*; links in the rest are not followed."""
    whole, real = unresolved(path), os.path.realpath(root)
    return next((each for each in (whole, *whole.parents) if os.path.realpath(each) == real), None)


@contextmanager
def open_folder(root: Path, folder: Path, *, make: bool = False) -> Iterator[OwnFolder]:
    """Open *folder*, which is *root* or below it.

    A link is followed only where it leads to another folder inside *root*, and never in or into
    `.pybridge`. *root* itself is the user's choice, and may be a link.

    Raises:
        LinkInTheWay: when a component is a link that is not followed.
        OSError: when the folder is missing, or cannot be made.
    """
    if make:
        root.mkdir(parents=True, exist_ok=True)
    parts = unresolved(folder).relative_to(unresolved(root)).parts
    open_parts = _opened if HAS_DIR_FD else _checked
    with open_parts(root, _without_links(root, parts), make) as found:
        yield found


def _without_links(root: Path, parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the components of the same folder where links inside *root* are resolved."""
    for number in range(1, len(parts) + 1):
        place = root.joinpath(*parts[:number])
        if not place.is_symlink():
            continue
        base = Path(os.path.realpath(root))
        real = Path(os.path.realpath(place))
        if not (real.is_relative_to(base) and real.is_dir()) or parts[0] == STATE_FOLDER:
            raise LinkInTheWay(place)
        inner = real.relative_to(base).parts
        if STATE_FOLDER in inner:
            raise LinkInTheWay(place)
        return _without_links(root, (*inner, *parts[number:]))
    return parts


@contextmanager
def _opened(root: Path, parts: tuple[str, ...], make: bool) -> Iterator[OwnFolder]:
    """Open the folder from descriptor to descriptor."""
    place = root
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts:
            place = place / part
            inner = _open_inner(descriptor, part, place, make)
            os.close(descriptor)
            descriptor = inner
        yield OwnFolder(place, descriptor)
    finally:
        os.close(descriptor)


def _open_inner(descriptor: int, part: str, place: Path, make: bool) -> int:
    if make:
        with suppress(FileExistsError):
            os.mkdir(part, dir_fd=descriptor)
    try:
        return os.open(part, _OPEN_FOLDER, dir_fd=descriptor)
    except OSError as error:
        with suppress(OSError):
            status = os.stat(part, dir_fd=descriptor, follow_symlinks=False)
            if stat.S_ISLNK(status.st_mode):
                raise LinkInTheWay(place) from error
        raise


@contextmanager
def _checked(root: Path, parts: tuple[str, ...], make: bool) -> Iterator[OwnFolder]:
    """Check every component before and after: for systems that open no file relative to a folder."""
    place = root
    for part in parts:
        place = place / part
        if make:
            with suppress(FileExistsError):
                place.mkdir()
        _require_folder(place)
    before = place.stat()
    yield OwnFolder(place, None)
    for number in range(1, len(parts) + 1):
        _require_folder(root.joinpath(*parts[:number]))
    if not os.path.samestat(before, place.stat()):
        raise LinkInTheWay(place)


def _require_folder(place: Path) -> None:
    status = place.lstat()
    is_junction = getattr(status, "st_reparse_tag", 0) == getattr(
        stat, "IO_REPARSE_TAG_MOUNT_POINT", -1
    )
    if stat.S_ISLNK(status.st_mode) or is_junction:
        raise LinkInTheWay(place)
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), os.fspath(place))
