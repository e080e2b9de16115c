"""The names of files that a bundle may hold: the same file on every system, and inside the folder."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pybridge.bundles.refusals import Refused

MOST_CHARACTERS = 240
"""Of a name with its folders."""
MOST_FOLDERS = 32

_CHARACTERS = re.compile(r"[A-Za-z0-9 !#$%&'()+,./;=@\[\]^_`{}~-]+")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9]|lpt[0-9])(?:\..*)?", re.I)
_SHORT_NAME = re.compile(r"~[0-9]")


def require_names(names: Iterable[str]) -> None:
    """Return if these files can lie in one folder on every system.

    Raises:
        Refused: when a name leads out of the folder, or two are one file on some system.
    """
    known: dict[str, str] = {}
    folders: set[str] = set()
    for name in names:
        require_name(name)
        key = name.lower()
        if known.get(key) == name:
            raise Refused("member-duplicate", f"two files named {name!r}")
        if key in known:
            raise Refused("member-case", f"{name!r} and {known[key]!r} differ in case only")
        known[key] = name
        folders |= _folders_of(name)
    _require_one_case(folders)
    for folder in folders:
        if folder.lower() in known:
            raise Refused("member-duplicate", f"{folder!r} is a file and a folder")


def require_name(name: str) -> None:
    """Return if a file may have this name.

    Raises:
        Refused: when it may not.
    """
    problem = name_problem(name)
    if problem:
        raise Refused("member-name", f"file name {name!r}: {problem}")


def name_problem(name: str) -> str | None:
    """Return what is wrong with a file's name; None when nothing is."""
    parts = name.split("/")
    if len(name) > MOST_CHARACTERS or len(parts) > MOST_FOLDERS:
        return f"more than {MOST_CHARACTERS} characters or {MOST_FOLDERS} folders"
    if "\\" in name:
        return "a backslash"
    if name.startswith("/"):
        return "an absolute path"
    if not _CHARACTERS.fullmatch(name):
        return "characters that a file name cannot have on every system"
    if {"", ".", ".."} & set(parts):
        return "a part that is empty, `.` or `..`"
    return next(filter(None, map(_part_problem, parts)), None)


def _part_problem(part: str) -> str | None:
    if part[-1] in ". ":
        return f"{part!r} ends with a full stop or a space"
    if part[0] == " ":
        return f"{part!r} begins with a space"
    if _DEVICES.fullmatch(part):
        return f"{part!r} is a device on Windows"
    if _SHORT_NAME.search(part):
        return f"{part!r} looks like a short name of Windows"
    return None


def _folders_of(name: str) -> set[str]:
    parts = name.split("/")
    return {"/".join(parts[:number]) for number in range(1, len(parts))}


def _require_one_case(folders: Iterable[str]) -> None:
    known: dict[str, str] = {}
    for folder in sorted(folders):
        other = known.setdefault(folder.lower(), folder)
        if other != folder:
            raise Refused(
                "member-case", f"the folders {other!r} and {folder!r} differ in case only"
            )
