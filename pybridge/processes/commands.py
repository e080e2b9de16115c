"""Which module a command is: `python`, a registered tool, or a file whose first line names one of them."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Callable, Collection, Sequence, Set
from dataclasses import dataclass

from pybridge.errors import UsageError
from pybridge.processes.completed import EXIT_DENIED, EXIT_NOT_FOUND
from pybridge.processes.guest_paths import joined

PYTHON = "python"

_PYTHON_NAMES = re.compile(r"python(?:3(?:\.\d+)?)?")
_PROGRAM_FOLDERS = ("/bin", "/usr/bin", "/usr/local/bin")
_SHEBANG_BYTES = 256

Read = Callable[[str, int], bytes | None]
"""Returns the first bytes of a file of the process, by its absolute path; None where there is none."""


@dataclass(frozen=True)
class Command:
    """A command that can be run."""

    name: str
    """`python`, or the name of a tool."""
    argv: Sequence[str]
    """Its arguments; the first is the name that was used."""


@dataclass(frozen=True)
class Refusal:
    """A command that is not run."""

    exit_code: int
    message: str


@dataclass(frozen=True)
class Commands:
    """The commands that a process can use."""

    tools: Collection[str]
    """Names beside `python`."""
    allowed: Set[str] | None = None
    """Names that may be run, see `allowed_names`; None for all."""

    def find(self, argv: Sequence[str], cwd: str, read: Read) -> Command | Refusal:
        """Return what *argv* runs in the folder *cwd*."""
        name = argv[0]
        if "/" not in name or posixpath.dirname(name) in _PROGRAM_FOLDERS:
            return self._named(posixpath.basename(name), name, argv)
        path = joined(cwd, name)
        start = read(path, _SHEBANG_BYTES)
        if start is None:
            return _not_found(name)
        interpreter = _interpreter(start)
        if not interpreter:
            return Refusal(
                EXIT_NOT_FOUND, f"{name}: not found: its first line is not `#!` and a program"
            )
        return self._named(interpreter[0], interpreter[0], [*interpreter, path, *argv[1:]])

    def refused_by_name(self, argv: Sequence[str]) -> Refusal | None:
        """Return why a command is refused that is named without a path; None for others."""
        found = None if "/" in argv[0] else self._named(argv[0], argv[0], argv)
        return found if isinstance(found, Refusal) else None

    def _named(self, name: str, shown: str, argv: Sequence[str]) -> Command | Refusal:
        if name in self.tools:
            command = Command(name, argv)
        elif _PYTHON_NAMES.fullmatch(name):
            command = Command(PYTHON, argv)
        else:
            return _not_found(shown)
        if self.allowed is not None and not {name, command.name} & self.allowed:
            return Refusal(EXIT_DENIED, f"{shown}: tool not allowed by security policy")
        return command


def allowed_names(names: Collection[str]) -> frozenset[str]:
    """Return an allowlist for `Commands`: one name of Python stands for all of them.

    Raises:
        UsageError: when they are not a collection of names.
    """
    known = frozenset(names)
    if isinstance(names, str) or not all(isinstance(name, str) for name in known):
        raise UsageError(f"not a list of commands: {names!r:.80}", 'such as allowed=["python"]')
    is_python = any(map(_PYTHON_NAMES.fullmatch, known))
    return known | ({PYTHON} if is_python else frozenset())


def is_tool_name(name: object) -> bool:
    """Whether a tool can be registered under *name*."""
    return (
        isinstance(name, str)
        and bool(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,63}", name))
        and not (_PYTHON_NAMES.fullmatch(name))
    )


def _not_found(name: str) -> Refusal:
    return Refusal(EXIT_NOT_FOUND, f"{name}: not found")


def _interpreter(start: bytes) -> list[str]:
    """Return the program of a `#!` line and its arguments; empty if there is none."""
    line = start.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].strip()
    if not line.startswith(b"#!"):
        return []
    try:
        words = shlex.split(line[2:].decode("utf-8", "replace"))
    except ValueError:
        return []
    if words and posixpath.basename(words[0]) == "env":
        words = [word for word in words[1:] if word != "-S"]
    if words and posixpath.dirname(words[0]) in _PROGRAM_FOLDERS:
        words[0] = posixpath.basename(words[0])
    return words
