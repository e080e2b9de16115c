"""The process that a command line describes: where it runs, which program, tools and variables."""

from __future__ import annotations

import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pybridge.commands.processes.hosts import ProcessHost
from pybridge.commands.processes.inputs import contents, counted
from pybridge.commands.processes.mapped import Mapped, shown
from pybridge.errors import DocumentUnreadable, UsageError
from pybridge.processes import runtimes
from pybridge.processes.guest_paths import joined
from pybridge.processes.invocation import HOME, ProcessLimits

HOSTS = ("wasmtime", "browser")


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


def require_runtime(name: str, host: str) -> None:
    """Return if this Python can be used on a host.

    Raises:
        UnknownRuntime: when there is no such Python.
        RuntimeAbsent: when it is absent.
    """
    found = runtimes.find(name)
    if found.wasm is None if host == "wasmtime" else not _pages_have(name):
        raise runtimes.RuntimeAbsent(name)


def _pages_have(name: str) -> bool:
    from pybridge.processes.page_folder import pages_have  # which imports what builds it

    return pages_have(name)


def asked(
    code: str | None, arguments: Sequence[str], mapped: Sequence[Mapped], limits: ProcessLimits
) -> Asked:
    """Return the process for `-c CODE`, `FILE` or `-`.

    Args:
        code: The program; None when the first argument is a file, or `-`.
        arguments: What follows.
        mapped: Files and folders that it sees.
        limits: Its limits.

    Raises:
        UsageError: when the files are more than the limits allow, or one has a name that is not text.
        DocumentUnreadable: when a file cannot be read.
    """
    found = counted(mapped, limits)
    if code is not None:
        argv = ["python", "-c", code, *arguments]
    elif not arguments or arguments[0] == "-":
        argv = ["python", "-", *arguments[1:]]
    else:
        argv = ["python", *arguments]
        path = Path(arguments[0])
        if arguments[0] not in found:
            argv[1] = joined(HOME, path.name)
            found = counted([*mapped, _script(path, argv[1])], limits)
    return Asked(argv, contents(found, limits))


def _script(path: Path, guest: str) -> Mapped:
    try:
        status = path.stat()
    except OSError as error:
        if str(path).startswith("-") and isinstance(error, FileNotFoundError):
            hint = f"options of Python itself are not taken; a file of that name is ./{path}"
            raise UsageError(f"no option {shown(path)}", hint) from error
        raise DocumentUnreadable.of(path, error) from error
    if stat.S_ISDIR(status.st_mode):
        raise DocumentUnreadable(path, "directory")
    return Mapped(path, guest)


def limits_of(timeout_s: float | None) -> ProcessLimits:
    """Return the limits of a process; None for the default."""
    return (
        ProcessLimits() if timeout_s is None else ProcessLimits(timeout_ms=round(timeout_s * 1000))
    )


def variable(text: str) -> tuple[str, str]:
    """Read K=V.

    Raises:
        UsageError: when it is not of that form.
    """
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"{shown(text)} is not of the form K=V", "--env CITY=Wien")
    return name, value


def tool(text: str) -> tuple[str, Path]:
    """Read NAME=FILE.

    Raises:
        UsageError: when it is not of that form.
    """
    name, equals, path = text.partition("=")
    if not equals or not name or not path:
        raise UsageError(f"{shown(text)} is not of the form NAME=FILE", "--tool upper=upper.wasm")
    return name, Path(path)


def register(host: ProcessHost, name: str, path: Path) -> None:
    """Register a tool and compile it, so that one which cannot run is refused before anything does.

    Raises:
        UsageError: when it cannot be a tool.
    """
    try:
        host.register(name, path)
        host.prepare(name)
    except DocumentUnreadable as error:
        hint = "name a WASI command (preview 1), such as one built for wasm32-wasip1"
        raise UsageError(f"--tool {name}: {error.what()}", hint) from error
