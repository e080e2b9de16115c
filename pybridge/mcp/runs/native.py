"""Runs without a sandbox: the Python of this machine, with limits and in a process group that is killed as a whole."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

from pybridge.errors import PybridgeError, UsageError
from pybridge.mcp.runs.once import GUEST, OUTCOME, REQUEST, guest_program, process_limits, result_of
from pybridge.mcp.runs.request import INPUT_DIR, OUTPUT_DIR, WORKSPACE, CodeRun
from pybridge.mcp.runs.result import RunResult
from pybridge.processes import Completed
from pybridge.processes.completed import EXIT_CANCELLED, EXIT_TIMEOUT, ErrorClass
from pybridge.processes.files import FileTree, InvalidFile, LimitExceeded, TreeUnreadable
from pybridge.processes.output import Capture
from pybridge.processes.run_folders import run_folder
from pybridge.python_child import start_python

CHILD = Path(__file__).with_name("native_child.py")
WARNING = "policy yolo: this code ran without a sandbox, with the rights of the user who started the server"
_PASSED_ON = ("HOME", "LANG", "LOGNAME", "PATH", "TMPDIR", "TZ", "USER")
"""Variables of the environment that the code sees; others can hold keys."""
_CHUNK = 1 << 16


def interpreter() -> str:
    """Return the path of the Python of this machine.

    Raises:
        UsageError: when there is none, or the system has no process groups.
    """
    if not hasattr(os, "killpg"):
        raise UsageError("code can run without a sandbox only where there are process groups")
    found = shutil.which("python3") if getattr(sys, "frozen", False) else sys.executable
    if not found:
        raise UsageError("no python3 is found on this machine", "install Python")
    return found


class NativeRun:
    """A run in a process group of its own."""

    def __init__(self, run: CodeRun) -> None:
        """Start it.

        Raises:
            UsageError: when it cannot be started.
        """
        self._run = run
        self._program = interpreter()
        self._cancelled = threading.Event()
        self._result: RunResult | None = None
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def wait(self, timeout_s: float) -> RunResult:
        """Return its result; see `Running`."""
        self._thread.join(timeout_s)
        if self._failure is not None:
            raise self._failure
        if self._result is None:
            raise TimeoutError
        return self._result

    def cancel(self) -> None:
        """End it at once."""
        self._cancelled.set()

    def _follow(self) -> None:
        try:
            self._result = result_of(self._completed(), self._run)
        except (PybridgeError, OSError) as error:
            self._failure = error

    def _completed(self) -> Completed:
        limits = process_limits(self._run)
        with run_folder(limits.files_bytes) as folder:
            tree = FileTree(folder / "root", limits)
            place = str(folder / "root")
            names = {"WORKSPACE": WORKSPACE, "INPUT_DIR": INPUT_DIR, "OUTPUT_DIR": OUTPUT_DIR}
            moved = {name: f"{place}{path}" for name, path in names.items()}
            request = self._run.request(
                names={**self._run.names(), **moved},
                paths=[f"{place}{path}" for path in self._run.paths],
                folders=[moved["INPUT_DIR"], moved["OUTPUT_DIR"]],
            )
            try:
                tree.fill({**self._run.files, GUEST: guest_program(), REQUEST: request}, WORKSPACE)
                completed = self._ran(place)
            except (InvalidFile, LimitExceeded) as error:
                raise UsageError(str(error)) from error
            try:
                return replace(completed, files=tree.changes(), has_files=True)
            except (LimitExceeded, TreeUnreadable) as error:
                return replace(completed, exit_code=1, error_class="limit", message=str(error))

    def _ran(self, place: str) -> Completed:
        """Run the program to its end, or end it."""
        started = time.monotonic()
        limits = self._run.limits
        out, err = Capture(limits.output_bytes), Capture(limits.output_bytes)
        child = start_python(CHILD, [])
        process = child.process
        deadline = started + limits.timeout_ms / 1000
        with ExitStack() as stack:
            stack.callback(child.close_pipes)
            stack.callback(child.kill)  # which ends the guard
            stack.callback(_kill_group, process.pid)
            assert process.stdout is not None
            assert process.stderr is not None
            readers = [
                threading.Thread(target=_read, args=(pipe.fileno(), capture), daemon=True)
                for pipe, capture in ((process.stdout, out), (process.stderr, err))
            ]
            feeder = threading.Thread(target=self._feed, args=(process.stdin, place), daemon=True)
            for thread in (*readers, feeder):
                thread.start()
            while process.poll() is None and time.monotonic() < deadline and not self._cancelled.wait(0.02):  # fmt: skip
                pass
            status = process.poll()
            _kill_group(process.pid)  # what it left behind holds its pipes
            for thread in readers:
                thread.join()
        code, error_class, message = self._end(status)
        return Completed(
            code,
            out.content(),
            err.content(),
            out.is_cut,
            err.is_cut,
            duration_ms=(time.monotonic() - started) * 1000,
            runtime="system",
            error_class=error_class,
            message=message,
        )

    def _end(self, status: int | None) -> tuple[int, ErrorClass | None, str | None]:
        if status is None and self._cancelled.is_set():
            return EXIT_CANCELLED, "cancelled", "cancelled"
        if status is None:
            return (
                EXIT_TIMEOUT,
                "timeout",
                f"took longer than {self._run.limits.timeout_ms / 1000:g} s",
            )
        return (status, None, None) if status >= 0 else (128 - status, None, f"it was ended by signal {-status}")  # fmt: skip

    def _feed(self, stdin: object, place: str) -> None:
        value = {
            "argv": [
                self._program,
                "-B",
                f"{place}{GUEST}",
                "once",
                f"{place}{REQUEST}",
                f"{place}{OUTCOME}",
            ],
            "cwd": f"{place}{WORKSPACE}",
            "env": _environment(),
            "limits": _rlimits(self._run),
        }
        with suppress(OSError, ValueError):
            stdin.write(json.dumps(value).encode("ascii") + b"\n" + self._run.stdin)  # type: ignore[attr-defined]
            stdin.close()  # type: ignore[attr-defined]


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}


def _rlimits(run: CodeRun) -> Mapping[str, int]:
    limits = run.limits
    return {
        "RLIMIT_AS": limits.memory_bytes,
        "RLIMIT_CPU": limits.timeout_ms // 1000 + 2,
        "RLIMIT_FSIZE": limits.files_bytes,
        "RLIMIT_NOFILE": 1024,
        "RLIMIT_CORE": 0,
    }


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _read(descriptor: int, capture: Capture) -> None:
    with suppress(OSError):
        while chunk := os.read(descriptor, _CHUNK):
            capture.take(chunk)
