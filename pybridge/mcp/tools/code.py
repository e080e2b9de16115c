"""Tools that run code: `run_python`, and `python_sandbox` with the fields that hosts know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pybridge.errors import UsageError
from pybridge.mcp.answers import Answer
from pybridge.mcp.runs.native import interpreter
from pybridge.mcp.tools.files import input_files
from pybridge.mcp.tools.runner import Asked, CodeRunner
from pybridge.mcp.tools.tool import Done, Tool, Work, run_result_schema, schema
from pybridge.processes import runtimes

_RUN_PYTHON = """\
Run a Python program in a sandbox without network, and return what it prints, its value and its files. The value is the variable \
`result`, else the last expression. Files for the program go into INPUT_DIR by `files`; what it writes to OUTPUT_DIR comes back as \
artifacts. The standard library is there; packages are not."""


def code_tools(runner: CodeRunner) -> list[Tool]:
    """Return the tools that run code."""
    return [_run_python(runner), _python_sandbox(runner), _end_session(runner)]


def _run_python(runner: CodeRunner) -> Tool:
    def start(arguments: Mapping[str, Any]) -> Work:
        asked = replace(
            _asked("run_python", arguments),
            args=arguments.get("args", ()),
            stdin=arguments.get("stdin", "").encode("utf-8"),
            files=input_files(arguments.get("files", {}), runner.kept),
            session=arguments.get("session"),
        )
        return runner.start(asked)

    title, arguments = "Run Python", schema("runPython")
    return Tool("run_python", title, _describe(runner), arguments, run_result_schema(), start)


def _describe(runner: CodeRunner) -> str:
    """Return the description, with the folders that code sees."""
    told = [f"{each.guest} ({each.to_json()['access']})" for each in runner.folders]
    return f"{_RUN_PYTHON} It sees these folders: {', '.join(told)}." if told else _RUN_PYTHON


def _asked(tool: str, arguments: Mapping[str, Any]) -> Asked:
    return Asked(
        tool,
        arguments["code"],
        inputs=arguments.get("inputs"),
        policy_id=arguments.get("policy_id"),
        timeout_s=arguments.get("timeout_seconds"),
        approved_folders=arguments.get("approved_folders"),
    )


def _end_session(runner: CodeRunner) -> Tool:
    def start(arguments: Mapping[str, Any]) -> Work:
        name = arguments["session"]
        if runner.sessions.end(name):
            return Done(Answer(f"the session {name} has ended"))
        return Done(Answer(f"there was no session {name}"))

    text = "End a session of `run_python`, with all that it holds."
    return Tool("end_session", "End a session", text, schema("endSession"), None, start)


def _python_sandbox(runner: CodeRunner) -> Tool:
    def start(arguments: Mapping[str, Any]) -> Work:
        _require_possible(arguments)
        return runner.start(_asked("python_sandbox", arguments), _sandbox_answer)

    text = "Run Python code; `result` is its value. As `run_python`, with the fields that other hosts know."
    output = schema("pythonSandboxResult")
    return Tool("python_sandbox", "Python sandbox", text, schema("pythonSandbox"), output, start)


def _require_possible(arguments: Mapping[str, Any]) -> None:
    """Return if the arguments ask for nothing that is missing here.

    Raises:
        UsageError: when they do.
    """
    if arguments.get("python_env"):
        raise UsageError("there are no managed environments here", "leave python_env out")
    if arguments.get("network_allowlist"):
        problem = "nothing here lets only some hosts pass, so no host can be reached"
        raise UsageError(f"network_allowlist: {problem}", "leave it out; pass data on in `inputs`")
    if arguments.get("python_runtime") == "system" and arguments.get("policy_id") != "yolo":
        raise UsageError("the Python of the machine runs under the policy yolo only", "leave python_runtime out")  # fmt: skip


def _sandbox_answer(answer: Answer) -> Answer:
    """Return the answer of `python_sandbox`."""
    run = answer.structured or {}
    error = None if run["error"] is None else _reason(run)
    is_native = run["policy"]["mode"] == "yolo"
    runtime = runtimes.find(runtimes.DEFAULT)
    structured = {
        "policy_id": run["policy"]["name"],
        "security_profile": run["policy"]["mode"],
        "execution_mode": "native" if is_native else "wasi",
        "python": {"kind": "system", "path": interpreter()}
        if is_native
        else {"kind": "bundled", "path": None},
        "runtime": "system" if is_native else f"{runtime.name} {runtime.version}",
        "network_allowlist": [],
        "output": {
            "stdout": run["stdout"],
            "stderr": run["stderr"],
            "result": run["value"],
            "error": error,
            "output_files": run["artifacts"],
        },
    }
    text = answer.text if error is None else f"error: {error}"
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
