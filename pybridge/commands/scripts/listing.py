"""All scripts of a project: its own, the built-in ones it does not replace, and their conflicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from pybridge.commands.script_reader import open_workspace
from pybridge.errors import PybridgeError, RemoteError
from pybridge.macros.values.problems import problem
from pybridge.project.discover import BuiltIns, Project, ProjectOrBuiltIns
from pybridge.scripts_store.index.plan import Clash
from pybridge.scripts_store.index.records import Record, record_of
from pybridge.scripts_store.seed import read_record, shipped
from pybridge.scripts_store.storage.disk import Disk
from pybridge.scripts_store.view import current

_MOST_BUILT_INS = 64
"""Records that are kept: the built-in scripts hardly change while a process runs."""


def list_scripts(
    project: ProjectOrBuiltIns, *, disk: Disk | None = None
) -> tuple[list[dict[str, Any]], list[PybridgeError | str]]:
    """Return script.v1 of every script, sorted by slug, and notes."""
    scripts, _, notes = list_with_uses(project, disk=disk)
    return scripts, notes


def list_with_uses(
    project: ProjectOrBuiltIns, *, disk: Disk | None = None
) -> tuple[list[dict[str, Any]], dict[str, int], list[PybridgeError | str]]:
    """Return the scripts as `list_scripts` does and, by path, the number of documents that use a macro."""
    notes: list[PybridgeError | str] = [*project.settings.warnings]
    if isinstance(project, BuiltIns):
        found = [record.to_json("default") for record in built_in_records(project, ())]
        return sorted(found, key=_order), {}, notes
    with open_workspace(project, disk) as workspace, current(workspace) as view:
        defaults = {default.sha256 for default in shipped()}
        own = [record for record in view.records if record.info["kind"] != "helper"]
        found = [
            record.to_json("default" if record.sha256 in defaults else "project") for record in own
        ]
        add_conflicts(found, view.plan.conflicting)
        found += [record.to_json("default") for record in built_in_records(project, view.records)]
        notes += [*view.notes, *(RemoteError(error) for error in view.problems.values())]
        uses = _document_counts(found, view.index.uses())
    return sorted(found, key=_order), uses, notes


def _document_counts(
    scripts: Iterable[dict[str, Any]], uses: Iterable[tuple[str, str, int]]
) -> dict[str, int]:
    """Return the number of documents that use each macro, under any of its names, by path."""
    users: dict[str, set[str]] = {}
    for document, name, _ in uses:
        users.setdefault(name, set()).add(document)
    counts: dict[str, int] = {}
    for script in scripts:
        if script["kind"] == "macro":
            names = {name.lower() for name in (script["slug"], *script["aliases"])}
            documents = set[str]().union(*(users.get(name, ()) for name in names))
            if documents:
                counts[script["path"]] = len(documents)
    return counts


def _order(script: dict[str, Any]) -> tuple[str, str]:
    return script["slug"], script["path"]


def built_in_records(project: ProjectOrBuiltIns, own: Iterable[Record]) -> list[Record]:
    """Return the built-in scripts that were never files of the project."""
    names = {PurePosixPath(record.path).name for record in own}
    if isinstance(project, Project):
        names |= read_record(project.root).keys()
    return [
        _built_in_record(each.name, each.content, each.sha256)
        for each in shipped()
        if each.name not in names
    ]


@lru_cache(_MOST_BUILT_INS)
def _built_in_record(name: str, content: bytes, sha256: str) -> Record:
    return record_of(f"default_scripts/{name}", content.decode(), sha256)


def add_conflicts(scripts: Sequence[dict[str, Any]], clashes: Iterable[Clash]) -> None:
    """Add each conflict to the problems of the scripts that lose it."""
    losers: dict[str, list[Clash]] = {}
    for clash in clashes:
        for path in clash.paths[1:]:
            losers.setdefault(path, []).append(clash)
    for script in scripts:
        found = [conflict_problem(script["path"], each) for each in losers.get(script["path"], [])]
        script["problems"] = [*script["problems"], *found]


def conflict_problem(path: str, clash: Clash) -> dict[str, Any]:
    """Return a conflict as an error.v1 of the script that loses it."""
    winner = clash.paths[0]
    words = {
        "slug": f"the slug {clash.value!r} also belongs to {winner}, which wins",
        "id": f"the id {clash.value} also belongs to {winner}, which wins",
        "path": f"differs from {winner} only in case or Unicode form: one file on other systems",
    }[clash.kind]
    hint = {
        "slug": "rename one",
        "id": "delete the line `id:` of the copy",
        "path": "rename one",
    }
    place = {"path": path, "line": 1, "column": 1}
    return problem("conflict", words, script=place, hint=hint[clash.kind])
