"""Look at scripts without running them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pybridge.commands.session import limits_of, open_session
from pybridge.engines import EngineChoice
from pybridge.engines.protocol import JsonObject
from pybridge.errors import DocumentUnreadable, PybridgeError, UsageError
from pybridge.project.discover import Project
from pybridge.project.scripts import ScriptFiles, helper_files, script_files
from pybridge.project.text import read_text

READING_ENGINE = EngineChoice("native")
"""Reads scripts, never executes one: there is nothing to be boxed in but a crash of the compiler."""


def list_scripts(project: Project) -> tuple[list[JsonObject], list[PybridgeError | str]]:
    """Return script.v1 of every script, sorted by slug, and notes."""
    with open_session(project, READING_ENGINE) as session:
        scripts = [script for script in session.scripts if script["kind"] != "helper"]
        ordered = sorted(scripts, key=lambda script: (script["slug"], script["path"]))
        return ordered, session.notes()


def check_scripts(paths: Sequence[Path], project: Project) -> JsonObject:
    """Return cli-check.v1 of the scripts in *paths*, or of all of the project's.

    Raises:
        UsageError: when there is nothing to check.
    """
    files = _files(paths, project)
    limit = limits_of(project).input_bytes
    with open_session(project, READING_ENGINE, ScriptFiles(())) as session:
        checked: list[JsonObject] = []
        for path in files:
            name = project.name_of(path)
            try:
                content = read_text(path, limit=limit, name=name)
            except PybridgeError as error:
                checked.append({"path": name, "script": None, "problems": [error.to_json()]})
            else:
                checked.append({"path": name, **session.engine.check(name, content)})
    return {"ok": not any(script["problems"] for script in checked), "scripts": checked}


def _files(paths: Sequence[Path], project: Project) -> list[Path]:
    if not paths:
        if project.root is None:
            raise UsageError(
                "no scripts to check: there is no project here", "name files or folders"
            )
        return sorted([*script_files(project.root), *helper_files(project.root)])
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
