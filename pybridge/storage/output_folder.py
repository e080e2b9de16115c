"""Output folders: replaced whole or not at all, and only if pybridge wrote everything in them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from pybridge.errors import Conflict, OutputFailed

_MOST_NAMED = 3


def require_only(out: Path, known: Collection[str], kind: str) -> None:
    """Return if *out* may be replaced: it is missing, empty, or holds only files of *known*.

    Args:
        out: The folder; a link to one is never followed.
        known: Paths below it, with `/`, as the build that wrote it listed them.
        kind: What such a folder is, for the message.

    Raises:
        Conflict: when anything else is in it.
    """
    if not os.path.lexists(out):
        return
    hint = "name another folder, or remove it yourself"
    if out.is_symlink() or not out.is_dir():
        raise Conflict(f"{out} exists and is not {kind}: it is not a folder", hint)
    others = [name for name in entries(out) if name not in known]
    if others and len(others) == sum(1 for _ in entries(out)):
        raise Conflict(f"{out} exists and is not {kind}", hint)
    if others:
        named = ", ".join(others[:_MOST_NAMED]) + (", …" if len(others) > _MOST_NAMED else "")
        raise Conflict(f"{out} holds files that pybridge did not write: {named}", hint)


def entries(folder: Path) -> Iterator[str]:
    """Yield the path of everything below *folder* that is not itself a folder; links are not followed."""
    for place, folders, files in os.walk(folder):
        links = [name for name in folders if Path(place, name).is_symlink()]
        for name in sorted((*files, *links)):
            yield Path(place, name).relative_to(folder).as_posix()


def replace_folder(
    out: Path, fill: Callable[[Path], object], check: Callable[[], object] = lambda: None
) -> Path:
    """Let *fill* prepare a folder beside *out*, let that take its place, and return its absolute path.

    Args:
        out: The folder, which need not exist.
        fill: Gets an empty folder.
        check: Called when the new folder is ready; what it raises leaves *out* as it is.

    Raises:
        OutputFailed: when the system refuses.
    """
    place = Path(os.path.abspath(out))  # noqa: PTH100 – "a/../b" and "." have to be gone, links may stay
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=f".{place.name}-") as scratch:
            folder = Path(scratch) / "new"
            folder.mkdir()
            fill(folder)
            check()
            _take_place(folder, place, Path(scratch) / "old")
    except OSError as error:
        raise OutputFailed(out, error) from error
    return place


def _take_place(new: Path, out: Path, old: Path) -> None:
    if out.exists() and out.samefile(Path.cwd()):
        # Somebody's shell stands in it: it has to stay, with other contents.
        old.mkdir()
        _move_entries(out, old)
        _move_entries(new, out)
        return
    if out.exists():
        out.replace(old)
    new.replace(out)


def _move_entries(source: Path, target: Path) -> None:
    for path in list(source.iterdir()):
        path.replace(target / path.name)
