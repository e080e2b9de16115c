"""The start of a run without a sandbox: sets its limits, leaves a guard behind, and becomes the program.

Started as a file: `native_child.py ROOT PARENT_PIPE`, as the leader of a process group. The first line of its standard input is JSON of
`{argv, cwd, env, limits: {name: number}}`; the rest is the input of the program.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from contextlib import suppress


def main() -> None:
    """Become the program; everything in its group ends with the parent of this process."""
    parent_pipe = int(sys.argv[2])
    line = bytearray()
    while not line.endswith(b"\n"):  # not buffered: what follows is for the program
        line += os.read(0, 1) or b"\n"
    given = json.loads(line)
    leader = os.getpid()
    if os.fork() == 0:
        _guard(parent_pipe, leader)
    os.close(parent_pipe)
    for name, most in given["limits"].items():
        kind = getattr(resource, name, None)
        if kind is not None:
            _, hard = resource.getrlimit(kind)
            value = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (value, value))
    os.chdir(given["cwd"])
    os.execve(given["argv"][0], given["argv"], given["env"])


def _guard(parent_pipe: int, leader: int) -> None:
    """Wait for the end of the parent, or of its interest, and end the group."""
    os.setsid()
    for descriptor in (0, 1, 2):
        os.close(descriptor)
    while os.read(parent_pipe, 1):
        pass
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
    os._exit(0)


if __name__ == "__main__":
    main()
