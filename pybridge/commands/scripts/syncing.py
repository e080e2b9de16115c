"""Synchronise index and files."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

from pybridge.commands.script_reader import open_workspace
from pybridge.errors.text import notes_text
from pybridge.project.discover import SCRIPTS_FOLDER, Project
from pybridge.scripts_store.compare import Comparison, bring_back, compare
from pybridge.scripts_store.index.database import Index
from pybridge.scripts_store.index.plan import Plan
from pybridge.scripts_store.storage.disk import Disk
from pybridge.scripts_store.sync import SyncReport, sync_some
from pybridge.scripts_store.sync import sync as sync_index
from pybridge.scripts_store.workspace import Workspace

Side = Literal["disk", "index"]


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
        fresh: Build the whole index again.
        paths: Only these scripts, under their old or new paths; None for all.
        disk: What reads and writes.
    """
    with open_workspace(project, disk) as workspace:
        written: list[str] = []
        if prefer == "index":
            found = compare(workspace)
            written = bring_back(workspace, found if paths is None else _chosen(found, paths))
        if paths is None:
            done = sync_index(workspace, fresh=fresh)
        else:
            done = sync_some(workspace, set(paths), keep=True)
        return {**_report(done), "written": written, "index": _counts(workspace)}


def _chosen(found: Comparison, paths: Collection[str]) -> Comparison:
    differences = [each for each in found.differences if each.path in paths]
    return Comparison(found.plan, tuple(differences))


def _counts(workspace: Workspace) -> dict[str, int]:
    with Index.open(workspace.index_path) as index:
        scripts = len(index.records())
        return {"scripts": scripts, "documents": index.file_count - scripts - len(index.problems())}


def _report(done: SyncReport) -> dict[str, Any]:
    plan = done.plan
    return {
        **brief(plan),
        "conflicting": [clash.to_json() for clash in plan.conflicting],
        "problems": list(done.problems.values()),
        "notes": notes_text(done.notes),
    }


def brief(plan: Plan) -> dict[str, Any]:
    """Return the paths of a plan's scripts, and the number of its documents."""
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


def diff(project: Project, *, disk: Disk | None = None) -> dict[str, Any]:
    """Return cli-diff.v1: the differences between disk and index."""
    with open_workspace(project, disk) as workspace:
        found = compare(workspace)
    differences = [each.to_json() for each in found.differences]
    conflicting = [clash.to_json() for clash in found.plan.conflicting]
    return {"same": not differences, "differences": differences, "conflicting": conflicting}
