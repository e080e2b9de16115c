"""Python macros and scripts for applications, and Python processes, in a sandbox.

`Runtime` renders documents and runs scripts, `AsyncRuntime` does so with coroutines, and `run_python` runs a program:

    with pybridge.Runtime(project="my-notes") as runtime:
        print(runtime.render("Hello [[greet name=World]]").html)

docs/python-library.md has examples of everything. Type checkers read `__init__.pyi`.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing would take longer than the rest
if TYPE_CHECKING:
    from typing import Any

__version__ = "0.1.0"

_LIBRARY = (
    *("AppTools", "AsyncRuntime", "Cancelled", "Checked", "Document", "Limits", "Macro", "Problem"),
    *(
        "PybridgeError",
        "Ran",
        "Recording",
        "Rendered",
        "Result",
        "Runtime",
        "Script",
        "ScriptFailed",
    ),
    *("Tool", "ToolFailed", "ToolLimits", "Transformed"),
)
_PROCESSES = ("Completed", "ProcessLimits", "Processes", "run_python")
__all__ = (*_LIBRARY, *_PROCESSES, "__version__")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    """Import what is asked for: `import pybridge` itself stays quick."""
    if name not in _LIBRARY and name not in _PROCESSES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    room = "pybridge.library" if name in _LIBRARY else "pybridge.processes"
    return getattr(import_module(room), name)
