"""The host of processes: registered tools, an allowlist, limits, and warm children that run them."""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypedDict, Unpack

from pybridge.errors import Invalid, UsageError
from pybridge.processes import runtimes
from pybridge.processes.checks import content_of, problem_at
from pybridge.processes.commands import PYTHON, Command, Commands, allowed_names, is_tool_name
from pybridge.processes.completed import Completed
from pybridge.processes.events import Listener
from pybridge.processes.invocation import HOME, Invocation, ProcessLimits
from pybridge.processes.run import Host, Run
from pybridge.processes.run_folders import remove_stale
from pybridge.processes.runtimes import Program, Runtime
from pybridge.wasi.compile import WasmFile, compiled
from pybridge.wasi.pipes import Sink, Source
from pybridge.wasi.pool import WarmPool

if TYPE_CHECKING:
    from pybridge.abi import Problem

Content = str | bytes
"""Text is passed as UTF-8."""


_MOST_TOOLS = 64
"""Compiled tools that are kept for later programs."""


class Options(TypedDict, total=False):
    """What `Processes.invocation` takes beside the commands."""

    stdin: Content
    files: Mapping[str, Content] | None
    env: Mapping[str, str] | None
    cwd: str
    runtime: str | None
    limits: ProcessLimits | None


def _ignore(_: object) -> None:
    return


