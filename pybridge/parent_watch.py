"""End a child process with its parent: the child's side, standard library only."""

from __future__ import annotations

import os
import sys
import threading

EXIT_ORPHANED = 66


def die_with_parent(parent_pipe: int) -> None:
    """End this process when the parent's end of the pipe closes, whatever it is doing.

    Where the system can, the kernel does it: a thread would wait for ever for a script that holds
    the interpreter's lock.

    Args:
        parent_pipe: descriptor of the pipe's reading end; negative for none.
    """
    if parent_pipe < 0:
        return
    threading.Thread(target=_wait_for_end, args=(parent_pipe,), daemon=True).start()
    if sys.platform == "linux":
        import fcntl
        import signal

        fcntl.fcntl(parent_pipe, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(parent_pipe, 10, signal.SIGKILL)  # F_SETSIG, which the module does not name
        flags = fcntl.fcntl(parent_pipe, fcntl.F_GETFL)
        fcntl.fcntl(parent_pipe, fcntl.F_SETFL, flags | os.O_ASYNC)


def _wait_for_end(parent_pipe: int) -> None:
    while os.read(parent_pipe, 1):
        pass
    os._exit(EXIT_ORPHANED)
