"""Start a child process of this Python that ends with its parent; `parent_watch` is the child's side."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import weakref
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PYTHON_FLAGS = ("-s", "-P", "-S", "-B", "-X", "utf8")  # not -I: it would ignore PYTHONHASHSEED
ROOT = Path(__file__).resolve().parents[1]
"""The folder that holds the package; children import nothing from elsewhere."""


@dataclass(eq=False)
class PythonChild:
    """A child process with pipes for its standard streams."""

    process: subprocess.Popen[bytes]
    _parent_pipe: int | None
    """The end whose closing ends the child; None where the system has no such pipes."""

    def __post_init__(self) -> None:
        _CHILDREN.add(self)

    def abandon(self) -> None:
        """Let go of a process that belongs to the parent of this one: neither end it nor write to it."""
        self.process.returncode = 0  # Popen then sends no signal and waits for nothing
        parent_pipe, self._parent_pipe = self._parent_pipe, None
        if parent_pipe is not None:
            os.close(parent_pipe)
        null = os.open(os.devnull, os.O_RDWR)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None and not pipe.closed:
                os.dup2(null, pipe.fileno(), inheritable=False)
        os.close(null)

    def kill(self) -> None:
        """End the process at once and wait for that; may be called again."""
        self.process.kill()
        self.process.wait()
        parent_pipe, self._parent_pipe = self._parent_pipe, None
        if parent_pipe is not None:
            os.close(parent_pipe)

    def close_pipes(self) -> None:
        """Close the pipes; bytes that were not sent yet are dropped."""
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


_CHILDREN: weakref.WeakSet[PythonChild] = weakref.WeakSet()


def _abandon_all() -> None:
    """Run in a process that was forked: the children are not its own."""
    for child in list(_CHILDREN):
        child.abandon()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_abandon_all)


def start_python(program: Path, arguments: Sequence[str]) -> PythonChild:
    """Start this Python with a file.

    Args:
        program: The file; its arguments are `ROOT`, the descriptor of its parent pipe, *arguments*.
        arguments: What else it needs.

    Raises:
        OSError: when the process cannot be started.
    """
    theirs, ours = os.pipe() if os.name == "posix" else (-1, None)
    try:
        process = subprocess.Popen(
            [sys.executable, *PYTHON_FLAGS, str(program), str(ROOT), str(theirs), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
            pass_fds=(theirs,) if theirs >= 0 else (),
            start_new_session=True,  # Ctrl-C must not reach it
        )
    except OSError:
        if ours is not None:
            os.close(ours)
        raise
    finally:
        if theirs >= 0:
            os.close(theirs)
    return PythonChild(process, ours)


def status_text(status: int) -> str:
    """Return how a process ended, from its `returncode`, in words."""
    if status >= 0:
        return f"exit status {status}"
    with suppress(ValueError):
        return signal.Signals(-status).name
    return f"signal {-status}"


def _environment() -> dict[str, str]:
    """Return the child's environment: constants, and variables that the system itself needs."""
    fixed = {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    needed = ("SYSTEMROOT",) if os.name == "nt" else ()
    return {**fixed, **{name: os.environ[name] for name in needed if name in os.environ}}
