"""Open a project's scripts, and show single ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pybridge.commands.script_reader import open_workspace
from pybridge.commands.scripts.listing import built_in_records
from pybridge.errors import ScriptNotFound, UsageError
from pybridge.project.discover import BuiltIns, Project, ProjectOrBuiltIns
from pybridge.scripts_store.index.lookup import find
from pybridge.scripts_store.index.records import Record
from pybridge.scripts_store.storage.disk import Disk
from pybridge.scripts_store.store import ScriptStore
from pybridge.scripts_store.view import current


@contextmanager
def open_store(project: Project, *, for_past: bool = False) -> Iterator[ScriptStore]:
    """Open a project's scripts to change them.

    Args:
        project: Which.
        for_past: For the history, which deleted scripts have too: a name that only a built-in
            script has is then not found; otherwise it is refused with a hint.
    """
    with open_workspace(project) as workspace:
        store = ScriptStore(workspace)
        try:
            yield store
        except ScriptNotFound as error:
            if not for_past:
                _refuse_built_in(store, error.name)
            raise


def _refuse_built_in(store: ScriptStore, name: str) -> None:
    built_in = built_in_records(store.workspace.project, store.records())
    if any(name in (record.slug, *record.info["aliases"], record.path) for record in built_in):
        problem = f"{name!r} is built in and not a file of this project"
        raise UsageError(problem, "copy it into the project with `pybridge seed`") from None


def show(project: ProjectOrBuiltIns, name: str, *, disk: Disk | None = None) -> dict[str, Any]:
    """Return cli-script.v1: the metadata of a script, its content and the documents that use it."""
    if isinstance(project, BuiltIns):
        return _shown(find(name, built_in_records(project, ())), "default", {})
    with open_workspace(project, disk) as workspace, current(workspace) as view:
        built_in = built_in_records(project, view.records)
        record = find(name, [*view.records, *built_in])
        is_default = record in built_in
        names = [record.slug, *record.info["aliases"]]
        uses = view.index.documents_using(names) if record.info["kind"] == "macro" else {}
        return _shown(record, "default" if is_default else "project", uses)


def _shown(record: Record, origin: str, uses: dict[str, int]) -> dict[str, Any]:
    return {
        "script": record.to_json(origin),
        "uses": [{"path": path, "count": count} for path, count in uses.items()],
        "content": record.content,
    }


def history(project: Project, name: str) -> dict[str, Any]:
    """Return cli-history.v1: the earlier contents of a script, the latest first."""
    with open_store(project, for_past=True) as store:
        record, entries = store.past(name)
    path = record.path if record else entries[0].path
    return {"path": path, "deleted": record is None, "versions": [e.to_json() for e in entries]}


def path_of(project: Project, name: str, *, disk: Disk | None = None) -> str:
    """Return the path of a script of the project.

    Raises:
        ScriptNotFound: when there is none.
    """
    with open_workspace(project, disk) as workspace, current(workspace) as view:
        return find(name, view.records).path


def search(project: Project, words: str, *, disk: Disk | None = None) -> list[dict[str, Any]]:
    """Return cli-search.v1: the scripts that hold every word, the best first."""
    with open_workspace(project, disk) as workspace, current(workspace) as view:
        records = {record.path: record for record in view.records}
        return [
            {"path": path, "slug": records[path].slug, "title": records[path].info["title"], "excerpt": excerpt}
            for path, excerpt in view.index.search(words)
        ]  # fmt: skip
