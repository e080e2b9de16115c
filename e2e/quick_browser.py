"""Chromium's headless shell: the engine without the windows that nobody sees, for tests that open many pages.

A page of its costs a quarter of the processor time. Nor does it compile WebAssembly a second time to make it faster,
which takes a half of what a worker's start costs and pays only for long runs. Whatever tries the walls of the browser
takes Chromium as people have it, and so does every test with `--long`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

NAMES = ("chromium-headless-shell", "chrome-headless-shell")

FLAGS = (
    "--site-per-process",  # as in Chromium, where it is the default
    "--js-flags=--liftoff-only",
)


def find() -> Path | None:
    """Return the shell, if it is installed."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else None
