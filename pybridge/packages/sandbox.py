"""The Python that packages are chosen for: the sandbox's, not the running one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sandbox:
    """A Pyodide, as the `info` of its lock describes it, or a CPython compiled to WASI."""

    python: str
    """Version of its CPython, as `3.14.2`."""
    release: str
    """Of its system: the version of Emscripten that it was compiled with, as `5.0.3`."""
    arch: str
    abi: str
    """Version of Pyodide's binary interface, as `2026_0`; empty for WASI."""
    engine: str = "browser"
    """Name of the engine, for messages."""

    @classmethod
    def of_lock(cls, info: Mapping[str, Any]) -> Sandbox:
        """Return the one that the `info` of a pyodide-lock.json describes."""
        version = str(info["platform"]).removeprefix("emscripten_").replace("_", ".")
        return cls(str(info["python"]), version, str(info["arch"]), str(info["abi_version"]))

    @classmethod
    def of_wasi(cls, python: str) -> Sandbox:
        """Return a CPython of this version as a WASI module."""
        return cls(python, "0.0.0", "wasm32", "", "wasi")

    @property
    def minor(self) -> int:
        """The minor version of its Python: 14 of 3.14.2."""
        return int(self.python.split(".")[1])

    def info(self) -> dict[str, str]:
        """Return it as the `info` of a pyodide-lock.json."""
        platform = f"emscripten_{self.release.replace('.', '_')}"
        known = {"abi_version": self.abi, "arch": self.arch}
        return {**known, "platform": platform, "python": self.python}

    def markers(self) -> dict[str, str]:
        """Return the variables of environment markers, as this Python itself has them."""
        is_wasi = self.engine == "wasi"
        return {
            "implementation_name": "cpython",
            "implementation_version": self.python,
            "os_name": "posix",
            "platform_machine": self.arch,
            "platform_python_implementation": "CPython",
            "platform_release": self.release,
            "platform_system": "wasi" if is_wasi else "Emscripten",
            "platform_version": "0.0.0" if is_wasi else "#1",
            "python_full_version": self.python,
            "python_version": ".".join(self.python.split(".")[:2]),
            "sys_platform": "wasi" if is_wasi else "emscripten",
        }
