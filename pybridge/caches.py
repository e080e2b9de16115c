"""Private folders: the cache, for what can be made again, and data, for what cannot. Every use begins here, with a check."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

from pybridge.errors import Conflict, OutputFailed

CACHE_VARIABLE = "PYBRIDGE_CACHE"
DATA_VARIABLE = "PYBRIDGE_DATA"

_PRIVATE = 0o700
_FOR_OTHERS = 0o077
_ELSEWHERE = f"name a folder of your own by the variable {CACHE_VARIABLE}"


class CacheUnsafe(Conflict):
    """A folder of the cache could have been filled by another user; nothing in it is used."""

    def __init__(self, folder: Path, problem: str, hint: str = _ELSEWHERE) -> None:
        super().__init__(f"the cache {folder} is not used: {problem}", hint)
        self.folder = folder
        self.reason = problem


class DataUnsafe(Conflict):
    """A folder for keys or installed bundles could have been filled by another user; nothing in it is used."""

    def __init__(self, folder: Path, problem: str) -> None:
        hint = f"name a folder of your own by the variable {DATA_VARIABLE}"
        super().__init__(f"the folder {folder} is not used: {problem}", hint)
        self.folder = folder


def cache_root() -> Path:
    """Return the folder of all caches; it may not exist yet, and is not checked.

    The environment variable PYBRIDGE_CACHE names another one.
    """
    override = os.environ.get(CACHE_VARIABLE)
    return Path(override) if override else user_cache_path("pybridge", appauthor=False)


def cache_folder(name: str) -> Path:
    """Return the folder *name* of the cache, made if it is missing, for this user only.

    Compiled modules and built pages are run as they are found. So the folder, the cache and the
    folders above belong to this user (those above: or to the system), and no other user can write
    to them; links are resolved first. A folder that others can only read is closed to them.

    Raises:
        CacheUnsafe: when another user could have put something there.
        OutputFailed: when the folder cannot be made.
    """
    return _private_folder(Path(os.path.realpath(cache_root())), name, CACHE_VARIABLE)


def data_root() -> Path:
    """Return the folder of keys and installed bundles; it may not exist yet, and is not checked.

    The environment variable PYBRIDGE_DATA names another one.
    """
    override = os.environ.get(DATA_VARIABLE)
    return Path(override) if override else user_data_path("pybridge", appauthor=False)


def data_folder(name: str) -> Path:
    """Return a folder for what cannot be made again, under the same conditions as one of the cache.

    Raises:
        DataUnsafe: when another user could have put something there.
        OutputFailed: when the folder cannot be made.
    """
    try:
        return _private_folder(Path(os.path.realpath(data_root())), name, DATA_VARIABLE)
    except CacheUnsafe as error:
        raise DataUnsafe(error.folder, error.reason) from error


def _private_folder(root: Path, name: str, variable: str) -> Path:
    folder = root / name
    try:
        _make(root)
        if os.name == "posix":
            _require_private(root, variable)
        _make(folder)
        if os.name == "posix":
            _require_own(folder)
            _close(folder)
    except OSError as error:
        raise OutputFailed(folder, error) from error
    return folder


def _make(folder: Path) -> None:
    """Make a folder and those above it; `Path.mkdir` makes the latter for everybody."""
    if not folder.parent.exists():
        _make(folder.parent)
    folder.mkdir(mode=_PRIVATE, exist_ok=True)


def _require_private(root: Path, variable: str) -> None:
    for above in root.parents:
        _require_safe_parent(above)
    _require_own(root)
    if variable not in os.environ:  # a folder that the user named keeps its mode
        _close(root)


def _require_safe_parent(folder: Path) -> None:
    """Return if only this user and the system can replace what is in *folder*."""
    status = folder.stat()
    if status.st_uid not in (os.geteuid(), 0, Path("/").stat().st_uid):
        raise CacheUnsafe(folder, "the folder belongs to another user")
    if _others_can_write(status) and not status.st_mode & stat.S_ISVTX:
        raise CacheUnsafe(folder, "other users can replace what is in it")


def _require_own(folder: Path) -> None:
    status = folder.lstat()
    if stat.S_ISLNK(status.st_mode):
        raise CacheUnsafe(folder, "it is a symbolic link", "remove the link")
    if status.st_uid != os.geteuid():
        raise CacheUnsafe(folder, "it belongs to another user")
    if _others_can_write(status):
        raise CacheUnsafe(folder, "other users can write to it", "remove it; it is made again")


def _close(folder: Path) -> None:
    if folder.stat().st_mode & _FOR_OTHERS:
        folder.chmod(_PRIVATE)


def _others_can_write(status: os.stat_result) -> bool:
    if status.st_mode & stat.S_IWOTH:
        return True
    return bool(status.st_mode & stat.S_IWGRP) and not _is_own_group(status.st_gid)


def _is_own_group(gid: int) -> bool:
    """Whether a group is this user's alone: many systems give each user a group of the same name."""
    import grp
    import pwd

    try:
        group, user = grp.getgrgid(gid), pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return group.gr_name == user.pw_name and set(group.gr_mem) <= {user.pw_name}
