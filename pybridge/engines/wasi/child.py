"""The child process of the WASI engine: holds wasmtime, gives the guest two pipes and no more.

Started as a file: `child.py ROOT PARENT_PIPE SITE MODULE ARCHIVE_FOLDER MEMORY_MIB`.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import wasmtime

ARCHIVE = "engine.zip"
GUEST_FOLDER = "/engine"
"""Where the guest sees the folder of the archive, and nothing else."""
EXIT_TRAPPED = 70

_TABLE_ELEMENTS = 100_000
_FLAGS = ("-s", "-P", "-S", "-B", "-X", "utf8")
_BOOT = f"import sys; sys.path.insert(0, '{GUEST_FOLDER}/{ARCHIVE}'); import wasi_guest; wasi_guest.main()"


def main() -> None:
    """Run the guest until the other side closes its end."""
    root, parent_pipe, site, module, folder, memory_mib = sys.argv[1:]
    _die_with_parent(root, int(parent_pipe))
    sys.path.append(site)
    import wasmtime

    engine = new_engine()
    compiled = wasmtime.Module.deserialize_file(engine, module)
    surroundings = wasmtime.WasiConfig()
    surroundings.inherit_stdin()
    surroundings.inherit_stdout()
    surroundings.inherit_stderr()
    surroundings.preopen_dir(folder, GUEST_FOLDER, False)
    try:
        status = run_guest(engine, compiled, surroundings, _BOOT, int(memory_mib))
    except wasmtime.Trap as trap:
        os.write(2, f"\n{_cause_of(trap)}\n".encode())
        status = EXIT_TRAPPED
    os._exit(status)  # nothing is to be torn down


def new_engine() -> wasmtime.Engine:
    """Return the one way in which modules are compiled and run; a change changes `CONFIG`."""
    import wasmtime

    return wasmtime.Engine(wasmtime.Config())


CONFIG = "1"
"""Names what `new_engine` sets."""


def run_guest(
    engine: wasmtime.Engine,
    module: wasmtime.Module,
    surroundings: wasmtime.WasiConfig,
    code: str,
    memory_mib: int,
) -> int:
    """Run Python code in a fresh guest; return its exit status.

    Raises:
        wasmtime.Trap: when the interpreter itself fails.
    """
    import wasmtime

    surroundings.argv = ["python", *_FLAGS, "-c", code]
    surroundings.env = [("PYTHONHASHSEED", "0")]
    store = wasmtime.Store(engine)
    store.set_wasi(surroundings)
    store.set_limits(
        memory_size=memory_mib << 20, table_elements=_TABLE_ELEMENTS, instances=1, memories=1
    )
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    start: Any = linker.instantiate(store, module).exports(store)["_start"]
    try:
        start(store)
    except wasmtime.ExitTrap as ended:
        return int(ended.code)
    return 0


def _die_with_parent(root: str, parent_pipe: int) -> None:
    sys.path.insert(0, root)
    try:
        from pybridge.parent_watch import die_with_parent
    finally:
        sys.path.remove(root)
    die_with_parent(parent_pipe)


def _cause_of(trap: wasmtime.Trap) -> str:
    """Return one line; a trap's text is a backtrace of numbers."""
    import wasmtime

    code = trap.trap_code
    if code in (wasmtime.TrapCode.STACK_OVERFLOW, wasmtime.TrapCode.MEMORY_OUT_OF_BOUNDS):
        return "its stack overflowed"
    return code.name.lower().replace("_", " ") if code else "it failed"


if __name__ == "__main__":
    main()
