"""Whether a process ended for want of memory: the sandbox itself only refuses it, and the program goes on."""

from __future__ import annotations

import re

from pybridge.wasi.warm import Ended

_LAST_LINE = re.compile(
    rb"^(?:MemoryError\b|Fatal Python error:.*\bmemory\b|.*\bout of memory\b|memory allocation of \d+ bytes failed)",
    re.IGNORECASE,
)
_ABORTED = "unreachable"
"""What a module that gives up executes."""


def is_out_of_memory(ended: Ended, stderr: bytes, memory_bytes: int) -> bool:
    """Return whether a failed process says so in its last line, or gave up with nearly all memory in use.

    Args:
        ended: How it ended.
        stderr: The end of its error output.
        memory_bytes: Its limit.
    """
    if ended.reason == "exit" and ended.status == 0:
        return False
    gave_up = ended.reason == "trap" and ended.detail == _ABORTED
    is_full = ended.memory_bytes > memory_bytes - memory_bytes // 8
    return (gave_up and is_full) or _says_so(stderr)


def _says_so(stderr: bytes) -> bool:
    lines = stderr.rstrip().splitlines()
    return bool(lines) and _LAST_LINE.match(lines[-1].strip()) is not None
