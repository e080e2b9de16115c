"""The Python that packages are chosen for: the sandbox's, not the running one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sandbox:
    """A Pyodide, as the `info` of its lock describes it."""

    python: str
    """Version of its CPython, as `3.14.2`."""
    emscripten: str
    """Version of what it was compiled with, as `5.0.3`."""
    arch: str
    abi: str
    """Version of its binary interface, as `2026_0`."""

    @classmethod
    def of_lock(cls, info: Mapping[str, Any]) -> Sandbox:
        """Return the one that the `info` of a pyodide-lock.json describes."""
        version = str(info["platform"]).removeprefix("emscripten_").replace("_", ".")
        return cls(str(info["python"]), version, str(info["arch"]), str(info["abi_version"]))

    @property
    def minor(self) -> int:
        """The minor version of its Python: 14 of 3.14.2."""
        return int(self.python.split(".")[1])

    def markers(self) -> dict[str, str]:
        """Return the variables of environment markers, as this Python itself has them."""
        return {
            "implementation_name": "cpython",
            "implementation_version": self.python,
            "os_name": "posix",
            "platform_machine": self.arch,
            "platform_python_implementation": "CPython",
            "platform_release": self.emscripten,
            "platform_system": "Emscripten",
            "platform_version": "#1",
            "python_full_version": self.python,
            "python_version": ".".join(self.python.split(".")[:2]),
            "sys_platform": "emscripten",
        }
