"""The WASI engine on the component: a fresh interpreter takes milliseconds there, so that every script can have one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from pybridge.engines.limits import Limits
from pybridge.engines.supervision.child_process import ChildProcess
from pybridge.engines.supervision.domains.engine import DomainEngine
from pybridge.engines.supervision.supervisor import Supervisor
from pybridge.engines.wasi.component import built
from pybridge.engines.wasi.component.host import InterpreterHost, is_gone
from pybridge.errors import PackageMissing
from pybridge.project.features import Isolation
from pybridge.wasi.child import TABLE_ELEMENTS
from pybridge.wasi.compile import WasmFile, compiled, package_folder, wasmtime_version
from pybridge.wasi.component_library import VERSION

NAME = "wasi"
MOST_ISOLATED = 64
"""Most interpreters of single scripts that are kept, each of which takes some MB."""

_CHILD = Path(__file__).with_name("child.py")
_HINT = "run `make component` in a checkout of pybridge"

Notify = Callable[[str], None]
"""Gets a line for the person who waits."""


def open_component(
    limits: Limits, isolation: Isolation = "script", *, notify: Notify | None = None
) -> DomainEngine:
    """Start the engine.

    Args:
        limits: Limits of the sandbox.
        isolation: Whether every script has an interpreter of its own, or those that are not self-contained.
        notify: Gets a line before something that takes long.

    Raises:
        ComponentAbsent: when the component was not built on this machine.
        PackageMissing: when wasmtime is not installed, or is another version.
        PybridgeError: when it does not start.
    """
    found = built.find()

    @cache
    def arguments() -> tuple[str, ...]:
        module = prepare(found, notify)
        return (library(), str(module), str(limits.memory_mib), str(TABLE_ELEMENTS))

    host = InterpreterHost(lambda: ChildProcess(_CHILD, arguments()))

    def open_one() -> Supervisor:
        return Supervisor(NAME, host.spawn, limits, is_gone=is_gone)

    try:
        return DomainEngine(
            open_one(),
            open_one,
            open_one,
            most_isolated=MOST_ISOLATED,
            isolates_all=isolation == "script",
            close_host=host.close,
        )
    except BaseException:
        host.close()
        raise


def prepare(found: WasmFile, notify: Notify | None = None) -> Path:
    """Return the compiled component, made if it is missing or damaged.

    Raises:
        IntegrityFailed: when the component is not the one that was built.
        PybridgeError: when it cannot be compiled or written.
    """

    def before() -> None:
        if notify is not None:
            notify("compiling Python for the WASI engine, once; this takes some seconds")

    return compiled(found, "component", hint=_HINT, before=before, most=2, is_component=True)


def library() -> str:
    """Return the path of wasmtime's shared library.

    Raises:
        PackageMissing: when there is none, or one of another version than the bindings are for.
    """
    wanted = f"wasmtime>={VERSION},<{VERSION + 1}"
    folder = package_folder("wasmtime", "wasmtime")
    if wasmtime_version().partition(".")[0] != str(VERSION):
        raise PackageMissing(wanted, f"pip install '{wanted}'")
    found = sorted(folder.glob("*/*wasmtime.*"))
    if len(found) != 1:
        raise PackageMissing(wanted, f"pip install '{wanted}'")
    return str(found[0])
