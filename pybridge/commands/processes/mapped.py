"""Files and folders of this machine, and their paths in a process: HOST:GUEST and GUEST:HOST."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pybridge.errors import UsageError
from pybridge.processes.guest_paths import path_problem


@dataclass(frozen=True)
class Mapped:
    """A file or folder of this machine, and where the process has it."""

    host: Path
    guest: str


def mapped_in(text: str) -> Mapped:
    """Read HOST:GUEST.

    Raises:
        UsageError: when it is not of that form.
    """
    host, colon, guest = text.rpartition(":")
    return _mapped(text, host, guest, "HOST:GUEST" if not colon else "", _IN)


def mapped_out(text: str) -> Mapped:
    """Read GUEST:HOST.

    Raises:
        UsageError: when it is not of that form.
    """
    guest, colon, host = text.partition(":")
    return _mapped(text, host, guest, "GUEST:HOST" if not colon else "", _OUT)


_IN = "--file data.csv:/home/user/data.csv"
_OUT = "--out /home/user/out.csv:out.csv"


def _mapped(text: str, host: str, guest: str, missed_form: str, example: str) -> Mapped:
    path = guest.rstrip("/") or guest[:1]
    problem = f"{shown(text)} is not of the form {missed_form}" if missed_form else None
    problem = problem or path_problem(path)
    if not problem and not host:
        problem = f"{shown(text)} names no file"
    if not problem and "\0" in host:
        problem = f"{shown(text)}: a file name holds no NUL character"
    if problem:
        raise UsageError(problem, example)
    return Mapped(Path(host), path)


def shown(path: str | Path) -> str:
    r"""Return a path for a message; bytes that are not UTF-8 are like `\xff`."""
    raw = str(path).encode("utf-8", "surrogateescape")
    return f"'{raw.decode('utf-8', 'backslashreplace')}'"
