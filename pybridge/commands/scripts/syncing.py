"""Bring index and files together."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Literal

from pybridge.commands.script_reader import EngineScriptReader
from pybridge.errors import ProjectMissing, PybridgeError
from pybridge.errors.text import error_text
from pybridge.project.discover import SCRIPTS_FOLDER, Project
from pybridge.scripts_store.compare import Comparison, bring_back, compare
from pybridge.scripts_store.index.database import Index
from pybridge.scripts_store.index.plan import Plan
from pybridge.scripts_store.storage.disk import Disk
from pybridge.scripts_store.sync import SyncReport, index_path, sync_some
from pybridge.scripts_store.sync import sync as sync_index

Side = Literal["disk", "index"]


def require_root(project: Project) -> None:
    """Refuse to work without a project.

    Raises:
        ProjectMissing: when there is none.
    """
    if project.root is None:
        from pathlib import Path

        raise ProjectMissing(Path.cwd())


def sync(
    project: Project,
    *,
    prefer: Side = "disk",
    fresh: bool = False,
    paths: Collection[str] | None = None,
    disk: Disk | None = None,
) -> dict[str, Any]:
    """Return cli-sync.v1 of a sync.

    Args:
        project: Which.
        prefer: `index` writes the index's metadata into the files first.
        fresh: Make the whole index anew.
        paths: Only these scripts, under their old or new paths; None for all.
        disk: What reads and writes.
    """
    require_root(project)
    files = disk or Disk()
    with EngineScriptReader() as reader:
        written: list[str] = []
        if prefer == "index":
            found = compare(project, disk=files, reader=reader)
            chosen = found if paths is None else _chosen(found, paths)
            written = bring_back(project, chosen, disk=files)
        if paths is None:
            done = sync_index(project, disk=files, reader=reader, fresh=fresh)
        else:
            done = sync_some(project, set(paths), disk=files, reader=reader, keep=True)
    return {**_told(done), "written": written, "index": _counts(project)}


def _chosen(found: Comparison, paths: Collection[str]) -> Comparison:
    differences = [each for each in found.differences if each.path in paths]
    return Comparison(found.plan, tuple(differences))


def _counts(project: Project) -> dict[str, int]:
    with Index.open(index_path(project)) as index:
        scripts = len(index.records())
        return {"scripts": scripts, "documents": index.file_count - scripts - len(index.problems())}


def _told(done: SyncReport) -> dict[str, Any]:
    plan = done.plan
    return {
        **brief(plan),
        "conflicting": [clash.to_json() for clash in plan.conflicting],
        "problems": list(done.problems.values()),
        "notes": notes_text(done.notes),
    }


def brief(plan: Plan) -> dict[str, Any]:
    """Return the paths in a plan: of scripts, and how many documents."""
    lists = {
        "added": [state.path for state in plan.added],
        "changed": [move.new.path for move in plan.changed],
        "removed": [state.path for state in plan.removed],
    }
    scripts = {name: [path for path in paths if _is_script(path)] for name, paths in lists.items()}
    moved = [{"from": move.old.path, "to": move.new.path} for move in plan.moved]
    documents = sum(not _is_script(path) for paths in lists.values() for path in paths)
    return {**scripts, "moved": moved, "documents": documents}


def _is_script(path: str) -> bool:
    return path.startswith(f"{SCRIPTS_FOLDER}/") and path.endswith(".py")


def notes_text(notes: Iterable[PybridgeError | str]) -> list[str]:
    """Return notes as texts."""
    return [note if isinstance(note, str) else error_text(note.to_json()) for note in notes]


def diff(project: Project, *, disk: Disk | None = None) -> dict[str, Any]:
    """Return cli-diff.v1: what disk and index do not agree on."""
    require_root(project)
    with EngineScriptReader() as reader:
        found = compare(project, disk=disk, reader=reader)
    differences = [each.to_json() for each in found.differences]
    conflicting = [clash.to_json() for clash in found.plan.conflicting]
    return {"same": not differences, "differences": differences, "conflicting": conflicting}