class Process:
    """A process that runs in the background."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._completed: Completed | None = None
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._follow)
        self._thread.start()

    def wait(self, timeout_s: float | None = None) -> Completed:
        """Return its outcome; it ends by itself, or at its own time limit.

        Raises:
            TimeoutError: when it has not ended within *timeout_s* seconds; it goes on.
        """
        self._thread.join(timeout_s)
        if self._failure is not None:
            raise self._failure
        if self._completed is None:
            raise TimeoutError
        return self._completed

    def cancel(self) -> None:
        """End it at once: its outcome has the exit code 125, and what it wrote so far."""
        self._run.cancellation.request()

    def _follow(self) -> None:
        try:
            self._completed = self._run.completed()
        except BaseException as error:  # raised again in the thread that waits
            self._failure = error


class Processes:
    """Runs Python and tools; close it, or use it as a context manager. Any number of threads may use it."""

    def __init__(
        self,
        *,
        runtime: str = runtimes.DEFAULT,
        allowed: Collection[str] | None = None,
        limits: ProcessLimits | None = None,
        on_event: Listener | None = None,
    ) -> None:
        """Begin; nothing is started before the first process.

        Args:
            runtime: Which Python runs `python`, where an invocation names none.
            allowed: Commands that may be run; None for `python` and every registered tool.
            limits: Where an invocation names none.
            on_event: Gets what happens, for an audit log.

        Raises:
            UnknownRuntime: when there is no such runtime.
            UsageError: when *allowed* is text, or this system has no named pipes.
        """
        if not hasattr(os, "mkfifo"):
            raise UsageError("processes need named pipes, which this system does not have")
        runtimes.find(runtime)
        self.runtime = runtime
        self.limits = limits or ProcessLimits()
        self._allowed = None if allowed is None else allowed_names(allowed)
        self._tell = on_event or _ignore
        self._pool = WarmPool()
        self._tools: dict[str, WasmFile] = {}
        self._programs: dict[str, Program] = {}
        self._lock = threading.Lock()
        remove_stale()

    def __enter__(self) -> Processes:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def start_child(self) -> None:
        """Start the first child now, in the background: it gets ready while the first process is described."""
        self._pool.start()

    def close(self) -> None:
        """End the warm children; processes that still run end first."""
        self._pool.close()

    def register(self, name: str, wasm: Path, *, sha256: str | None = None) -> None:
        """Make a WASI command module (preview 1) a command. It is compiled when it first runs.

        Args:
            name: The command.
            wasm: The file of the module.
            sha256: What its content must be; None for what it is now.

        Raises:
            UsageError: when the name is not one of a tool, or taken.
            DocumentUnreadable: when the file cannot be read.
        """
        if not is_tool_name(name) or name in self._tools:
            raise UsageError(f"no tool can be registered as {name!r}", "choose another name")
        path = Path(wasm)
        self._tools[name] = WasmFile.of(path) if sha256 is None else WasmFile(path, sha256)

    def prepare(self, name: str) -> None:
        """Compile a registered tool now, if it is not yet.

        Raises:
            UsageError: when there is no such tool.
            DocumentUnreadable: when it is not a module.
            PybridgeError: when it cannot be prepared for another reason.
        """
        if name not in self._tools:
            raise UsageError(f"no tool is registered as {name!r}")
        self.program_of(Command(name, (name,)), runtimes.find(self.runtime))

    def spawn(self, argv: Sequence[str], **options: Unpack[Options]) -> Process:
        """Start a command in the background; the options are those of `invocation`."""
        return self.start(self.invocation([argv], **options))

    def pipeline(self, stages: Sequence[Sequence[str]], **options: Unpack[Options]) -> Process:
        """Start commands one after the other in one file tree, each with the output of the one before as input."""
        return self.start(self.invocation(stages, **options))

    def invocation(
        self,
        stages: Sequence[Sequence[str]],
        *,
        stdin: Content = b"",
        files: Mapping[str, Content] | None = None,
        env: Mapping[str, str] | None = None,
        cwd: str = HOME,
        runtime: str | None = None,
        limits: ProcessLimits | None = None,
    ) -> Invocation:
        """Return an invocation with what this host has where nothing else is said.

        Args:
            stages: The arguments of each command.
            stdin: The input of the first.
            files: Files by their absolute path.
            env: Variables; there are no others but HOME, PWD and PYTHONDONTWRITEBYTECODE.
            cwd: The working folder, made if it is missing.
            runtime: Which Python runs `python`.
            limits: The limits of this run.

        Raises:
            Invalid: when a part has another type, or is not text; names all of them.
        """
        problems: list[Problem] = []
        given = {} if files is None else files
        if not isinstance(given, Mapping):
            raise Invalid("invocation", [problem_at("must be a mapping", "files")])
        contents = {
            path: content_of(content, problems, "files", path) for path, content in given.items()
        }
        invocation = Invocation(
            stages=stages,
            stdin=content_of(stdin, problems, "stdin"),
            files=contents,
            env={} if env is None else env,
            cwd=cwd,
            runtime=runtime or self.runtime,
            limits=self.limits if limits is None else limits,
        )
        if problems:
            raise Invalid("invocation", problems)
        invocation.require_types()
        return invocation

    def start(
        self,
        invocation: Invocation,
        *,
        stdout: Sink = _ignore,
        stderr: Sink = _ignore,
        stdin: Source | None = None,
        is_cancelled: bool = False,
    ) -> Process:
        """Start an invocation in the background; cancelled at once where it *is_cancelled*.

        The streams and what is raised are those of `run`; the streams are called in another thread.
        """
        run = self._run(invocation, stdout, stderr)
        run.source = stdin
        if is_cancelled:
            run.cancellation.request()
        return Process(run)

    def run(
        self,
        invocation: Invocation,
        *,
        stdout: Sink = _ignore,
        stderr: Sink = _ignore,
        stdin: Source | None = None,
    ) -> Completed:
        """Run an invocation to its end.

        Args:
            invocation: What to run.
            stdout: Gets each piece of standard output at once.
            stderr: Gets each piece of standard error at once.
            stdin: Feeds standard input as it is read, instead of that of the invocation.

        Raises:
            Invalid: when a part of it has another type than it must have.
            UnknownRuntime: when there is no such runtime.
        """
        run = self._run(invocation, stdout, stderr)
        run.source = stdin
        return run.completed()

    def program_of(self, command: Command, runtime: Runtime) -> Program:
        """Return what runs a command, prepared once.

        Raises:
            PybridgeError: when it cannot be prepared.
        """
        key = f"{runtime.name}/" if command.name == PYTHON else command.name
        with self._lock:
            if (
                key not in self._programs or not self._programs[key].module.is_file()
            ):  # as it was forgotten
                self._programs[key] = (
                    runtimes.program_of(runtime)
                    if command.name == PYTHON
                    else _tool_program(command.name, self._tools[command.name])
                )
                self._pool.preload(self._programs[key].module)
            return self._programs[key]

    def _run(self, invocation: Invocation, stdout: Sink, stderr: Sink) -> Run:
        invocation.require_types()
        host = Host(self._pool, Commands(self._tools, self._allowed), self, self._tell)
        return Run(host, invocation, runtimes.find(invocation.runtime), stdout, stderr)


def _tool_program(name: str, wasm: WasmFile) -> Program:
    hint = f"register {name} again"
    return Program(compiled(wasm, "tool", hint=hint, before=lambda: None, most=_MOST_TOOLS))
