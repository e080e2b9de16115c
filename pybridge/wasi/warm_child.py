"""The child process that runs WASI modules one after another, each in an instance of its own.

Started as a file: `warm_child.py ROOT PARENT_PIPE SITE`. Reads requests from its standard input and writes replies to its
standard output, one JSON document per line; `warm.py` is the other side. A module's standard streams are the files that
a request names, so nothing that it does reaches this conversation.
"""

from __future__ import annotations

import json
import os
import re
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import wasmtime

_OPEN_FILES = 1024
"""Of this process, and so of a module."""

_TOO_LARGE = re.compile(r"(memory|table) minimum size .* exceeds \1 limits")


def main() -> None:
    """Answer requests until the other side closes its pipes."""
    root, parent_pipe, site = sys.argv[1:]
    sys.path.insert(0, root)
    try:
        from pybridge.parent_watch import die_with_parent
        from pybridge.wasi import child
    finally:
        sys.path.remove(root)
    die_with_parent(int(parent_pipe))
    sys.path.append(site)
    _limit_open_files()
    runner = _Runner(child.new_engine(), child.cause_of, child.TABLE_ELEMENTS)
    for line in sys.stdin.buffer:
        runner.answer(json.loads(line))


def _reply(value: dict[str, Any]) -> None:
    os.write(1, json.dumps(value).encode("ascii") + b"\n")


class _Exit(Exception):
    """The module ends with this exit status."""

    def __init__(self, status: int) -> None:
        self.status = (
            status & 0xFF
        )  # as the system does; wasmtime's own `proc_exit` refuses 126 and more


def _exit(status: int) -> None:
    raise _Exit(status)


class _Runner:
    """The modules of this process, and how one of them is run."""

    def __init__(
        self,
        engine: wasmtime.Engine,
        cause_of: Callable[[wasmtime.Trap], str],
        table_elements: int,
    ) -> None:
        import wasmtime

        self._engine = engine
        self._linker = wasmtime.Linker(engine)
        self._linker.define_wasi()
        self._linker.allow_shadowing = True
        takes_status = wasmtime.FuncType([wasmtime.ValType.i32()], [])
        self._linker.define_func("wasi_snapshot_preview1", "proc_exit", takes_status, _exit)
        self._cause_of = cause_of
        self._table_elements = table_elements
        self._memory_bytes = 0
        self._modules: dict[str, wasmtime.Module] = {}

    def answer(self, request: dict[str, Any]) -> None:
        """Load a module, or run one; reply `{status}` when it has ended, `{trap}`, `{refused}` or `{tooLarge}` with the reason.

        Each comes with `memoryBytes`, which is what the module had at its end.
        """
        import wasmtime

        self._memory_bytes = 0
        store = wasmtime.Store(self._engine)
        try:
            reply = self._answered(store, request)
        except wasmtime.Trap as trap:
            reply = {"trap": self._cause_of(trap)}
        except (wasmtime.WasmtimeError, OSError) as error:
            reason = _root_of(error)
            reply = {"tooLarge" if _TOO_LARGE.fullmatch(reason) else "refused": reason}
        reply["memoryBytes"] = self._memory_bytes
        if request.get("isFed"):
            _reply(
                reply
            )  # closing waits for the input that nobody may ever send; this process is killed then
            store.close()
        else:
            store.close()  # and so its ends of the pipes
            _reply(reply)

    def _answered(self, store: wasmtime.Store, request: dict[str, Any]) -> dict[str, Any]:
        module = self._module(request["module"])
        if request["kind"] == "load":
            return {"loaded": request["module"]}
        _limit_files(request["fileBytes"])
        return self._run(store, module, request)

    def _module(self, path: str) -> wasmtime.Module:
        import wasmtime

        if path not in self._modules:
            self._modules[path] = wasmtime.Module.deserialize_file(self._engine, path)
        return self._modules[path]

    def _run(
        self, store: wasmtime.Store, module: wasmtime.Module, request: dict[str, Any]
    ) -> dict[str, Any]:
        import wasmtime

        store.set_wasi(_wasi_config(request))
        store.set_limits(
            memory_size=request["memoryBytes"],
            table_elements=self._table_elements,
            instances=1,
            memories=1,
        )
        exports = self._linker.instantiate(store, module).exports(store)
        start: Any = exports.get("_start")
        memory: Any = exports.get("memory")
        if not isinstance(start, wasmtime.Func):
            return {"refused": "it is not a command: it exports no function _start"}
        try:
            start(store)
        except _Exit as ended:
            return {"status": ended.status}
        finally:
            if isinstance(memory, wasmtime.Memory):
                self._memory_bytes = memory.data_len(store)
        return {"status": 0}


def _root_of(error: Exception) -> str:
    """Return one line; the text of an error of wasmtime begins with what was tried, and ends with the reason."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if "Caused by:" in lines else (lines or [type(error).__name__])[0]


def _wasi_config(request: dict[str, Any]) -> wasmtime.WasiConfig:
    import wasmtime

    config = wasmtime.WasiConfig()
    config.argv = request["argv"]
    config.env = list(request["env"].items())
    config.stdin_file = request["stdin"]
    config.stdout_file = request["stdout"]
    config.stderr_file = request["stderr"]
    for host, guest, is_writable in request["folders"]:
        config.preopen_dir(host, guest, is_writable)
    return config


def _limit_files(size: int) -> None:
    """Let no file grow beyond *size* bytes, where the system can; writing more is an error in the guest."""
    try:
        import resource
    except ImportError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    wanted = size if most == resource.RLIM_INFINITY else min(size, most)
    resource.setrlimit(resource.RLIMIT_FSIZE, (wanted, most))


def _limit_open_files() -> None:
    """Let a module have a bounded number of open files, where the system can: removed ones keep their space."""
    try:
        import resource
    except ImportError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if most == resource.RLIM_INFINITY else min(_OPEN_FILES, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


if __name__ == "__main__":
    main()
