"""One run: a command or a pipeline in a file tree of its own, from the check of its arguments to its outcome."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pybridge.errors import Invalid, PybridgeError
from pybridge.processes.callbacks import CallerFailed, guarded
from pybridge.processes.checks import problem_at
from pybridge.processes.commands import Command, Commands, Refusal
from pybridge.processes.completed import (
    EXIT_CANCELLED,
    EXIT_DENIED,
    EXIT_INVALID,
    EXIT_LIMIT,
    EXIT_NOT_FOUND,
    EXIT_TIMEOUT,
    EXIT_TRAPPED,
    Completed,
    ErrorClass,
)
from pybridge.processes.ends import END_EVENTS, EXIT_FAILED, End, exit_code_of, refused
from pybridge.processes.events import AuditEvent, EventKind, Listener
from pybridge.processes.files import FileTree, InvalidFile, LimitExceeded, TreeUnreadable
from pybridge.processes.invocation import HOME, Invocation
from pybridge.processes.memory import is_out_of_memory
from pybridge.processes.output import Capture
from pybridge.processes.run_folders import run_folder
from pybridge.processes.runtimes import Program, Runtime, RuntimeAbsent
from pybridge.wasi.pipes import Sink, Source, Streams, feed
from pybridge.wasi.pool import WarmPool
from pybridge.wasi.warm import Cancellation, Ended, Folder, Job, Watch

_LONGEST_COMMAND = 100
"""Characters of a command in an event about an invocation that is refused."""


class Programs(Protocol):
    """Finds what runs a command."""

    def program_of(self, command: Command, runtime: Runtime) -> Program:
        """Return it; see `runtimes.program_of`."""
        ...


@dataclass(frozen=True)
class Host:
    """What runs are made with."""

    pool: WarmPool
    commands: Commands
    programs: Programs
    tell: Listener


@dataclass
class Run:
    """A run that was not begun, or is going on."""

    host: Host
    invocation: Invocation
    runtime: Runtime
    stdout: Sink
    stderr: Sink
    source: Source | None = None
    """Feeds the standard input of the first stage, instead of the one in the invocation."""
    cancellation: Cancellation = field(default_factory=Cancellation)

    def __post_init__(self) -> None:
        limits = self.invocation.limits
        self._out = Capture(limits.stdout_bytes, guarded(self.stdout))
        self._err = Capture(limits.stderr_bytes, guarded(self.stderr))
        self._pass_on_event = guarded(self.host.tell)
        self._files: Mapping[str, bytes | None] | None = None
        self._source_failed: Exception | None = None

    def completed(self) -> Completed:
        """Run everything and return the outcome; what is wrong with the invocation is an outcome, too.

        What the caller's own code raises (`stdout`, `stderr`, `source`, the listener) is raised again when the process has been ended.
        """
        try:
            completed = self._completed()
        except CallerFailed as failed:
            raise failed.error from None
        if self._source_failed is not None:
            raise self._source_failed
        return completed

    def _completed(self) -> Completed:
        started = time.monotonic()
        try:
            end = self._run()
        except End as early:
            end = early
        except Invalid as error:
            end = refused(EXIT_INVALID, error.what(), self._err)
        except (PybridgeError, OSError) as error:
            end = refused(EXIT_FAILED, str(error), self._err)
        self._tell_limits()
        return Completed(
            exit_code=end.exit_code,
            stdout_bytes=self._out.content(),
            stderr_bytes=self._err.content(),
            truncated_stdout=self._out.is_cut,
            truncated_stderr=self._err.is_cut,
            files=self._files or {},
            has_files=self._files is not None,
            duration_ms=(time.monotonic() - started) * 1000,
            runtime=self.runtime.name,
            runtime_version=self.runtime.version,
            error_class=end.error_class,
            message=end.message,
        )

    def _run(self) -> End:
        invocation = self.invocation
        invocation.require()
        self._require_small()
        for stage in invocation.stages:
            if refusal := self.host.commands.refused_by_name(stage):
                raise self._refusal(refusal, stage[0])
        limits = invocation.limits
        with run_folder(limits.files_bytes + len(invocation.stdin)) as folder:
            tree = FileTree(folder / "root", limits)
            try:
                tree.fill(invocation.files, invocation.cwd)
                end = self._stages(folder, tree)
                self._files = tree.changes()
            except LimitExceeded as error:
                self._tell("limit.exceeded", invocation.stages[0][0], subtype="files")
                return End(EXIT_LIMIT, "limit", str(error))
            except TreeUnreadable as error:
                return End(EXIT_FAILED, None, str(error))
            except InvalidFile as error:
                is_cwd = error.path == invocation.cwd and error.path not in invocation.files
                place = ("cwd",) if is_cwd else ("files", error.path)
                problem = problem_at(error.problem, *place)
                raise Invalid("invocation", [problem]) from error
            return end

    def _require_small(self) -> None:
        invocation = self.invocation
        most = invocation.limits.command_bytes
        command = sum(len(text.encode()) + 1 for stage in invocation.stages for text in stage)
        env = sum(len(f"{name}={value}".encode()) + 1 for name, value in invocation.env.items())
        for what, size in (("command", command), ("environment", env)):
            if size > most:
                self._tell(
                    "limit.exceeded", invocation.stages[0][0][:_LONGEST_COMMAND], subtype="command"
                )
                message = f"the {what} has {size:,} bytes, the limit is {most:,}"
                raise refused(EXIT_LIMIT, message, self._err, "limit")

    def _stages(self, folder: Path, tree: FileTree) -> End:
        stdin = self.invocation.stdin
        last = len(self.invocation.stages) - 1
        watch = Watch(self.invocation.limits.timeout_ms / 1000, tree.problem)
        for number, stage in enumerate(self.invocation.stages):
            command = self._command(stage, tree)
            out = self._out if number == last else Capture(self.invocation.limits.files_bytes)
            place = folder / f"stdin{number}"
            if number == 0 and self.source is not None:
                feed(place, self.source, self._end_for_source)
            else:
                place.write_bytes(stdin)
            self._err.tail = b""
            ended = self._stage(command, place, out, tree.root, watch)
            place.unlink()
            if ended.reason not in ("exit", "trap"):
                return self._stopped(ended, command)
            if number < last and out.is_cut:
                message = f"{command.name} wrote more than {out.most:,} bytes for the next command"
                return End(EXIT_LIMIT, "limit", message)
            stdin = out.content()
        return self._finished(ended, command)

    def _finished(self, ended: Ended, command: Command) -> End:
        """Return the end of a run whose last command ended by itself."""
        is_trap = ended.reason == "trap"
        exit_code = EXIT_TRAPPED if is_trap else ended.status
        if is_out_of_memory(ended, self._err.tail, self.invocation.limits.memory_bytes):
            return self._out_of_memory(exit_code, command, ended.detail)
        if is_trap:
            return End(EXIT_TRAPPED, None, f"{command.name} failed: {ended.detail}")
        return End(ended.status)

    def _out_of_memory(self, exit_code: int, command: Command, detail: str) -> End:
        self._tell("limit.exceeded", command.name, subtype="memory")
        most = self.invocation.limits.memory_bytes
        more = f" ({detail})" if detail else ""
        message = f"{command.name} needs more memory than the limit of {most:,} bytes{more}"
        return End(exit_code, "limit", message)

    def _end_for_source(self, error: Exception) -> None:
        self._source_failed = error
        self.cancellation.request()

    def _command(self, stage: Sequence[str], tree: FileTree) -> Command:
        found = self.host.commands.find(stage, self.invocation.cwd, tree.read)
        if isinstance(found, Refusal):
            raise self._refusal(found, stage[0])
        return found

    def _refusal(self, refusal: Refusal, command: str) -> End:
        is_denied = refusal.exit_code == EXIT_DENIED
        if is_denied:
            self._tell("capability.denied", command)
        error_class: ErrorClass | None = "denied" if is_denied else None
        return refused(refusal.exit_code, refusal.message, self._err, error_class)

    def _stage(
        self,
        command: Command,
        stdin: Path,
        out: Capture,
        root: Path,
        watch: Watch,
    ) -> Ended:
        try:
            program = self.host.programs.program_of(command, self.runtime)
        except RuntimeAbsent as error:
            raise refused(EXIT_NOT_FOUND, error.what(), self._err) from error
        self._tell("command.start", command.name, argv=tuple(command.argv))
        started = time.monotonic()
        ended = self.host.pool.run(
            self._job(program, command, stdin, root),
            Streams(out.take, self._err.take),
            watch,
            self.cancellation,
        )
        self._tell(
            END_EVENTS.get(ended.reason, "command.complete"),
            command.name,
            exit_code=exit_code_of(ended),
            duration_ms=(time.monotonic() - started) * 1000,
        )
        return ended

    def _job(self, program: Program, command: Command, stdin: Path, root: Path) -> Job:
        invocation = self.invocation
        argv, further = program.adapt(command.argv, invocation.cwd)
        own = {"HOME": HOME, **program.env}
        return Job(
            module=program.module,
            argv=argv,
            env={**own, **invocation.env, **further, "PWD": invocation.cwd},
            folders=[Folder(root, "/", is_writable=True), *program.folders],
            stdin=stdin,
            is_fed=stdin.is_fifo(),
            scratch=stdin.parent,
            memory_bytes=invocation.limits.memory_bytes,
            file_bytes=invocation.limits.files_bytes,
        )

    def _stopped(self, ended: Ended, command: Command) -> End:
        if ended.reason == "timeout":
            seconds = self.invocation.limits.timeout_ms / 1000
            return End(EXIT_TIMEOUT, "timeout", f"took longer than {seconds:g} s")
        if ended.reason == "cancelled":
            return End(EXIT_CANCELLED, "cancelled", "cancelled")
        if ended.reason == "limit":
            raise LimitExceeded(ended.detail)
        if ended.reason == "too large":
            return self._out_of_memory(EXIT_LIMIT, command, ended.detail)
        return End(EXIT_FAILED, None, f"{command.name}: {ended.detail}")

    def _tell_limits(self) -> None:
        for stream, capture in (("stdout", self._out), ("stderr", self._err)):
            if capture.is_cut:
                self._tell("limit.exceeded", self._last_command(), subtype=stream)

    def _last_command(self) -> str:
        """Return the last command, as far as there is one: the invocation may be invalid."""
        last = [*self.invocation.stages, []][-2:][0]
        return str(last[0])[:_LONGEST_COMMAND] if last else ""

    def _tell(self, kind: EventKind, command: str, **more: Any) -> None:
        self._pass_on_event(AuditEvent(kind, command, **more))
