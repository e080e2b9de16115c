"""The process that a command line describes: which program, which files in and out."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pybridge.errors import DocumentUnreadable, UsageError
from pybridge.processes import runtimes
from pybridge.processes.completed import Completed
from pybridge.processes.guest_paths import joined, path_problem
from pybridge.processes.invocation import HOME, ProcessLimits
from pybridge.storage.atomic import write_atomically
from pybridge.storage.regular_file import read_regular

_MOST_BYTES = 1024 * 1024 * 1024
HOSTS = ("wasmtime", "browser")


@dataclass(frozen=True)
class Mapped:
    """A file or folder of this machine, and where the process has it."""

    host: Path
    guest: str


@dataclass(frozen=True)
class Asked:
    """What a process is started with."""

    argv: Sequence[str]
    files: Mapping[str, bytes]


def require_host(host: str) -> None:
    """Return if processes can be run there.

    Raises:
        UsageError: when they cannot.
    """
    if host not in HOSTS:
        raise UsageError(f"no host named {host!r}", f"choose one of {', '.join(HOSTS)}")


def require_runtime(name: str) -> None:
    """Return if this Python can be used.

    Raises:
        UnknownRuntime: when there is no such Python.
        RuntimeAbsent: when it is absent.
    """
    if runtimes.find(name).wasm is None:
        raise runtimes.RuntimeAbsent(name)


def asked(code: str | None, arguments: Sequence[str], mapped: Sequence[Mapped]) -> Asked:
    """Return the process for `-c CODE`, `FILE` or `-`.

    Args:
        code: The program; None when the first argument is a file, or `-`.
        arguments: What follows.
        mapped: Files and folders that it sees.

    Raises:
        UsageError: when there is no program.
        DocumentUnreadable: when a file cannot be read.
    """
    files = {path: content for each in mapped for path, content in _contents(each).items()}
    if code is not None:
        return Asked(["python", "-c", code, *arguments], files)
    if not arguments or arguments[0] == "-":
        return Asked(["python", "-", *arguments[1:]], files)
    script, *rest = arguments
    if script not in files:
        path = joined(HOME, Path(script).name)
        files[path] = _read(Path(script))
        script = path
    return Asked(["python", script, *rest], files)


def limits_of(timeout_s: float | None) -> ProcessLimits:
    """Return the limits of a process; None for the default."""
    return (
        ProcessLimits() if timeout_s is None else ProcessLimits(timeout_ms=round(timeout_s * 1000))
    )


def mapped_in(text: str) -> Mapped:
    """Read HOST:GUEST.

    Raises:
        UsageError: when it is not of that form.
    """
    host, colon, guest = text.rpartition(":")
    problem = path_problem(guest) if colon else f"{text!r} is not of the form HOST:GUEST"
    if problem or not host:
        raise UsageError(
            problem or f"{text!r} names no file", "--file data.csv:/home/user/data.csv"
        )
    return Mapped(Path(host), guest)


def mapped_out(text: str) -> Mapped:
    """Read GUEST:HOST.

    Raises:
        UsageError: when it is not of that form.
    """
    guest, colon, host = text.partition(":")
    problem = path_problem(guest) if colon else f"{text!r} is not of the form GUEST:HOST"
    if problem or not host:
        raise UsageError(problem or f"{text!r} names no file", "--out /home/user/out.csv:out.csv")
    return Mapped(Path(host), guest)


def variable(text: str) -> tuple[str, str]:
    """Read K=V.

    Raises:
        UsageError: when it is not of that form.
    """
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"{text!r} is not of the form K=V", "--env CITY=Wien")
    return name, value


def write_out(
    completed: Completed,
    given: Mapping[str, bytes],
    mapped: Sequence[Mapped],
    missing: Callable[[str], None],
) -> None:
    """Write files of a process that has ended to this machine.

    Args:
        completed: Its outcome.
        given: The files it began with.
        mapped: Which files, or folders with all files in them, and where to.
        missing: Called with the path of each that is not there.

    Raises:
        OutputFailed: when one cannot be written.
    """
    final = {**given, **completed.files}
    for each in mapped:
        found = {
            path: content
            for path, content in final.items()
            if content is not None and (path == each.guest or path.startswith(f"{each.guest}/"))
        }
        if not found:
            missing(each.guest)
        for path, content in found.items():
            inside = posixpath.relpath(path, each.guest)
            if inside == ".":
                write_atomically(each.host, content)
            else:
                write_atomically(each.host / inside, content, root=each.host)


def _contents(mapped: Mapped) -> dict[str, bytes]:
    if not mapped.host.is_dir():
        return {mapped.guest: _read(mapped.host)}
    base = mapped.guest.rstrip("/")
    return {
        f"{base}/{path.relative_to(mapped.host).as_posix()}": _read(path)
        for path in sorted(mapped.host.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def _read(path: Path) -> bytes:
    try:
        content, size = read_regular(path, root=None, most=_MOST_BYTES)
    except OSError as error:
        raise DocumentUnreadable.of(path, error) from error
    if size > len(content):
        raise DocumentUnreadable(path, "broken", f"larger than {_MOST_BYTES:,} bytes")
    return content
