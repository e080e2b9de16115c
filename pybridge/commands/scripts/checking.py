"""Report all mistakes in scripts, without running them."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Protocol

from pybridge import notices
from pybridge.commands.scripts.listing import conflict_problem
from pybridge.commands.session import limits_of
from pybridge.engines import DEFAULT_ENGINE, open_engine
from pybridge.engines.protocol import Engine
from pybridge.errors import DocumentUnreadable, PybridgeError, UsageError
from pybridge.project.discover import Project, ProjectOrBuiltIns
from pybridge.project.documents import boundary
from pybridge.project.parsing import PARSING
from pybridge.project.scripts import find_scripts
from pybridge.project.text import read_text
from pybridge.project.tree import MAX_SCRIPT_BYTES
from pybridge.scripts_store.advice import advise, advise_on_name
from pybridge.scripts_store.index.plan import FileState, clashes
from pybridge.scripts_store.seed import Default, shipped

OLDEST_PYTHON = "3.12"
"""The oldest Python that scripts run on; its syntax runs everywhere."""

_NEWER = re.compile(r"\bt[rR]?['\"]|except +\w+ *,|\[[^\]]*\b\w+ *= *[^\]=]+\]\s*[(:]")


class Reader(Protocol):
    """The part of an engine that reads scripts."""

    def check(self, path: str, content: str) -> dict[str, Any]:
        """Return `{script, problems}` of a script, without running it."""
        ...


def check_scripts(
    paths: Sequence[Path], project: ProjectOrBuiltIns, engine: Reader | None = None
) -> dict[str, Any]:
    """Return cli-check.v1 of the scripts in *paths*, or of all of the project's.

    Args:
        paths: Files and folders; empty for the whole project.
        project: Where they are.
        engine: What reads them; None for one of its own.

    Raises:
        UsageError: when there is nothing to check.
    """
    own = find_scripts(project.root) if isinstance(project, Project) and not paths else None
    files = [*own.scripts, *own.helpers] if own else _named(paths)
    limit = min(limits_of(project).input_bytes, MAX_SCRIPT_BYTES)
    defaults = shipped()
    with open_checker() if engine is None else nullcontext(engine) as reader:
        checked = [_check(path, project, reader, limit, defaults) for path in files]
    if own is not None:
        for found in own.impossible:
            checked.append(_entry(found.path, None, [found.error.to_json()]))
        _add_conflicts(checked)
    checked.sort(key=lambda entry: entry["path"])
    return {"ok": not any(entry["problems"] for entry in checked), "scripts": checked}


def open_checker() -> Engine:
    """Open an engine that reads scripts: the sandbox with the oldest Python, else the Python at hand."""
    try:
        return open_engine(DEFAULT_ENGINE, notify=notices.waiting)
    except PybridgeError:
        return open_engine("native")


def _check(
    path: Path, project: ProjectOrBuiltIns, engine: Reader, limit: int, defaults: Sequence[Default]
) -> dict[str, Any]:
    name = project.name_of(path)
    try:
        text = read_text(path, limit=limit, name=name, root=boundary(path, project))
    except PybridgeError as error:
        return _entry(name, None, [error.to_json()])
    return check_text(name, text, engine, defaults)


def check_text(
    name: str, text: str, engine: Reader, defaults: Sequence[Default] | None = None
) -> dict[str, Any]:
    """Return the checkedScript of cli-check.v1 for a text, which need not be in a file.

    Args:
        name: The script's path.
        text: The whole file.
        engine: What reads it.
        defaults: The built-in macros; None to look them up.
    """
    defaults = shipped() if defaults is None else defaults
    found = engine.check(name, text)
    script = found["script"]
    is_own = hashlib.sha256(text.encode()).hexdigest() not in {each.sha256 for each in defaults}
    slug = script["slug"] if script["kind"] == "macro" and is_own else None
    advice = [
        *advise_on_name(name, slug),
        *advise(text, slug, {each.slug for each in defaults}),
    ]
    problems = [_portable(problem, text) for problem in found["problems"]]
    return _entry(name, script, problems, [each.to_json() for each in advice])


def _entry(
    path: str,
    script: dict[str, Any] | None,
    problems: list[dict[str, Any]],
    warnings: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    return {"path": path, "script": script, "problems": problems, "warnings": list(warnings)}


def _portable(problem: dict[str, Any], text: str) -> dict[str, Any]:
    """Add a hint to a syntax error that a newer Python would accept."""
    if problem["code"] != "syntax" or "hint" in problem:
        return problem
    line = problem.get("script", {}).get("line", 1)
    lines = text.splitlines()
    is_newer = _parses(text) or (line <= len(lines) and _NEWER.search(lines[line - 1]))
    hint = f"newer than Python {OLDEST_PYTHON}, the oldest that scripts run on"
    return {**problem, "hint": hint} if is_newer else problem


def _parses(text: str) -> bool:
    try:
        with PARSING:
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _add_conflicts(checked: list[dict[str, Any]]) -> None:
    entries = {entry["path"]: entry for entry in checked if entry["script"]}
    states = [
        FileState(path, "", entry["script"]["id"], entry["script"]["slug"], entry["script"]["enabled"])
        for path, entry in entries.items()
    ]  # fmt: skip
    for clash in clashes(states):
        for path in clash.paths[1:]:
            entries[path]["problems"].append(conflict_problem(path, clash))


def _named(paths: Sequence[Path]) -> list[Path]:
    if not paths:
        raise UsageError("no scripts to check: there is no project here", "name files or folders")
    found: list[Path] = []
    for path in paths:
        found.extend(_inside(path) if path.is_dir() else [path])
    if not found:
        raise UsageError(f"no scripts in {', '.join(map(str, paths))}", "scripts end in .py")
    return found


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)
    except OSError as error:
        raise DocumentUnreadable.of(folder, error) from error
