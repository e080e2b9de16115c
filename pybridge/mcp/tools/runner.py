"""Starts the code of tools under the policy that holds, and answers with what came out."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pybridge.errors import UsageError
from pybridge.mcp.answers import Answer, RunAnswer
from pybridge.mcp.audit import AuditLog
from pybridge.mcp.folders.approved import Approved, chosen
from pybridge.mcp.folders.copies import Change, files_of, write_back
from pybridge.mcp.kept import KeptOutputs
from pybridge.mcp.policies.effective import Effective, HostPolicy, effective, require_walls
from pybridge.mcp.runs.native import WARNING, NativeRun
from pybridge.mcp.runs.once import OnceRun
from pybridge.mcp.runs.request import CodeRun, Running
from pybridge.mcp.runs.result import RunResult
from pybridge.mcp.tools.sessions import Sessions
from pybridge.mcp.tools.tool import Work
from pybridge.processes import Processes

DEFAULT_TIMEOUT_S = 50.0
"""Below the 60 s after which clients give up."""
_MOST_NAMED = 100
"""Files of a run in a line of the audit log."""
_LAST_WORDS_S = 10.0


@dataclass(frozen=True)
class Asked:
    """What a tool wants to be run."""

    tool: str
    code: str
    inputs: Any = None
    args: Sequence[str] = ()
    stdin: bytes = b""
    files: Mapping[str, bytes] = field(default_factory=dict)
    paths: Sequence[str] = ()
    policy_id: str | None = None
    timeout_s: float | None = None
    approved_folders: Sequence[str] | None = None
    session: str | None = None


@dataclass(frozen=True)
class CodeRunner:
    """Runs the code of tools."""

    processes: Processes
    kept: KeptOutputs
    sessions: Sessions
    host: HostPolicy
    folders: Sequence[Approved] = ()
    audit: AuditLog | None = None

    def start(
        self, asked: Asked, shaped: Callable[[Answer], Answer] = lambda answer: answer
    ) -> Work:
        """Start a run.

        Args:
            asked: What is run.
            shaped: Gives the answer, which is run-result.v1, another shape.

        Raises:
            PolicyRefused: when the host does not allow it.
            Invalid: when something cannot be passed on.
            UsageError: when the session cannot take it.
            OutputFailed: when the audit log cannot be written; nothing is run then.
        """
        timeout_ms = None if asked.timeout_s is None else round(asked.timeout_s * 1000)
        policy = effective(self.host, asked.policy_id, timeout_ms, round(DEFAULT_TIMEOUT_S * 1000))
        require_walls(policy.policy)
        is_native = policy.policy.mode == "yolo"
        folders = () if is_native else self.folders  # native code sees every file
        seen, refused = chosen(folders, asked.approved_folders, policy.policy.files)
        run = _code_run(asked, policy, seen)
        record = _Record(
            self.audit if policy.policy.is_audited else None, secrets.token_hex(8), asked
        )
        record.begin(policy, run)
        running, session = self._started(asked, run, is_native)
        notes = [f"not an approved folder: {each[:200]}" for each in refused]
        notes += [WARNING] if is_native else []
        return _RunWork(running, run, policy, seen, self.kept, record, shaped, session, notes)

    def _started(
        self, asked: Asked, run: CodeRun, is_native: bool
    ) -> tuple[Running, _InSession | None]:
        if is_native and asked.session is not None:
            raise UsageError("sessions live in the sandbox only", "leave session or policy_id out")
        if is_native:
            return NativeRun(run), None
        if asked.session is None:
            return OnceRun(self.processes, run), None
        if run.stdin:
            raise UsageError("a session has no standard input", "use `inputs`")
        running, is_new = self.sessions.start(asked.session, run)
        return running, _InSession(asked.session, is_new, self.sessions)


def _code_run(asked: Asked, policy: Effective, seen: Sequence[Approved]) -> CodeRun:
    limits = policy.policy.resources
    return CodeRun(
        code=asked.code,
        inputs=asked.inputs,
        args=asked.args,
        stdin=asked.stdin,
        files={**files_of(seen, limits), **asked.files},
        folders=[each.guest for each in seen],
        paths=asked.paths,
        kept=[each.guest for each in seen if each.is_writable],
        limits=limits,
    )


@dataclass(frozen=True)
class _InSession:
    """The session of a run."""

    name: str
    is_new: bool
    sessions: Sessions

    def to_json(self) -> dict[str, Any]:
        is_alive = self.sessions.is_alive(self.name)
        return {"id": self.name, "isNew": self.is_new, "isAlive": is_alive}


class _Record:
    """The lines of a run in the audit log."""

    def __init__(self, log: AuditLog | None, run_id: str, asked: Asked) -> None:
        self.run_id = run_id
        self._log = log
        self._asked = asked
        self._lock = threading.Lock()
        self._has_ended = False

    def begin(self, policy: Effective, run: CodeRun) -> None:
        self._write(
            "run.start",
            tool=self._asked.tool,
            session=self._asked.session,
            policy=policy.to_json(),
            limits=run.limits.to_json(),
            codeSha256=hashlib.sha256(run.code.encode("utf-8")).hexdigest(),
            filesIn=[_named(path, each) for path, each in list(run.files.items())[:_MOST_NAMED]],
            fileCount=len(run.files),
        )

    def end(self, result: RunResult, changes: Sequence[Change]) -> None:
        with self._lock:
            if self._has_ended:
                return
            self._has_ended = True
        made = list(result.artifacts.items())[:_MOST_NAMED]
        self._write(
            "run.end",
            status=result.status,
            exitCode=result.exit_code,
            durationMs=round(result.duration_ms, 1),
            error=None if result.error is None else result.error.type,
            artifacts=[_named(path, each) for path, each in made],
            changes=[each.to_json() for each in changes[:_MOST_NAMED]],
        )

    def _write(self, event: str, **members: Any) -> None:
        if self._log is not None:
            self._log.write({"event": event, "run": self.run_id, **members})


def _named(path: str, content: bytes) -> dict[str, Any]:
    return {"path": path, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


@dataclass(frozen=True)
class _RunWork:
    """A run, and how it is answered."""

    running: Running
    run: CodeRun
    policy: Effective
    seen: Sequence[Approved]
    kept: KeptOutputs
    record: _Record
    shaped: Callable[[Answer], Answer]
    session: _InSession | None
    notes: list[str]

    def wait(self, timeout_s: float) -> Answer:
        result = self.running.wait(timeout_s)
        changes = self._written_back(result)
        self.record.end(result, changes)
        more: dict[str, Any] = {
            "limits": self.run.limits.to_json(),
            "policy": self.policy.to_json(),
            "folders": [each.to_json() for each in self.seen],
            "changes": [each.to_json() for each in changes],
        }
        if self.session is not None:
            more["session"] = self.session.to_json()
        answer = RunAnswer(self.record.run_id, result, more, [*self.notes])
        return self.shaped(answer.to_answer(self.kept))

    def cancel(self) -> None:
        self.running.cancel()
        threading.Thread(target=self._follow_end, daemon=True).start()

    def _follow_end(self) -> None:
        """Record the end of a run that nobody waits for."""
        try:
            result = self.running.wait(_LAST_WORDS_S)
        except TimeoutError:
            result = RunResult("cancelled", 0)
        self.record.end(result, ())

    def _written_back(self, result: RunResult) -> list[Change]:
        if result.status in ("ok", "error"):
            return write_back(self.seen, self.run.files, result.changed)
        return [
            Change(path, "refused", f"the run did not end by itself: {result.status}")
            for path in sorted(result.changed)
        ]
