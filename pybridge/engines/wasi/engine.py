"""The WASI engine: macros in CPython compiled to WebAssembly, each worker in a process of its own."""

from __future__ import annotations

import secrets
from pathlib import Path

from pybridge.engines.limits import Limits
from pybridge.engines.supervision.child_process import ChildProcess
from pybridge.engines.supervision.domains.engine import DomainEngine
from pybridge.engines.supervision.supervisor import Supervisor
from pybridge.engines.wasi.runtime import Notify, prepare
from pybridge.packages.script_packages import ScriptPackages
from pybridge.wasi.cpython import find_wasm
from pybridge.wasi.invocation import CHILD

NAME = "wasi"


def open_wasi(
    limits: Limits,
    *,
    wasm: Path | None = None,
    notify: Notify | None = None,
    packages: ScriptPackages | None = None,
) -> DomainEngine:
    """Start the WASI engine.

    A script that is not self-contained has an interpreter of its own there.

    Args:
        limits: Limits of the sandbox.
        wasm: Another interpreter than the pinned one.
        notify: Gets a line before something that takes long.
        packages: What scripts may import beside the standard library.

    Raises:
        PackageMissing: a package is not installed.
        IntegrityFailed: the interpreter is not the pinned one.
        PybridgeError: it does not start.
    """
    found = find_wasm(wasm)

    def spawn() -> ChildProcess:
        wanted = prepare(found, notify, packages).invocation(limits.memory_mib)
        mark = secrets.token_hex(8).encode("ascii")
        return ChildProcess(CHILD, wanted.arguments(), mark=mark)

    def open_one() -> Supervisor:
        return Supervisor(NAME, spawn, limits, has_spare=True)

    def open_isolated() -> Supervisor:
        return Supervisor(NAME, spawn, limits)

    return DomainEngine(open_one(), open_one, open_isolated)
