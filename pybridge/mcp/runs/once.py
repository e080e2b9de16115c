"""Runs that begin with nothing and leave nothing: a fresh process each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pybridge.mcp.runs.request import OUTPUT_DIR, OWN_DIR, WORKSPACE, CodeRun
from pybridge.mcp.runs.result import (
    CodeError,
    Outcome,
    RunResult,
    Status,
    Stream,
    read_outcome,
)
from pybridge.processes import Completed, Process, Processes, ProcessLimits

GUEST = f"{OWN_DIR}/guest.py"
REQUEST = f"{OWN_DIR}/request.json"
OUTCOME = f"{OWN_DIR}/outcome.json"


@cache
def guest_program() -> bytes:
    """Return the text of the program around the code."""
    return Path(__file__).with_name("guest.py").read_bytes()


def process_limits(run: CodeRun) -> ProcessLimits:
    """Return the limits of the process; the request and the outcome need some room."""
    limits = run.limits
    return ProcessLimits(
        timeout_ms=limits.timeout_ms,
        memory_bytes=limits.memory_bytes,
        stdout_bytes=limits.output_bytes,
        stderr_bytes=limits.output_bytes,
        files_bytes=limits.files_bytes + len(run.request()) + len(guest_program()),
        file_count=limits.file_count + 3,
    )


class OnceRun:
    """A run in a process of its own."""

    def __init__(self, processes: Processes, run: CodeRun) -> None:
        """Start it.

        Raises:
            Invalid: when a file or an argument cannot be passed on.
        """
        own = {GUEST: guest_program(), REQUEST: run.request()}
        self._run = run
        self._process: Process = processes.start(
            processes.invocation(
                [["python", GUEST, "once", REQUEST, OUTCOME]],
                stdin=run.stdin,
                files={**run.files, **own},
                cwd=WORKSPACE,
                limits=process_limits(run),
            )
        )

    def wait(self, timeout_s: float) -> RunResult:
        """Return its result; see `Running`."""
        return result_of(self._process.wait(timeout_s), self._run)

    def cancel(self) -> None:
        """End it at once."""
        self._process.cancel()


def result_of(completed: Completed, run: CodeRun) -> RunResult:
    """Return the result of a process that ran `guest.py once`."""
    files = dict(completed.files)
    for own in (GUEST, REQUEST):
        files.pop(own, None)
    outcome = read_outcome(files.pop(OUTCOME, None) or b"")
    status, message = status_of(completed, outcome)
    artifacts, changed = split_files(files, run)
    return RunResult(
        status=status,
        exit_code=completed.exit_code,
        stdout=Stream(completed.stdout_bytes, completed.truncated_stdout),
        stderr=Stream(completed.stderr_bytes, completed.truncated_stderr),
        value=outcome.value if outcome is not None else None,
        error=error_of(outcome, status, message),
        artifacts=artifacts,
        changed=changed,
        duration_ms=completed.duration_ms,
        message=message,
    )


def split_files(
    files: Mapping[str, bytes | None], run: CodeRun
) -> tuple[dict[str, bytes], dict[str, bytes | None]]:
    """Return the artifacts by their path in `OUTPUT_DIR`, and the changed files of the folders that are kept."""
    base = f"{OUTPUT_DIR}/"
    artifacts = {
        path.removeprefix(base): content
        for path, content in files.items()
        if path.startswith(base) and content is not None
    }
    folders = tuple(f"{folder}/" for folder in run.kept)
    changed = {path: content for path, content in files.items() if path.startswith(folders)}
    return artifacts, changed


def status_of(completed: Completed, outcome: Outcome | None) -> tuple[Status, str | None]:
    """Return how a process ended, and the reason in words."""
    if completed.error_class == "timeout":
        return "timeout", f"Execution timeout exceeded: {completed.message}"
    if completed.error_class == "cancelled":
        return "cancelled", "cancelled"
    if completed.error_class == "limit":
        is_memory = "more memory" in (completed.message or "")
        if is_memory:
            return "memory", f"Memory limit exceeded: {completed.message}"
        return "limit", completed.message
    if outcome is None:
        reason = completed.message or f"it ended with exit code {completed.exit_code}"
        return "failed", f"the code left no outcome: {reason}"
    if outcome.error is not None and outcome.error.type == "MemoryError":
        return "memory", "Memory limit exceeded: the code asked for more than it may have"
    if outcome.error is not None or completed.exit_code != 0:
        return "error", None
    return "ok", None


def error_of(outcome: Outcome | None, status: Status, message: str | None) -> CodeError | None:
    """Return the error of a run: what the code raised, or why it was ended."""
    if outcome is not None and outcome.error is not None:
        return outcome.error
    if status == "error":
        code = outcome.exit_code if outcome is not None else None
        # Without one it was the interpreter itself, such as when it cannot flush its streams.
        return CodeError("SystemExit", str(code or "the interpreter ended with an error"))
    names = {
        "timeout": "TimeoutError",
        "memory": "MemoryError",
        "limit": "LimitExceeded",
        "cancelled": "Cancelled",
        "failed": "NoOutcome",
    }
    return CodeError(names[status], message or "") if status in names else None
