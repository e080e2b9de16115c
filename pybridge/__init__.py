"""Python macros and scripts for Electron and web applications, and Python processes in a sandbox."""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing would take longer than the rest
if TYPE_CHECKING:
    from typing import Any

    from pybridge.processes import Completed as Completed
    from pybridge.processes import Processes as Processes
    from pybridge.processes import ProcessLimits as ProcessLimits
    from pybridge.processes import run_python as run_python

__version__ = "0.1.0"

_LAZY = ("Completed", "ProcessLimits", "Processes", "run_python")


def __getattr__(name: str) -> Any:
    """Import what is asked for: `import pybridge` itself stays quick."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("pybridge.processes"), name)
