"""The image of packages for this Python."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pybridge.errors import BootFailed
from pybridge.packages.script_packages import COMPILER, COMPILER_S, IMAGE, ScriptPackages, checked
from pybridge.python_child import start_python
from pybridge.wasi.cache import kept


def image(packages: ScriptPackages) -> Path:
    """Return the image, made in a child process if it is missing or damaged.

    Raises:
        BootFailed: the child fails.
        OutputFailed: the image cannot be written.
    """

    def make() -> bytes:
        try:
            child = start_python(COMPILER, [])
        except OSError as error:
            raise BootFailed("native", f"{sys.executable} cannot be started: {error}") from error
        try:
            stdout, stderr = child.process.communicate(packages.request(), COMPILER_S)
        except subprocess.TimeoutExpired as error:
            raise BootFailed("native", "compiling the packages takes too long") from error
        finally:
            child.kill()
            child.close_pipes()
        return checked("native", child.process.returncode, stdout, stderr)

    return kept(f"packages-{packages.key(sys.version, sys.executable)}/{IMAGE}", make)
