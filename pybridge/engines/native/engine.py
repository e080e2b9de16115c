"""The native engine: macros in a child process of the host's own Python. Trusted scripts only."""

from __future__ import annotations

from pathlib import Path

from pybridge.engines.limits import Limits
from pybridge.engines.native.package_image import image
from pybridge.engines.supervision.child_process import ChildProcess
from pybridge.engines.supervision.supervisor import Supervisor
from pybridge.packages.script_packages import ScriptPackages

NAME = "native"

_CHILD = Path(__file__).with_name("child.py")


def open_native(limits: Limits, packages: ScriptPackages | None = None) -> Supervisor:
    """Start the native engine."""
    file = [str(image(packages))] if packages else []

    def spawn() -> ChildProcess:
        return ChildProcess(_CHILD, [str(limits.memory_mib), *file])

    return Supervisor(NAME, spawn, limits)
