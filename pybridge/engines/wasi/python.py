"""How the engine starts CPython as a WASI module."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pybridge.wasi.invocation import ModuleRun

_FLAGS = ("-s", "-P", "-S", "-B", "-X", "utf8")


def invocation(
    module: Path, code: str, *, memory_mib: int, folders: Mapping[Path, str] | None = None
) -> ModuleRun:
    """Return how a compiled interpreter runs Python code."""
    return ModuleRun(
        module,
        ("python", *_FLAGS, "-c", code),
        env={"PYTHONHASHSEED": "0"},
        folders=folders or {},
        memory_mib=memory_mib,
    )
