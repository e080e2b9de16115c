"""The WASI engine: macros in CPython compiled to WebAssembly, each worker in a process of its own."""

from __future__ import annotations

import secrets
from pathlib import Path

from pybridge.engines.limits import Limits
from pybridge.engines.supervision.child_process import ChildProcess
from pybridge.engines.supervision.supervisor import SupervisedEngine
from pybridge.engines.wasi.runtime import Notify, find_wasm, prepare
from pybridge.html.policy import Policy

NAME = "wasi"

_CHILD = Path(__file__).with_name("child.py")


def open_wasi(
    limits: Limits,
    *,
    wasm: Path | None = None,
    policy: Policy | None = None,
    notify: Notify | None = None,
) -> SupervisedEngine:
    """Start the WASI engine.

    Args:
        limits: of the sandbox.
        wasm: another interpreter than the pinned one.
        policy: what HTML may hold; None means the built-in one.
        notify: gets a line when there is something to wait for.

    Raises:
        PackageMissing: a package is not installed.
        IntegrityFailed: the interpreter is not the pinned one.
        PybridgeError: it does not start.
    """
    found = find_wasm(wasm)

    def spawn() -> ChildProcess:
        prepared = prepare(found, notify)
        places = (prepared.site, prepared.module, prepared.archive_folder)
        arguments = [*map(str, places), str(limits.memory_mib)]
        return ChildProcess(_CHILD, arguments, mark=secrets.token_hex(8).encode("ascii"))

    return SupervisedEngine(NAME, spawn, limits, policy=policy, has_spare=True)
