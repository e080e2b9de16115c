"""Where a runtime's scripts come from, and its limits."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pybridge import abi
from pybridge.commands.session import limits_of
from pybridge.engines.limits import Limits
from pybridge.errors import InputTooLarge, UsageError
from pybridge.project.discover import BuiltIns, Project, ProjectOrBuiltIns, find_project
from pybridge.project.scripts import Script, ScriptFiles, UnreadableScript, read_scripts
from pybridge.project.text import read_text
from pybridge.project.tree import MAX_SCRIPT_BYTES

Place = str | os.PathLike[str]
Scripts = Mapping[str, str] | Place
"""Sources by name (`{"greet": "def render(context): …"}`), or a folder of `.py` files."""


def project_of(project: Place | None, scripts: Scripts | None) -> ProjectOrBuiltIns:
    """Return the project, or the built-in macros without one.

    Raises:
        UsageError: when there are scripts beside a project, or *scripts* is neither sources nor a folder.
        ProjectMissing: when *project* is not one.
    """
    if project is not None and scripts is not None:
        raise UsageError(
            "a runtime takes project or scripts, not both", "put them into the project"
        )
    if isinstance(scripts, Mapping):
        for name, source in scripts.items():
            if not isinstance(name, str) or not name.strip() or not isinstance(source, str):
                raise UsageError(f"scripts: the source of {name!r} must be text, by its name")
    elif scripts is not None and not Path(scripts).is_dir():
        raise UsageError(f"scripts: {os.fspath(scripts)} is not a folder")
    if project is None:
        return BuiltIns()
    found = find_project(Path.cwd(), Path(project))
    assert found is not None
    return found


def limits_for(project: ProjectOrBuiltIns, given: Limits | None) -> Limits:
    """Return the limits of pybridge.toml within those *given*, or those alone where it sets none."""
    own = limits_of(project)
    if given is None:
        return own
    if not isinstance(project, Project):
        return given
    named = {abi.to_snake(name) for name in project.settings.limits}
    capped = own.capped(given)
    return replace(given, **{name: getattr(capped, name) for name in named})


def script_files(project: ProjectOrBuiltIns, scripts: Scripts | None, limit: int) -> ScriptFiles:
    """Read the scripts as they are now, and the built-in ones that they do not replace."""
    if scripts is None:
        return read_scripts(project, limit=limit)
    own = _given(scripts) if isinstance(scripts, Mapping) else _read(Path(scripts), limit)
    names = {Path(script.path).name for script in own.scripts}
    built_in = read_scripts(BuiltIns(), limit=limit).scripts
    kept = (script for script in built_in if Path(script.path).name not in names)
    return ScriptFiles((*kept, *own.scripts), own.unreadable)


def sources_of(scripts: Scripts) -> dict[str, str]:
    """Return the sources by name: those *scripts* holds, or those in its folder as they are now.

    Raises:
        UsageError: when it is neither sources nor a folder.
        PybridgeError: when a file cannot be read.
    """
    project_of(None, scripts)
    if isinstance(scripts, Mapping):
        return dict(scripts)
    read = _read(Path(scripts), MAX_SCRIPT_BYTES).scripts
    return {Path(script.path).stem: script.content for script in read}


def _given(scripts: Mapping[str, str]) -> ScriptFiles:
    found: list[Script] = []
    refused: list[UnreadableScript] = []
    for name, source in scripts.items():
        path = f"scripts/{name.removesuffix('.py')}.py"
        size = len(source.encode("utf-8", "replace"))
        if size > MAX_SCRIPT_BYTES:
            refused.append(
                UnreadableScript(path, InputTooLarge(path, size, MAX_SCRIPT_BYTES, setting=None))
            )
        else:
            found.append(Script(path, source))
    return ScriptFiles(tuple(found), tuple(refused))


def _read(folder: Path, limit: int) -> ScriptFiles:
    found: list[Script] = []
    for path in sorted(folder.glob("*.py")):
        name = f"scripts/{path.name}"
        text = read_text(path, limit=min(limit, MAX_SCRIPT_BYTES), name=name, root=folder)
        found.append(Script(name, text))
    return ScriptFiles(tuple(found))
