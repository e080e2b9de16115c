"""Where processes run: in a child process with wasmtime, or in a page of a headless browser."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from pybridge.processes.completed import Completed
from pybridge.processes.invocation import Invocation, ProcessLimits
from pybridge.processes.processes import Processes
from pybridge.wasi.pipes import Sink, Source


class ProcessHost(Protocol):
    """What the commands need of a host; `Processes` is one."""

    @property
    def runtime(self) -> str:
        """Which Python runs `python`, where an invocation names none."""
        ...

    @property
    def limits(self) -> ProcessLimits:
        """Where an invocation names none."""
        ...

    def register(self, name: str, wasm: Path) -> None:
        """Make a WASI command module a command."""
        ...

    def prepare(self, name: str) -> None:
        """Get a registered tool ready, so that one which cannot run is known: `DocumentUnreadable`."""
        ...

    def run(
        self,
        invocation: Invocation,
        *,
        stdout: Sink = ...,
        stderr: Sink = ...,
        stdin: Source | None = None,
    ) -> Completed:
        """Run an invocation to its end."""
        ...

    def close(self) -> None:
        """End it."""
        ...


def opened(name: str, runtime: str, allowed: Sequence[str] | None) -> ProcessHost:
    """Return a started host, `wasmtime` or `browser`; close it.

    Raises:
        PybridgeError: when it cannot be started.
    """
    if name == "browser":
        from pybridge.commands.processes.browser import BrowserProcesses

        return BrowserProcesses(runtime, allowed)
    processes = Processes(runtime=runtime, allowed=allowed)
    processes.start_child()
    return processes
