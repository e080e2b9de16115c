"""The child process of the native engine: runs the macro engine over JSON lines.

Started as a file, with the standard library only: `child.py ROOT PARENT_PIPE MEMORY_MIB [PACKAGES]`.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from json import dumps  # kept here: a script may replace it in the module
from typing import IO, Any


def main() -> None:
    """Serve requests until the other side closes its end."""
    root, parent_pipe, memory_mib = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    requests, replies = _take_pipes()
    session_type = _import_session(root, parent_pipe)
    _limit_memory(memory_mib)
    inbox: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(requests, inbox), daemon=True).start()
    _serve(session_type, inbox, replies, sys.argv[4] if len(sys.argv) > 4 else None)


def _take_pipes() -> tuple[IO[str], IO[str]]:
    """Keep standard input and output for the protocol; scripts get the null device instead."""
    requests = os.fdopen(os.dup(0), "r", encoding="ascii", newline="\n")
    replies = os.fdopen(os.dup(1), "w", encoding="ascii", newline="\n")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return requests, replies


def _import_session(root: str, parent_pipe: int) -> Any:
    """Import the engine, and only the engine: scripts do not find the package's folder."""
    sys.path.insert(0, root)
    try:
        from pybridge.parent_watch import die_with_parent

        die_with_parent(parent_pipe)
        from pybridge.macros.wire import Session
    finally:
        sys.path.remove(root)
    return Session


def _limit_memory(memory_mib: int) -> None:
    """Limit the memory that may be allocated from now on, where the system can."""
    try:
        import resource
    except ImportError:
        return
    limit = (memory_mib << 20) + _mapped_bytes()
    try:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    except (ValueError, OSError):
        return


def _mapped_bytes() -> int:
    """Return the size of this process before any script ran."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 – pathlib costs 10 ms
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 128 << 20


def _read(requests: IO[str], inbox: queue.SimpleQueue[str | None]) -> None:
    for line in requests:
        inbox.put(line)
    inbox.put(None)


def _serve(
    session_type: Any,
    inbox: queue.SimpleQueue[str | None],
    replies: IO[str],
    packages: str | None,
) -> None:
    running: list[Any] = [None]

    def emit(stream: str, text: str) -> None:
        message = {"kind": "output", "id": running[0], "stream": stream, "text": text}
        _write(replies, dumps(message))

    session = session_type(emit, packages=packages)
    while (line := inbox.get()) is not None:
        running[0] = _id_of(line)
        answer = session.handle(line)
        _write(replies, answer[1:])
        while answer[0] == "+":
            answer = session.step() if inbox.empty() else session.handle(inbox.get() or "")
            _write(replies, answer[1:])


def _id_of(line: str) -> object:
    """Return the id of a message, its first member; parsing all of it again would be slow."""
    head = line[:40].removeprefix('{"id":').partition(",")[0]
    return int(head) if head.isdigit() else 0


def _write(replies: IO[str], message: str) -> None:
    if message:
        replies.write(message + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
