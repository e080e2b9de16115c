"""The child process that runs one WASI module: holds wasmtime, passes on its standard streams.

Started as a file: `child.py ROOT PARENT_PIPE SITE INVOCATION`, the last one being JSON of
`{module, argv, env, folders, memoryMib}`. The guest gets nothing else of this machine.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import wasmtime

EXIT_TRAPPED = 70
"""Exit status of a module that an error of its own code ended; the last line on stderr names the error."""

CONFIG = "1"
"""Names the settings of `new_engine`; compiled modules of other settings are not used."""

TABLE_ELEMENTS = 100_000
"""Of all tables of a module."""


def main() -> None:
    """Run the module until it ends or the other side closes its pipes."""
    root, parent_pipe, site, text = sys.argv[1:]
    _die_with_parent(root, int(parent_pipe))
    sys.path.append(site)
    import wasmtime

    try:
        status = run(json.loads(text))
    except wasmtime.Trap as trap:
        os.write(2, f"\n{cause_of(trap)}\n".encode())
        status = EXIT_TRAPPED
    os._exit(status)  # faster than freeing what ends with the process anyway


def new_engine() -> wasmtime.Engine:
    """Return the engine that modules are compiled for and run in; a change must change `CONFIG`."""
    import wasmtime

    return wasmtime.Engine(wasmtime.Config())


def run(invocation: dict[str, Any]) -> int:
    """Run a compiled module with this process's standard streams; return its exit status.

    Raises:
        wasmtime.Trap: when the module's own code fails.
    """
    import wasmtime

    engine = new_engine()
    module = wasmtime.Module.deserialize_file(engine, invocation["module"])
    store = wasmtime.Store(engine)
    store.set_wasi(_wasi_config(invocation))
    store.set_limits(
        memory_size=invocation["memoryMib"] << 20,
        table_elements=TABLE_ELEMENTS,
        instances=1,
        memories=1,
    )
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    start: Any = linker.instantiate(store, module).exports(store)["_start"]
    try:
        start(store)
    except wasmtime.ExitTrap as ended:
        return int(ended.code)
    return 0


def _wasi_config(invocation: dict[str, Any]) -> wasmtime.WasiConfig:
    import wasmtime

    config = wasmtime.WasiConfig()
    config.inherit_stdin()
    config.inherit_stdout()
    config.inherit_stderr()
    config.argv = invocation["argv"]
    config.env = list(invocation["env"].items())
    for host, guest in invocation["folders"]:
        config.preopen_dir(host, guest, False)
    return config


def _die_with_parent(root: str, parent_pipe: int) -> None:
    sys.path.insert(0, root)
    try:
        from pybridge.parent_watch import die_with_parent
    finally:
        sys.path.remove(root)
    die_with_parent(parent_pipe)


def cause_of(trap: wasmtime.Trap) -> str:
    """Return one line; a trap's text is a backtrace of numbers."""
    import wasmtime

    code = trap.trap_code
    if code in (wasmtime.TrapCode.STACK_OVERFLOW, wasmtime.TrapCode.MEMORY_OUT_OF_BOUNDS):
        return "its stack overflowed"
    return code.name.lower().replace("_", " ") if code else "it failed"


if __name__ == "__main__":
    main()
