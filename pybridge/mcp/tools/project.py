"""Tools of a project: render a document, transform a post, run its utility scripts."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pybridge import abi
from pybridge.commands.scripts.listing import list_scripts
from pybridge.commands.session import limits_of
from pybridge.errors import JsonUnreadable
from pybridge.mcp.answers import TEXT_CHARACTERS, Answer, head_and_tail
from pybridge.mcp.runs.request import OWN_DIR
from pybridge.mcp.tools.command import CommandWork
from pybridge.mcp.tools.runner import DEFAULT_TIMEOUT_S, Asked, CodeRunner
from pybridge.mcp.tools.tool import Start, Tool, Work, run_result_schema, schema
from pybridge.project.discover import Project, ProjectOrBuiltIns
from pybridge.project.scripts import Script, read_scripts

HELPERS = f"{OWN_DIR}/helpers"
_LONGEST_NAME = 64
_LONGEST_DESCRIPTION = 2000


def project_tools(project: ProjectOrBuiltIns, runner: CodeRunner) -> list[Tool]:
    """Return the tools of a project; without one, those that need only the built-in macros.

    Raises:
        PybridgeError: when the project cannot be read.
    """
    return [*_document_tools(project), *(_script_tools(project, runner) if isinstance(project, Project) else ())]  # fmt: skip


def _document_tools(project: ProjectOrBuiltIns) -> list[Tool]:
    place = ["--project", str(project.root)] if isinstance(project, Project) else []

    def render(arguments: Mapping[str, Any]) -> Work:
        line = {name: arguments[name] for name in ("text", "path") if name in arguments}
        stdin = json.dumps(line).encode("ascii") + b"\n"
        argv = ["render", "--jsonl", *place]
        return CommandWork(argv, stdin, _timeout_s(arguments), _rendered)

    def transform(arguments: Mapping[str, Any]) -> Work:
        stdin = json.dumps(arguments["post"]).encode("ascii")
        argv = ["transform", "-", "--json", *place]
        return CommandWork(argv, stdin, _timeout_s(arguments), _transformed)

    return [
        Tool(
            "render",
            "Render macros",
            "Render the macros of a Markdown document, `[[name param=value]]`, with the scripts of the project.",
            schema("render"),
            schema("rendered"),
            render,
            is_read_only=True,
        ),
        Tool(
            "transform",
            "Transform a post",
            "Send a post through the enabled transforms of the project.",
            schema("transform"),
            None,
            transform,
            is_read_only=True,
        ),
    ]


def _timeout_s(arguments: Mapping[str, Any]) -> float:
    return float(arguments.get("timeout_seconds", DEFAULT_TIMEOUT_S))


def _rendered(stdout: bytes, stderr: bytes) -> Answer:
    value = _document(stdout)
    if value is None or "output" not in value:
        return _failed(value, stderr)
    structured = {name: value.get(name, []) for name in ("output", "macros", "warnings", "errors")}
    is_error = bool(structured["errors"])
    return Answer(head_and_tail(value["output"], TEXT_CHARACTERS), structured, is_error=is_error)


def _transformed(stdout: bytes, stderr: bytes) -> Answer:
    value = _document(stdout)
    if value is None or "post" not in value:
        return _failed(value, stderr)
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return Answer(head_and_tail(text, TEXT_CHARACTERS), value, is_error=bool(value["errors"]))


def _document(stdout: bytes) -> dict[str, Any] | None:
    """Return the JSON document that a command printed; None if it printed none."""
    try:
        value = abi.parse_json(stdout.decode("utf-8", "replace"), "output", keep_integers=True)
    except JsonUnreadable:
        return None
    return value if isinstance(value, dict) else None


def _failed(value: Mapping[str, Any] | None, stderr: bytes) -> Answer:
    error = (value or {}).get("error")
    text = error["message"] if error else stderr.decode("utf-8", "replace").strip()
    return Answer(head_and_tail(f"error: {text}", TEXT_CHARACTERS), is_error=True)


def _script_tools(project: Project, runner: CodeRunner) -> Iterator[Tool]:
    """Yield a tool for each enabled utility script."""
    infos, _ = list_scripts(project)
    files = read_scripts(project, limit=limits_of(project).input_bytes).scripts
    sources = {script.path: script for script in files}
    names: set[str] = set()
    for info in infos:
        script = sources.get(info["path"])
        name = tool_name(info["slug"])
        is_one = info["kind"] == "utility" and info["enabled"] and info["origin"] == "project"
        if not is_one or script is None or name in names:
            continue
        names.add(name)
        params = info.get("params")
        yield Tool(
            name,
            info["title"] or info["slug"],
            _description(script, info["title"]),
            _input_schema(params),
            run_result_schema(),
            _script_start(script, params, _helpers(script, files), runner),
            is_read_only=True,
        )


def _input_schema(params: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if not params:
        return schema("script")
    return {**params, "type": "object", "additionalProperties": False}


def tool_name(slug: str) -> str:
    """Return the name of the tool of a script."""
    return f"script_{re.sub('[^A-Za-z0-9_-]', '_', slug)}"[:_LONGEST_NAME]


def _helpers(script: Script, files: tuple[Script, ...]) -> dict[str, bytes]:
    """Return the helpers that a script may import, by their path in the sandbox."""
    return {
        f"{HELPERS}/{name}": each.content.encode("utf-8")
        for each in files
        if (name := each.path.rpartition("/")[2]).startswith("_") and each.domain == script.domain
    }


def _script_start(
    script: Script,
    params: Mapping[str, Any] | None,
    helpers: Mapping[str, bytes],
    runner: CodeRunner,
) -> Start:
    def start(arguments: Mapping[str, Any]) -> Work:
        return runner.start(
            Asked(
                tool_name(script.path),
                script.content,
                inputs={**_defaults(params), **arguments} if params else None,
                args=() if params else arguments.get("args", ()),
                files=helpers,
                paths=[HELPERS] if helpers else [],
                timeout_s=None if params else arguments.get("timeout_seconds"),
            )
        )

    return start


def _defaults(params: Mapping[str, Any]) -> dict[str, Any]:
    properties = params.get("properties", {})
    return {name: each["default"] for name, each in properties.items() if "default" in each}


def _description(script: Script, title: str) -> str:
    """Return the docstring of a script, without running it."""
    try:
        found = ast.get_docstring(ast.parse(script.content))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        found = None
    return (found or title or script.path)[:_LONGEST_DESCRIPTION]
