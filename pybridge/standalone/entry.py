"""Where a standalone executable begins: the command line, or a child process of an engine."""

from __future__ import annotations

import runpy
import sys

from pybridge.python_child import PYTHON_FLAGS


def main() -> None:
    """Do what the arguments of this process say.

    An engine starts its children as `python FLAGS program.py …`. In a standalone executable
    there is no other Python than this program itself, so it takes that part too.
    """
    flags = len(PYTHON_FLAGS)
    if tuple(sys.argv[1 : flags + 1]) == PYTHON_FLAGS and len(sys.argv) > flags + 1:
        sys.argv = sys.argv[flags + 1 :]
        runpy.run_path(sys.argv[0], run_name="__main__")
        return
    from pybridge.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
