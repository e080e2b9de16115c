"""The child process that runs one command of pybridge, so that it can be ended at any moment.

Started as a file: `command_child.py ROOT PARENT_PIPE`. The first line of its standard input is JSON of `{path, env, argv}`; the rest is
the input of the command.
"""

from __future__ import annotations

import json
import os
import sys


def main() -> None:
    """Run the command; end with its exit code, or with the parent."""
    root, parent_pipe = sys.argv[1:]
    line = bytearray()
    while not line.endswith(b"\n"):  # not buffered: what follows is for the command
        line += os.read(0, 1) or b"\n"
    given = json.loads(line)
    sys.path[:] = [*given["path"], root]
    os.environ.clear()
    os.environ.update(given["env"])
    from pybridge.parent_watch import die_with_parent

    die_with_parent(int(parent_pipe))
    import runpy

    sys.argv[:] = ["pybridge", *given["argv"]]
    runpy.run_module("pybridge", run_name="__main__")


if __name__ == "__main__":
    main()
