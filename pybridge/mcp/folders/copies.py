"""The files of approved folders: read for a run, and written back after it. No link is followed."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pybridge.errors import Conflict, PybridgeError, UsageError
from pybridge.mcp.folders.approved import Approved
from pybridge.mcp.runs.request import RunLimits
from pybridge.processes.guest_paths import path_problem
from pybridge.storage.atomic import write_atomically
from pybridge.storage.own_folder import LinkInTheWay, OwnFolder, open_folder

_HINT = "approve a smaller folder, or name a part of it by `approved_folders`"


@dataclass(frozen=True)
class Change:
    """What was done about a file that a run wrote or removed."""

    path: str
    change: str
    """`written`, `removed` or `refused`."""
    reason: str | None = None

    def to_json(self) -> dict[str, str | None]:
        """Return it as run-result.v1 has it."""
        return {"path": self.path, "change": self.change, "reason": self.reason}


def files_of(folders: Sequence[Approved], limits: RunLimits) -> dict[str, bytes]:
    """Return the ordinary files in the folders by their path; links, devices and what cannot be read are left out.

    Raises:
        UsageError: when they are more than the limits allow.
    """
    found: dict[str, bytes] = {}
    left = limits.files_bytes
    for folder in folders:
        for path, content in _walked(folder, folder.place, left):
            if path not in found:
                left -= len(content)
                found[path] = content
            if left < 0 or len(found) > limits.file_count:
                limit = f"{limits.files_bytes:,} bytes in {limits.file_count:,} files"
                raise UsageError(f"the folders have more than {limit}", _HINT)
    return found


def _walked(folder: Approved, place: Path, most: int) -> Iterator[tuple[str, bytes]]:
    try:
        with open_folder(folder.root, place) as opened:
            inner = []
            for name in opened.names():
                path = place / name
                status = opened.status(name)
                if status is None or path_problem(path.as_posix()):
                    continue
                if stat.S_ISDIR(status.st_mode):
                    inner.append(path)
                elif stat.S_ISREG(status.st_mode):
                    content = _content(opened, name, most + 1)
                    if content is not None:
                        most -= len(content)
                        yield path.as_posix(), content
    except (LinkInTheWay, OSError):
        return
    for path in inner:
        yield from _walked(folder, path, most)


def _content(folder: OwnFolder, name: str, most: int) -> bytes | None:
    """Return at most so many bytes of an ordinary file; None if it cannot be read."""
    try:
        descriptor = folder.open(name, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except (LinkInTheWay, OSError):
        return None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        return file.read(max(0, most))


def write_back(
    folders: Sequence[Approved], given: Mapping[str, bytes], changed: Mapping[str, bytes | None]
) -> list[Change]:
    """Write the files that a run changed to the folders that it may write to.

    A file that is not what the run was given any more is left as it is.

    Args:
        folders: Those that the run saw.
        given: The files that it began with.
        changed: Files that it wrote, and None for those that it removed.
    """
    done = []
    for path, content in sorted(changed.items()):
        folder = _folder_of(folders, path)
        if folder is None:
            continue
        if not folder.is_writable:
            done.append(Change(path, "refused", "the folder is read-only"))
            continue
        try:
            done.append(_written(folder, Path(path), given.get(path), content))
        except (PybridgeError, OSError) as error:
            done.append(Change(path, "refused", str(error)))
    return done


def _folder_of(folders: Sequence[Approved], path: str) -> Approved | None:
    """Return the innermost folder with this file."""
    if path_problem(path):
        return None
    inside = [each for each in folders if Path(path).is_relative_to(each.place)]
    return max(inside, key=lambda each: len(each.place.parts), default=None)


def _written(folder: Approved, path: Path, before: bytes | None, content: bytes | None) -> Change:
    _require(folder, path, before)
    if content is None:
        with open_folder(folder.root, path.parent) as opened:
            opened.remove(path.name)
        return Change(path.as_posix(), "removed")
    write_atomically(path, content, root=folder.root, verify=lambda: _require(folder, path, before))
    return Change(path.as_posix(), "written")


def _require(folder: Approved, path: Path, before: bytes | None) -> None:
    """Return if a file can be replaced.

    Raises:
        Conflict: when it is not what the run was given, or a link is on the way to it.
    """
    above = [each for each in path.parents if each != folder.root and each.is_relative_to(folder.root)]  # fmt: skip
    if any(each.is_symlink() for each in above):
        raise Conflict(f"{path}: a symbolic link is on the way", "name the folder itself")
    if not _is_as_given(folder, path, before):
        problem = f"{path}: it was changed meanwhile, or is not an ordinary file"
        raise Conflict(problem, "run the code again")


def _is_as_given(folder: Approved, path: Path, before: bytes | None) -> bool:
    """Whether a file still has the content that the run was given; None: whether there is nothing."""
    try:
        with open_folder(folder.root, path.parent) as opened:
            status = opened.status(path.name)
            if status is None or before is None:
                return (status is None) == (before is None)
            now = _content(opened, path.name, len(before) + 1)
    except FileNotFoundError:
        return before is None
    return now is not None and hashlib.sha256(now).digest() == hashlib.sha256(before).digest()
