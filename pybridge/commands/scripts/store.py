"""Look at single scripts and change them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pybridge.commands.script_reader import EngineScriptReader
from pybridge.commands.scripts import changes
from pybridge.commands.scripts.listing import built_in_records
from pybridge.commands.scripts.syncing import notes_text, require_root
from pybridge.project.discover import Project
from pybridge.scripts_store.edits.contents import Change
from pybridge.scripts_store.index.lookup import find
from pybridge.scripts_store.index.records import Record
from pybridge.scripts_store.storage.disk import Disk
from pybridge.scripts_store.view import current


def show(project: Project, name: str, *, disk: Disk | None = None) -> dict[str, Any]:
    """Return cli-script.v1: what is known of a script, its content and who uses it."""
    if project.root is None:
        return _shown(find(name, built_in_records(project, ())), "default", {})
    with EngineScriptReader() as reader, current(project, disk=disk, reader=reader) as view:
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


def new(project: Project, title: str, kind: str, slug: str | None) -> dict[str, Any]:
    """Write a new script; return cli-script-change.v1."""
    return told(changes.create(project, title, kind, slug=slug))


def rename(
    project: Project,
    name: str,
    slug: str,
    *,
    title: str | None,
    update_documents: bool,
    dry_run: bool,
) -> dict[str, Any]:
    """Rename a script; return cli-script-change.v1."""
    done = changes.rename(
        project, name, slug, title=title, update_documents=update_documents, dry_run=dry_run
    )
    return told(done)


def alias(
    project: Project,
    name: str,
    added: Sequence[str],
    removed: Sequence[str],
    *,
    update_documents: bool,
    dry_run: bool,
) -> dict[str, Any]:
    """Add and remove names of a script; return cli-script-change.v1."""
    done = changes.add_and_remove_aliases(
        project, name, added, removed, update_documents=update_documents, dry_run=dry_run
    )
    return told(done)


def enable(project: Project, name: str, enabled: bool, *, header: bool) -> dict[str, Any]:
    """Enable or disable a script; return cli-script-change.v1."""
    return told(changes.enable(project, name, enabled, header=header))


def delete(project: Project, name: str) -> dict[str, Any]:
    """Delete a script; return cli-script-change.v1."""
    return told(changes.delete(project, name))


def restore(project: Project, name: str, version: str | None) -> dict[str, Any]:
    """Bring back an earlier content; return cli-script-change.v1."""
    return told(changes.restore(project, name, version))


def history(project: Project, name: str) -> dict[str, Any]:
    """Return cli-history.v1: the earlier contents of a script, the latest first."""
    with EngineScriptReader() as reader:
        record, entries = changes.opened(project, reader).past(name)
    path = record.path if record else entries[0].path
    return {"path": path, "deleted": record is None, "versions": [e.to_json() for e in entries]}


def version(project: Project, name: str, sha256: str) -> str:
    """Return an earlier content of a script, whole."""
    with EngineScriptReader() as reader:
        return changes.opened(project, reader).version(name, sha256)


def uses(project: Project, name: str, *, disk: Disk | None = None) -> list[dict[str, Any]]:
    """Return the documents that use a macro, by whichever of its names, and how often."""
    return list(show(project, name, disk=disk)["uses"])


def path_of(project: Project, name: str, *, disk: Disk | None = None) -> str:
    """Return the path of a script of the project.

    Raises:
        ScriptNotFound: when there is none.
    """
    require_root(project)
    with EngineScriptReader() as reader, current(project, disk=disk, reader=reader) as view:
        return find(name, view.records).path


def search(project: Project, words: str, *, disk: Disk | None = None) -> list[dict[str, Any]]:
    """Return cli-search.v1: the scripts that hold every word, the best first."""
    require_root(project)
    with EngineScriptReader() as reader, current(project, disk=disk, reader=reader) as view:
        records = {record.path: record for record in view.records}
        return [
            {"path": path, "slug": records[path].slug, "title": records[path].info["title"], "excerpt": excerpt}
            for path, excerpt in view.index.search(words)
        ]  # fmt: skip


def told(change: Change) -> dict[str, Any]:
    """Return a change as cli-script-change.v1."""
    before, after = change.before, change.after
    record = after or before
    if record is None:
        raise RuntimeError("a change of nothing")
    moved = before is not None and after is not None and before.path != after.path
    return {
        "action": change.action,
        "done": change.is_done,
        "path": record.path,
        "previousPath": before.path if moved and before else None,
        "slug": record.slug,
        "previousSlug": before.slug if before and before.slug != record.slug else None,
        "id": record.id,
        "version": record.info["version"],
        "sha256": after.sha256 if after and change.is_done else None,
        "previousSha256": before.sha256 if before else None,
        "documents": [document.to_json() for document in change.documents],
        "notes": notes_text(change.notes),
    }
