"""Tools that run code: `run_python`, and `python_sandbox` with the fields that hosts know."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pybridge.errors import UsageError
from pybridge.mcp.answers import Answer, RunAnswer
from pybridge.mcp.kept import KeptOutputs
from pybridge.mcp.runs.once import OnceRun
from pybridge.mcp.runs.request import CodeRun, RunLimits, Running
from pybridge.mcp.tools.files import input_files
from pybridge.mcp.tools.sessions import Sessions
from pybridge.mcp.tools.tool import Done, Tool, Work, run_result_schema, schema
from pybridge.processes import Processes, runtimes

DEFAULT_TIMEOUT_S = 50.0
"""Below the 60 s after which clients give up."""

_RUN_PYTHON = """\
Run a Python program in a sandbox without network, and without files of the machine, and return what it prints, its value and its \
files. The value is the variable `result`, else the last expression. Files for the program go into INPUT_DIR by `files`; what it \
writes to OUTPUT_DIR comes back as artifacts. The standard library is there; packages are not."""


@dataclass(frozen=True)
class CodeRunner:
    """Runs the code of tools."""

    processes: Processes
    kept: KeptOutputs
    sessions: Sessions

    def start(
        self,
        run: CodeRun,
        shaped: Callable[[Answer], Answer] = lambda answer: answer,
        session: str | None = None,
    ) -> Work:
        """Start a run.

        Args:
            run: What is run.
            shaped: Gives the answer, which is run-result.v1, another shape.
            session: The session that it runs in; None for a fresh process.

        Raises:
            Invalid: when something cannot be passed on.
            UsageError: when the session cannot take it.
        """
        told = None
        running: Running
        if session is None:
            running = OnceRun(self.processes, run)
        else:
            if run.stdin:
                raise UsageError("a session has no standard input", "use `inputs`")
            running, is_new = self.sessions.start(session, run)
            told = _InSession(session, is_new, self.sessions)
        return _RunWork(running, run, self.kept, secrets.token_hex(8), shaped, told)

    def limits(self, arguments: Mapping[str, Any]) -> RunLimits:
        """Return the limits that the arguments ask for."""
        seconds = arguments.get("timeout_seconds", DEFAULT_TIMEOUT_S)
        return RunLimits(timeout_ms=round(seconds * 1000))


@dataclass(frozen=True)
class _InSession:
    """The session of a run."""

    name: str
    is_new: bool
    sessions: Sessions

    def to_json(self) -> dict[str, Any]:
        is_alive = self.sessions.is_alive(self.name)
        return {"id": self.name, "isNew": self.is_new, "isAlive": is_alive}


@dataclass(frozen=True)
class _RunWork:
    """A run, and how it is answered."""

    running: Running
    run: CodeRun
    kept: KeptOutputs
    run_id: str
    shaped: Callable[[Answer], Answer]
    session: _InSession | None

    def wait(self, timeout_s: float) -> Answer:
        result = self.running.wait(timeout_s)
        more: dict[str, Any] = {"limits": self.run.limits.to_json()}
        if self.session is not None:
            more["session"] = self.session.to_json()
        return self.shaped(RunAnswer(self.run_id, result, more).to_answer(self.kept))

    def cancel(self) -> None:
        self.running.cancel()


def code_tools(runner: CodeRunner) -> list[Tool]:
    """Return the tools that run code."""

    def run_python(arguments: Mapping[str, Any]) -> Work:
        return runner.start(
            CodeRun(
                code=arguments["code"],
                inputs=arguments.get("inputs"),
                args=arguments.get("args", ()),
                stdin=arguments.get("stdin", "").encode("utf-8"),
                files=input_files(arguments.get("files", {}), runner.kept),
                limits=runner.limits(arguments),
            ),
            session=arguments.get("session"),
        )

    def end_session(arguments: Mapping[str, Any]) -> Work:
        name = arguments["session"]
        is_ended = runner.sessions.end(name)
        return Done(
            Answer(f"the session {name} has ended" if is_ended else f"there was no session {name}")
        )

    def python_sandbox(arguments: Mapping[str, Any]) -> Work:
        run = CodeRun(
            code=arguments["code"],
            inputs=arguments.get("inputs"),
            limits=runner.limits(arguments),
        )
        return runner.start(run, _sandbox_answer)

    return [
        Tool(
            "run_python",
            "Run Python",
            _RUN_PYTHON,
            schema("runPython"),
            run_result_schema(),
            run_python,
            is_read_only=True,
        ),
        Tool(
            "python_sandbox",
            "Python sandbox",
            "Run Python code; `result` is its value. As `run_python`, with the fields that other hosts know.",
            schema("pythonSandbox"),
            schema("pythonSandboxResult"),
            python_sandbox,
            is_read_only=True,
        ),
        Tool(
            "end_session",
            "End a session",
            "End a session of `run_python`, with all that it holds.",
            schema("endSession"),
            None,
            end_session,
        ),
    ]


def _sandbox_answer(answer: Answer) -> Answer:
    """Return the answer of `python_sandbox`."""
    run = answer.structured or {}
    error = run["error"]
    text = answer.text
    if error is not None:
        text = f"error: {_reason(run)}"
    runtime = runtimes.find(runtimes.DEFAULT)
    structured = {
        "policy_id": "secure",
        "security_profile": "secure",
        "execution_mode": "wasi",
        "python": {"kind": "bundled", "path": None},
        "runtime": f"{runtime.name} {runtime.version}",
        "network_allowlist": [],
        "output": {
            "stdout": run["stdout"],
            "stderr": run["stderr"],
            "result": run["value"],
            "error": None if error is None else _reason(run),
            "output_files": run["artifacts"],
        },
    }
    return replace(answer, text=text, structured=structured)


def _reason(run: Mapping[str, Any]) -> str:
    """Return why a run failed, in the words that hosts know."""
    error = run["error"]
    if run["message"]:
        return str(run["message"])
    if error["type"] == "SyntaxError":
        place = f" (line {error['line']})" if error["line"] else ""
        return f"Syntax error in Python code: {error['message']}{place}"
    return f"Runtime error during execution: {error['type']}: {error['message']}"
