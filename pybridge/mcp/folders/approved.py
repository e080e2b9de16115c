"""Which folders a run sees: those that the host approved, as far as the arguments ask for them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pybridge.errors import UsageError
from pybridge.mcp.runs.request import OWN_DIR, WORKSPACE
from pybridge.processes.cpython_start import SITE_PACKAGES
from pybridge.processes.guest_paths import path_problem

_RESERVED = (WORKSPACE, OWN_DIR, SITE_PACKAGES)
_WRITABLE = ":rw"


@dataclass(frozen=True)
class Approved:
    """A folder that the host approved, or a part of one."""

    root: Path
    """The approved folder, without links; nothing outside of it is read or written."""
    place: Path
    """The part that a run sees: it, or a folder below it."""
    is_writable: bool

    @property
    def guest(self) -> str:
        """Its path in the sandbox, which is the same."""
        return self.place.as_posix()

    def to_json(self) -> dict[str, str]:
        """Return it as run-result.v1 has it."""
        return {"path": self.guest, "access": "rw" if self.is_writable else "ro"}


def approved(text: str) -> Approved:
    """Read PATH or PATH:rw.

    Raises:
        UsageError: when it is not a folder, or not one that a run can have.
    """
    is_writable = text.endswith(_WRITABLE)
    named = Path(text.removesuffix(_WRITABLE))
    real = Path(os.path.realpath(named))
    problem = path_problem(real.as_posix())
    if not problem and not real.is_dir():
        problem = "it is not a folder"
    taken = next((each for each in _RESERVED if _overlap(real.as_posix(), each)), None)
    if not problem and taken is not None:
        problem = f"the sandbox has its own {taken}"
    if problem:
        raise UsageError(
            f"--folder {text}: {problem}", "name a folder, such as --folder /home/me/data:rw"
        )
    return Approved(real, real, is_writable)


def _overlap(one: str, other: str) -> bool:
    first, second = PurePosixPath(one), PurePosixPath(other)
    return first.is_relative_to(second) or second.is_relative_to(first)


def chosen(
    folders: Sequence[Approved], asked: Iterable[str] | None, files: str
) -> tuple[list[Approved], list[str]]:
    """Return the folders that a run sees, and which of *asked* it does not.

    Args:
        folders: What the host approved.
        asked: From the arguments; None for all of them. They are compared as text: whether anything is there is not looked at.
        files: What the policy allows: `none`, `read`, `write` or `all`.
    """
    if files == "none":
        return [], list(asked or ())
    allowed = [Approved(each.root, each.place, each.is_writable and files != "read") for each in folders]  # fmt: skip
    if asked is None:
        return allowed, []
    found: dict[Path, Approved] = {}
    refused = []
    for text in asked:
        common = [part for each in allowed if (part := _common(each, text)) is not None]
        if not common:
            refused.append(text)
        for part in common:
            known = found.get(part.place)
            if known is None or len(part.root.parts) > len(known.root.parts):
                found[part.place] = part
    return list(found.values()), refused


def _common(folder: Approved, text: str) -> Approved | None:
    """Return what *folder* and the folder of that name have in common."""
    if "\0" in text or not text.startswith("/"):
        return None
    wanted = Path(os.path.normpath(text))
    if wanted.is_relative_to(folder.root):
        return Approved(folder.root, wanted, folder.is_writable)
    return folder if folder.root.is_relative_to(wanted) else None
