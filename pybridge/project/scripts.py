"""Read the scripts of a project, and the built-in ones it does not replace."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pybridge import resources
from pybridge.errors import InputTooLarge, PybridgeError
from pybridge.formats.json_text import decode_json
from pybridge.macros.scripts.metadata import is_helper
from pybridge.project.discover import SCRIPTS_FOLDER, BuiltIns, Project, ProjectOrBuiltIns
from pybridge.project.text import read_text
from pybridge.project.tree import MAX_SCRIPT_BYTES, ScriptTooLarge, walk
from pybridge.storage.regular_file import read_regular

SEEDED_FILE = ".defaults.json"

Origin = Literal["default", "project"]


@dataclass(frozen=True)
class Script:
    """A script as an engine loads it."""

    path: str
    """What messages name, such as `scripts/map.py`."""
    content: str
    """The whole file, header included."""
    origin: Origin = "project"
    enabled: bool | None = None
    """Overrides the header; None keeps its value."""
    domain: str = ""
    """Its trust domain: scripts of different domains share no interpreter. Empty for the common one."""
    elsewhere: bool = False
    """Whether the engine it is loaded into belongs to another domain: it is known there and never run."""

    alone: bool = False
    """Whether the worker it is loaded into is for it and its helpers alone."""
    apart: bool = False
    """Whether it has an interpreter of its own, self-contained or not; a helper is in those of its users."""
    packages: tuple[str, ...] = ()
    """Modules of packages that scripts of its trust domain may import, beside those that all scripts may."""

    @property
    def sha256(self) -> str:
        """Hash of the content."""
        return hashlib.sha256(self.content.encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return the script as the engine's `load` message holds it."""
        value: dict[str, Any] = {"path": self.path, "content": self.content, "origin": self.origin}
        if self.elsewhere:
            value["elsewhere"] = True
        if self.alone:
            value["alone"] = True
        if self.apart:
            value["apart"] = True
        if self.packages:
            value["packages"] = list(self.packages)
        return value if self.enabled is None else {**value, "enabled": self.enabled}

    def to_source(self) -> dict[str, Any]:
        """Return the script as `PythonRuntime.load` takes it."""
        value: dict[str, Any] = {
            "path": self.path,
            "content": self.content,
            "origin": self.origin,
        }
        if self.packages:
            value["packages"] = list(self.packages)
        return {**value, "domain": self.domain} if self.domain else value


@dataclass(frozen=True)
class UnreadableScript:
    """A script file that cannot be read."""

    path: str
    error: PybridgeError


@dataclass(frozen=True)
class ScriptFiles:
    """All scripts of a project, and the files that could not be read."""

    scripts: tuple[Script, ...]
    unreadable: tuple[UnreadableScript, ...] = ()


def read_scripts(project: ProjectOrBuiltIns, *, limit: int) -> ScriptFiles:
    """Read the built-in scripts and the project's own; a bad file never stops the others.

    A seeded copy that was not changed still counts as built-in. A seeded one that was deleted is not
    loaded.
    """
    defaults = {path.name: path.read_text("utf-8") for path in default_files()}
    if isinstance(project, BuiltIns):
        return ScriptFiles(tuple(_defaults(defaults)))
    own, unreadable = _read_own(project, limit, set(map(_hash, defaults.values())))
    seeded = _seeded(project.root)
    names = seeded | {Path(script.path).name for script in own}
    left = {name: text for name, text in defaults.items() if name not in names}
    return ScriptFiles((*_defaults(left), *own), tuple(unreadable))


def default_files() -> list[Path]:
    """List the built-in scripts' files."""
    return sorted(resources.default_scripts().glob("*.py"))


def read_helpers(project: ProjectOrBuiltIns, *, limit: int) -> ScriptFiles:
    """Read the modules that a project's scripts may import."""
    if isinstance(project, BuiltIns):
        return ScriptFiles(())
    read, unreadable = _read(project, find_scripts(project.root).helpers, limit, set())
    return ScriptFiles(tuple(read), tuple(unreadable))


@dataclass(frozen=True)
class FoundScripts:
    """The files in `scripts/`, not read yet; sorted by path."""

    scripts: tuple[Path, ...]
    """Files whose names do not begin with `_` or `.`."""
    helpers: tuple[Path, ...]
    """Modules that scripts may import: names with one leading `_`."""
    impossible: tuple[UnreadableScript, ...]
    """What looks like a script and cannot be one: folders, links out of the project."""


def find_scripts(root: Path) -> FoundScripts:
    """List a project's script files, in one walk."""
    tree = walk(root, None)
    paths = sorted(root / path for path in tree.scripts)
    return FoundScripts(
        tuple(path for path in paths if not path.name.startswith("_")),
        tuple(path for path in paths if is_helper(path.name)),
        tuple(UnreadableScript(path, tree.problems[path]) for path in sorted(tree.problems)),
    )


def _defaults(files: dict[str, str]) -> Iterator[Script]:
    return (Script(f"default_scripts/{name}", text, "default") for name, text in files.items())


def _read_own(
    project: Project, limit: int, shipped: set[str]
) -> tuple[list[Script], list[UnreadableScript]]:
    found = find_scripts(project.root)
    files = [*found.helpers, *found.scripts]
    scripts, unreadable = _read(project, files, min(limit, MAX_SCRIPT_BYTES), shipped)
    return scripts, [*unreadable, *found.impossible]


def _read(
    project: Project, files: Sequence[Path], limit: int, shipped: set[str]
) -> tuple[list[Script], list[UnreadableScript]]:
    scripts: list[Script] = []
    unreadable: list[UnreadableScript] = []
    for path in files:
        name = path.relative_to(project.root).as_posix()
        try:
            content = read_text(path, limit=limit, name=name, root=project.root)
        except InputTooLarge as error:
            large = ScriptTooLarge(name, error.size, error.limit)
            unreadable.append(UnreadableScript(name, large))
        except PybridgeError as error:
            unreadable.append(UnreadableScript(name, error))
        else:
            is_default = _hash(content) in shipped
            domain = "" if is_default else project.settings.trust.domain_of(name)
            origin: Origin = "default" if is_default else "project"
            scripts.append(Script(name, content, origin, domain=domain))
    return scripts, unreadable


def _hash(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def _seeded(root: Path) -> set[str]:
    """Return the names of the seeded files; empty where the record is missing or broken."""
    try:
        raw, _ = read_regular(root / SCRIPTS_FOLDER / SEEDED_FILE, root=root, most=MAX_SCRIPT_BYTES)
        record = decode_json(raw.decode("utf-8"))
    except (OSError, ValueError):
        return set()
    seeded = record.get("seeded") if isinstance(record, dict) else None
    return set(seeded) if isinstance(seeded, dict) else set()
