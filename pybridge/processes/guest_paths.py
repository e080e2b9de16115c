"""Paths as a process sees them: absolute, with `/` between the parts."""

from __future__ import annotations

import posixpath

from pybridge.processes.texts import text_problem

DEEPEST = 64
"""Folders inside each other."""

_LONGEST = 1024
_LONGEST_NAME = 255


def path_problem(path: str) -> str | None:
    """Return why *path* is not the path of a file or folder in a process; None if it is."""
    parts = path.split("/")[1:]
    if not path.startswith("/"):
        return f"{path[:80]!r} is not an absolute path"
    if problem := text_problem(path):
        return f"the path {problem}"
    if path != "/" and any(part in ("", ".", "..") for part in parts):
        return f"{path[:80]!r} holds an empty part, . or .."
    sizes = [len(part.encode("utf-8")) for part in parts]
    if sum(sizes) + len(sizes) > _LONGEST or max(sizes) > _LONGEST_NAME or len(parts) > DEEPEST:
        return f"{path[:80]!r}… is too long, or has too many folders inside each other"
    return None


def joined(folder: str, path: str) -> str:
    """Return *path*, which may be relative to *folder*, as an absolute one without `.` and `..`."""
    whole = posixpath.normpath(posixpath.join(folder, path))
    return "/" + whole.lstrip("/")
