"""The table of processes in `cases.json`: each with what it is given and what it must do, on every runtime and host."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

CASES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("cases.json").read_text("utf-8"))[
    "cases"
]
NEVER_EXEMPT = frozenset({"process", "files", "print", "errors", "command", "limits"})
"""Groups that every runtime has to pass."""


def invocation_of(case: Mapping[str, Any]) -> dict[str, Any]:
    """Return the invocation.v1 of a case."""
    members = ("argv", "pipeline", "stdin", "files", "env", "cwd", "limits")
    return {name: case[name] for name in members if name in case}


def differences(case: Mapping[str, Any], completed: Mapping[str, Any]) -> list[str]:
    """Return in which ways a completed.v1 is not what the case says; none if it is."""
    return list(_differences(case, completed))


def judged(
    case: Mapping[str, Any], completed: Mapping[str, Any], exempt: Collection[str]
) -> list[str]:
    """Return what is wrong with the outcome of a case on a runtime that does not claim the cases named in *exempt*."""
    found = differences(case, completed)
    if case["name"] not in exempt:
        return found
    if case["group"] in NEVER_EXEMPT:
        return [f"cases of {case['group']} cannot be exempt"]
    return [] if found else ["it passes, so it cannot be exempt"]


def _differences(case: Mapping[str, Any], done: Mapping[str, Any]) -> Iterator[str]:
    code, expected = done["exitCode"], case.get("exit", 0)
    is_right = {"any": True, "nonzero": code != 0}.get(expected, code == expected)
    if not is_right:
        yield f"exit code {code}, not {expected}: {done.get('message')} {done['stderr'][-300:]}"
    stdout = case.get("stdout")
    if stdout is not None and done["stdout"] != stdout:
        yield f"stdout {done['stdout'][:200]!r}, not {stdout[:200]!r}: {done['stderr'][-300:]}"
    yield from (
        f"no {text!r} in stdout" for text in case.get("stdoutHas", ()) if text not in done["stdout"]
    )
    if case.get("stderrHas", "") not in done["stderr"]:
        yield f"no {case['stderrHas']!r} in stderr: {done['stderr'][-300:]!r}"
    for path, content in case.get("filesOut", {}).items():
        if done["files"].get(path) != content:
            yield f"{path} is {done['files'].get(path)!r}, not {content!r}"
    if ("truncated:stdout" in case.get("needs", ())) != done["truncated"]["stdout"]:
        yield f"truncated is {done['truncated']}"
