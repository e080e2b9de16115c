"""The WASI guest's side of the pipe: reads JSON lines, runs the macro engine, replies in marked lines.

Lives beside `pybridge.macros` in the engine archive and runs nowhere else. Scripts share its
interpreter, so everything that it uses is local to it; lines that they write to its pipe have no mark.
"""

from __future__ import annotations

import io
import os
import sys

from pybridge.macros.values import json_text
from pybridge.macros.wire import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_PACKAGES = "/packages/packages.bin"
_TESTING = ("_test", "_xxtest", "_ctypes_test", "xx", "_xxsubinterpreters", "_interp")


def main() -> None:
    """Serve requests until the host closes its end."""
    requests = open(0, "rb", closefd=False)  # noqa: SIM115 – open until the process ends
    send = _sender(requests.readline().strip())
    reset_environment()
    refuse_test_modules()
    running = [0]

    def emit(stream: str, text: str) -> None:
        message = {"kind": "output", "id": running[0], "stream": stream, "text": text}
        send(json_text.write(message))

    session = Session(emit, isolates=True, packages=_PACKAGES)
    handle, step = session.handle, session.step
    for line in requests:
        running[0] = _id_of(line)
        answer = handle(line.decode("ascii"))
        send(answer[1:])
        while answer[0] == "+":
            answer = step()
            send(answer[1:])


def _sender(mark: bytes) -> Callable[[str], None]:
    """Return the function that sends a message, on a new line even after an unfinished one of a script."""
    replies = open(1, "wb", closefd=False)  # noqa: SIM115 – open until the process ends
    start = b"\n" + mark
    write, flush = replies.write, replies.flush

    def send(message: str) -> None:
        if message:
            write(start + message.encode("ascii") + b"\n")
            flush()

    return send


def reset_environment() -> None:
    """Give scripts constants in place of the host's variables, arguments and standard input."""
    os.environ.clear()
    os.environ.update(HOME="/", LANG="C.UTF-8", TZ="UTC")
    sys.argv[:] = [""]
    sys.orig_argv[:] = [""]
    sys.stdin = sys.__stdin__ = io.StringIO()  # type: ignore[assignment, misc] # the pipe is ours


class _Name:
    """As much of a module's spec as making a built-in module needs: a name that does not change."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


def refuse_test_modules() -> None:
    """Refuse the built-in modules that test the interpreter: they write to any memory of it."""
    import _imp

    create = _imp.create_builtin
    names = [name for name in sys.builtin_module_names if name.startswith(_TESTING)]
    sys.modules.update(dict.fromkeys(names))  # type: ignore[arg-type] # an import of None fails

    def create_builtin(spec: Any, /) -> Any:
        name = str.__str__(spec.name)
        if name in names:
            raise ImportError(f"{name} is not available here", name=name)
        return create(_Name(name))  # type: ignore[arg-type]

    _imp.create_builtin = create_builtin


def _id_of(line: bytes) -> int:
    """Return the id of a message, its first member; parsing all of it again would be slow."""
    head = line[:40].removeprefix(b'{"id":').partition(b",")[0]
    return int(head) if head.isdigit() else 0
