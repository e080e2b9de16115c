"""The one rule for paths from outside: inside the project, or refused."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pybridge.errors import PybridgeError

MOST_BYTES = 255
"""Bytes of one name in a path, on every common system."""

_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_CONTROL = re.compile("[\0-\x1f\x7f]")


@dataclass(eq=False)
class PathRefused(PybridgeError):
    """A path that is refused, whether or not there is a file."""

    path: str
    reason: str
    code = "usage"
    hint = "name a file of the project, such as posts/trip.md"

    def what(self) -> str:
        """Name the path and the problem."""
        return f"{self.path[:200]!r}: {self.reason}"

    def places(self) -> dict[str, Any]:
        """Return the place of such a path in the params."""
        return {"pointer": "/path"}


def project_path(text: str, *, new: bool, windows: bool = sys.platform == "win32") -> PurePosixPath:
    """Return *text* as a path relative to the project; looks at no file.

    Args:
        text: With `/` between its parts, on every system.
        new: Whether a file is to be made: its name must then be possible on Windows too.
        windows: Whether this is Windows, where such names mean something else than they say.

    Raises:
        PathRefused: when it leads out of the project, or is not a plain file name.
    """
    problem = _shape(text) or next(filter(None, map(_part, text.split("/"))), None)
    if problem is None and (new or windows):
        problem = next(filter(None, map(_on_windows, text.split("/"))), None)
    if problem is not None:
        raise PathRefused(text, problem)
    return PurePosixPath(text)


def _shape(text: str) -> str | None:
    if not text:
        return "an empty path"
    if _CONTROL.search(text):
        return "a control character in a path"
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "half a character in a path"
    if "\\" in text:
        return "a backslash: paths are written with /"
    if text.startswith("/") or _DRIVE.match(text):
        return "not relative to the project"
    return None


def _part(part: str) -> str | None:
    if part == "..":
        return "leads out of its folder"
    if part in ("", "."):
        return "a part of the path is empty"
    if len(part.encode()) > MOST_BYTES:
        return f"a name longer than {MOST_BYTES} bytes"
    return None


def _on_windows(part: str) -> str | None:
    if _RESERVED.fullmatch(part.partition(".")[0].rstrip(" ")):
        return "a name that Windows keeps for a device"
    if part[-1] in ". ":
        return "a name that ends with a dot or a space, which Windows drops"
    if _FORBIDDEN.search(part):
        return 'a name with one of < > : " | ? *, which Windows does not allow'
    return None


def inside(root: Path, path: PurePosixPath) -> Path:
    """Return where the file at *path* really is, links followed.

    Raises:
        PathRefused: when a link leads out of the project, or in circles.
    """
    try:
        real, base = (root / path).resolve(), root.resolve()
    except (OSError, RuntimeError) as error:  # before Python 3.13 a loop is a RuntimeError
        raise PathRefused(str(path), "a link that leads in circles") from error
    if not real.is_relative_to(base):
        raise PathRefused(str(path), "a link out of the project")
    return real


def same_elsewhere(name: str, others: Iterable[str]) -> str | None:
    """Return the one of *others* that is the same file as *name* where case or Unicode form fold."""
    key = folded(name)
    return next((other for other in others if other != name and folded(other) == key), None)


def folded(name: str) -> str:
    """Return a key that is equal for names that are one file where case or Unicode form fold."""
    return name.lower() if name.isascii() else unicodedata.normalize("NFC", name).casefold()
