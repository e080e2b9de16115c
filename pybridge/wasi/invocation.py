"""Run a compiled WASI module in a child process: arguments, environment, folders and limits in, streams out."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pybridge.python_child import start_python
from pybridge.wasi.compile import package_folder

CHILD = Path(__file__).with_name("child.py")
"""The program that runs a module; start it by `python_child.start_python`."""


@dataclass(frozen=True)
class ModuleRun:
    """Everything that a run of a module can see of this machine, beside its standard streams."""

    module: Path
    """The compiled module; see `compile.compiled`."""
    argv: tuple[str, ...]
    """Its arguments, beginning with the name of the program."""
    env: Mapping[str, str] = field(default_factory=dict)
    folders: Mapping[Path, str] = field(default_factory=dict)
    """Folders that it may read, with the path under which it sees each."""
    memory_mib: int = 512
    """MiB that it may allocate."""

    def arguments(self) -> list[str]:
        """Return the arguments of `CHILD`."""
        value = {
            "module": str(self.module),
            "argv": self.argv,
            "env": dict(self.env),
            "folders": [(str(folder), seen) for folder, seen in self.folders.items()],
            "memoryMib": self.memory_mib,
        }
        site = package_folder("wasmtime", "wasmtime").parent
        return [str(site), json.dumps(value)]


@dataclass(frozen=True)
class ModuleResult:
    """A run that has ended."""

    status: int
    """Exit status; `child.EXIT_TRAPPED` when the module's own code failed."""
    stdout: bytes
    stderr: bytes


def run(invocation: ModuleRun, stdin: bytes, timeout_s: float) -> ModuleResult:
    """Run a module to its end.

    Raises:
        TimeoutError: when it takes longer than *timeout_s* seconds; it is ended then.
        OSError: when the process cannot be started.
    """
    child = start_python(CHILD, invocation.arguments())
    try:
        stdout, stderr = child.process.communicate(stdin, timeout_s)
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(f"took longer than {timeout_s:g} s") from error
    finally:
        child.kill()
        child.close_pipes()
    return ModuleResult(child.process.returncode, stdout, stderr)
