"""One run: a command or a pipeline in a file tree of its own, from the check of its arguments to its outcome."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pybridge.errors import Invalid, PybridgeError
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
from pybridge.processes.events import AuditEvent, EventKind, Listener
from pybridge.processes.files import FileTree, TooMuch, Unfit
from pybridge.processes.invocation import HOME, Invocation
from pybridge.processes.output import Capture
from pybridge.processes.run_folders import run_folder
from pybridge.processes.runtimes import Program, Runtime, RuntimeAbsent
from pybridge.wasi.pipes import Sink, Source, Streams, feed
from pybridge.wasi.pool import WarmPool
from pybridge.wasi.warm import Cancellation, Ended, Folder, Job, Watch

_FAILED = 1


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


class _End(Exception):
    """The run ends here, with this outcome."""

    def __init__(
        self, exit_code: int, error_class: ErrorClass | None = None, message: str | None = None
    ) -> None:
        super().__init__(exit_code, error_class, message)
        self.exit_code = exit_code
        self.error_class = error_class
        self.message = message


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
        self._out = Capture(limits.stdout_bytes, self.stdout)
        self._err = Capture(limits.stderr_bytes, self.stderr)
        self._files: Mapping[str, bytes | None] = {}

    def completed(self) -> Completed:
        """Run everything and return the outcome; what is wrong with the invocation is an outcome, too."""
        started = time.monotonic()
        try:
            end = self._run()
        except _End as early:
            end = early
        except Invalid as error:
            end = _refused(EXIT_INVALID, error.what(), self._err)
        except (PybridgeError, OSError) as error:
            end = _refused(_FAILED, str(error), self._err)
        self._tell_limits()
        return Completed(
            exit_code=end.exit_code,
            stdout_bytes=self._out.content(),
            stderr_bytes=self._err.content(),
            truncated_stdout=self._out.is_cut,
            truncated_stderr=self._err.is_cut,
            files=self._files,
            duration_ms=(time.monotonic() - started) * 1000,
            runtime=self.runtime.name,
            runtime_version=self.runtime.version,
            error_class=end.error_class,
            message=end.message,
        )

    def _run(self) -> _End:
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
            except TooMuch as error:
                self._tell("limit.exceeded", invocation.stages[0][0], subtype="files")
                return _End(EXIT_LIMIT, "limit", str(error))
            except Unfit as error:
                return _refused(EXIT_INVALID, f"invalid file {error}", self._err)
            return end

    def _require_small(self) -> None:
        invocation = self.invocation
        most = invocation.limits.command_bytes
        command = sum(len(text.encode()) + 1 for stage in invocation.stages for text in stage)
        env = sum(len(f"{name}={value}".encode()) + 1 for name, value in invocation.env.items())
        for what, size in (("command", command), ("environment", env)):
            if size > most:
                self._tell("limit.exceeded", invocation.stages[0][0][:100], subtype="command")
                message = f"the {what} has {size:,} bytes, the limit is {most:,}"
                raise _refused(EXIT_LIMIT, message, self._err, "limit")

    def _stages(self, folder: Path, tree: FileTree) -> _End:
        stdin = self.invocation.stdin
        last = len(self.invocation.stages) - 1
        watch = Watch(self.invocation.limits.timeout_ms / 1000, tree.problem)
        for number, stage in enumerate(self.invocation.stages):
            command = self._command(stage, tree)
            out = self._out if number == last else Capture(self.invocation.limits.files_bytes)
            place = folder / f"stdin{number}"
            if number == 0 and self.source is not None:
                feed(place, self.source)
            else:
                place.write_bytes(stdin)
            ended = self._stage(command, place, out, tree.root, watch)
            place.unlink()
            if ended.reason not in ("exit", "trap"):
                return self._stopped(ended, command)
            if number < last and out.is_cut:
                message = f"{command.name} wrote more than {out.most:,} bytes for the next command"
                return _End(EXIT_LIMIT, "limit", message)
            stdin = out.content()
        if ended.reason == "trap":
            return _End(EXIT_TRAPPED, None, f"{command.name} failed: {ended.detail}")
        return _End(ended.status)

    def _command(self, stage: Sequence[str], tree: FileTree) -> Command:
        found = self.host.commands.find(stage, self.invocation.cwd, tree.read)
        if isinstance(found, Refusal):
            raise self._refusal(found, stage[0])
        return found

    def _refusal(self, refusal: Refusal, command: str) -> _End:
        is_denied = refusal.exit_code == EXIT_DENIED
        if is_denied:
            self._tell("capability.denied", command)
        error_class: ErrorClass | None = "denied" if is_denied else None
        return _refused(refusal.exit_code, refusal.message, self._err, error_class)

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
            raise _refused(EXIT_NOT_FOUND, error.what(), self._err) from error
        self._tell("command.start", command.name, argv=tuple(command.argv))
        started = time.monotonic()
        ended = self.host.pool.run(
            self._job(program, command, stdin, root),
            Streams(out.take, self._err.take),
            watch,
            self.cancellation,
        )
        self._tell(
            _END_EVENTS.get(ended.reason, "command.complete"),
            command.name,
            exit_code=_exit_code(ended),
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

    def _stopped(self, ended: Ended, command: Command) -> _End:
        if ended.reason == "timeout":
            seconds = self.invocation.limits.timeout_ms / 1000
            return _End(EXIT_TIMEOUT, "timeout", f"took longer than {seconds:g} s")
        if ended.reason == "cancelled":
            return _End(EXIT_CANCELLED, "cancelled", "cancelled")
        if ended.reason == "limit":
            raise TooMuch(ended.detail)
        error_class: ErrorClass | None = "limit" if "limits" in ended.detail else None
        return _End(_FAILED, error_class, f"{command.name}: {ended.detail}")

    def _tell_limits(self) -> None:
        for stream, capture in (("stdout", self._out), ("stderr", self._err)):
            if capture.is_cut:
                self._tell("limit.exceeded", self.invocation.stages[-1][0], subtype=stream)

    def _tell(self, kind: EventKind, command: str, **more: Any) -> None:
        self.host.tell(AuditEvent(kind, command, **more))


_END_EVENTS: Mapping[str, EventKind] = {
    "timeout": "command.timeout",
    "cancelled": "command.cancelled",
}


def _exit_code(ended: Ended) -> int:
    codes = {"exit": ended.status, "trap": EXIT_TRAPPED}
    codes |= {"timeout": EXIT_TIMEOUT, "cancelled": EXIT_CANCELLED}
    return codes.get(ended.reason, _FAILED)


def _refused(
    exit_code: int, message: str, stderr: Capture, error_class: ErrorClass | None = None
) -> _End:
    """Return the end of a run that did not begin; people see why on its standard error."""
    message = message.encode("utf-8", "backslashreplace").decode("utf-8")
    stderr.take(f"{message}\n".encode())
    return _End(exit_code, error_class, message)
