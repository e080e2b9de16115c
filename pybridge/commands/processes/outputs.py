"""The files of a process that has ended, written to this machine."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pybridge.commands.processes.mapped import Mapped
from pybridge.errors import OutputFailed, PybridgeError
from pybridge.processes.completed import Completed
from pybridge.storage.atomic import require_writable, write_atomically
from pybridge.storage.own_folder import LinkInTheWay

_SHOWN = 5


@dataclass(eq=False)
class OutputIncomplete(PybridgeError):
    """Some files were written before one could not be."""

    error: PybridgeError
    written: Sequence[Path]
    code = "io"

    def what(self) -> str:
        """Name what could not be written."""
        return self.error.what()

    @property
    def hint(self) -> str:
        """Name what was written."""
        more = len(self.written) - _SHOWN
        names = [*map(str, self.written[:_SHOWN]), *([f"{more} more"] if more > 0 else [])]
        return f"written before that: {', '.join(names)}"


@dataclass(frozen=True)
class _Target:
    path: Path
    root: Path | None
    """No link below it leads out of it; None for a file that the user named."""
    content: bytes


def write_out(
    completed: Completed,
    given: Mapping[str, bytes],
    mapped: Sequence[Mapped],
    missing: Callable[[Mapped], None],
) -> None:
    """Write files of a process that has ended to this machine; nothing is written where one could not be.

    Args:
        completed: Its outcome, with its files.
        given: The files it began with.
        mapped: Which files, or folders with all files in them, and where to.
        missing: Called with each that is not there.

    Raises:
        OutputFailed: when one cannot be written, and none was.
        OutputIncomplete: when one cannot be written after others were.
        LinkInTheWay: when a link leads out of a folder that is written into.
    """
    final = {**given, **completed.files}
    targets: list[_Target] = []
    for each in mapped:
        found = _targets(each, final)
        targets += found
        if not found:
            missing(each)
    for target in targets:
        _require(target.path)
    _write_all(targets)


def _targets(mapped: Mapped, final: Mapping[str, bytes | None]) -> list[_Target]:
    base = mapped.guest.rstrip("/")
    return [
        _Target(mapped.host, None, content)
        if path == mapped.guest
        else _Target(*_inside(mapped.host, posixpath.relpath(path, mapped.guest)), content)
        for path, content in final.items()
        if content is not None and (path == mapped.guest or path.startswith(f"{base}/"))
    ]


def _inside(folder: Path, name: str) -> tuple[Path, Path]:
    """Return a file of a folder and that folder; a link is followed to a file inside it.

    Raises:
        LinkInTheWay: when the link leads out of it.
    """
    path = folder / name
    if not _is_link(path):
        return path, folder
    root, real = (Path(os.path.realpath(each)) for each in (folder, path))
    if not real.is_relative_to(root) or real.is_symlink():
        raise LinkInTheWay(path)
    return real, root


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError as error:
        raise OutputFailed(path, error) from error


def _require(path: Path) -> None:
    try:
        require_writable(path)
    except OSError as error:
        raise OutputFailed(path, error) from error


def _write_all(targets: Sequence[_Target]) -> None:
    written: list[Path] = []
    for target in targets:
        try:
            write_atomically(target.path, target.content, root=target.root)
        except PybridgeError as error:
            if written:
                raise OutputIncomplete(error, written) from error
            raise
        written.append(target.path)
