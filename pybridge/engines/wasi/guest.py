"""The WASI guest's side of the pipe: reads JSON lines, runs the macro engine, answers in frames.

Lives beside `pybridge.macros` in the engine archive and runs nowhere else. Scripts share its
interpreter, so it keeps what it uses to itself; what they write to its pipe has no mark.
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


def main() -> None:
    """Serve requests until the host closes its end."""
    requests = open(0, "rb", closefd=False)  # noqa: SIM115 – a descriptor, for good
    send = _sender(requests.readline().strip())
    _neutral_surroundings()
    running = [0]

    def emit(stream: str, text: str) -> None:
        message = {"kind": "output", "id": running[0], "stream": stream, "text": text}
        send(json_text.write(message))

    session = Session(emit)
    handle, step = session.handle, session.step
    for line in requests:
        running[0] = _id_of(line)
        answer = handle(line.decode("ascii"))
        send(answer[1:])
        while answer[0] == "+":
            answer = step()
            send(answer[1:])


def _sender(mark: bytes) -> Callable[[str], None]:
    """Return what sends a message: a line of its own, even after what a script left unfinished."""
    replies = open(1, "wb", closefd=False)  # noqa: SIM115 – a descriptor, for good
    start = b"\n" + mark
    write, flush = replies.write, replies.flush

    def send(message: str) -> None:
        if message:
            write(start + message.encode("ascii") + b"\n")
            flush()

    return send


def _neutral_surroundings() -> None:
    os.environ.clear()
    os.environ.update(HOME="/", LANG="C.UTF-8", TZ="UTC")
    sys.argv[:] = [""]
    sys.orig_argv[:] = [""]
    sys.stdin = sys.__stdin__ = io.StringIO()  # type: ignore[assignment, misc] # the pipe is ours


def _id_of(line: bytes) -> int:
    """Return the id of a message, which comes first; parsing it all again would take its time."""
    head = line[:40].removeprefix(b'{"id":').partition(b",")[0]
    return int(head) if head.isdigit() else 0
