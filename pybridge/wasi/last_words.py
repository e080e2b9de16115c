"""How a child process ended, in words, with the last line of its own errors."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress

from pybridge.python_child import PythonChild, status_text

_ENDING_S = 1.0
"""Seconds that a child which closed its pipes has to end by itself."""

_LAST_BYTES = 4096
_LAST_CHARACTERS = 300


def last_words(child: PythonChild) -> str:
    """End a process that has closed its pipes; return its status and the end of what it wrote to standard error."""
    with suppress(subprocess.TimeoutExpired):
        child.process.wait(_ENDING_S)
    child.kill()
    last = _last_line(child)
    child.close_pipes()
    words = f": {last}" if last else ""
    return f"its process ended with {status_text(child.process.returncode)}{words}"


def _last_line(child: PythonChild) -> str:
    stderr = child.process.stderr
    if stderr is None or stderr.closed:
        return ""
    os.set_blocking(stderr.fileno(), False)  # a process of its own may still hold the other end
    written = stderr.read() or b""
    lines = written[-_LAST_BYTES:].decode("utf-8", "replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return _escaped(last[-_LAST_CHARACTERS:])


def _escaped(text: str) -> str:
    """Return *text* with everything that does not print as `repr` writes it."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)
