"""Change scripts: the same for the command line and the service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from pybridge.commands.script_reader import EngineScriptReader
from pybridge.commands.scripts.listing import built_in_records
from pybridge.commands.scripts.syncing import require_root
from pybridge.errors import ScriptNotFound, UsageError
from pybridge.macros.scripts.header import Value
from pybridge.macros.scripts.metadata import ENTRYPOINTS
from pybridge.project.discover import Project
from pybridge.scripts_store import aliases as aliasing
from pybridge.scripts_store.edits.contents import Change
from pybridge.scripts_store.store import ScriptStore


def opened(project: Project, reader: EngineScriptReader) -> ScriptStore:
    """Return the store of a project.

    Raises:
        ProjectMissing: when there is none.
    """
    require_root(project)
    return ScriptStore(project, reader=reader)


@contextmanager
def _store(project: Project, existing: str | None = None) -> Iterator[ScriptStore]:
    """Open the store; *existing* names a script that must be a file of the project."""
    with EngineScriptReader() as reader:
        store = opened(project, reader)
        if existing is not None:
            _refuse_built_in(project, store, existing)
        yield store


def _refuse_built_in(project: Project, store: ScriptStore, name: str) -> None:
    """Refuse to change what is not in the project, in better words than that it is not there."""
    try:
        store.find(name)
    except ScriptNotFound:
        built_in = built_in_records(project, store.records())
        if any(name in (record.slug, *record.info["aliases"], record.path) for record in built_in):
            problem = f"{name!r} is built in and no file of this project"
            raise UsageError(problem, "make it one with `pybridge seed`") from None
        raise


def create(
    project: Project, title: str, kind: str, *, slug: str | None = None, body: str | None = None
) -> Change:
    """Write a new script, with the text of its kind's template where *body* is None."""
    with _store(project) as store:
        return store.create(title, kind, slug=slug, body=body)


def write(project: Project, name: str, content: str, *, expected: str) -> Change:
    """Replace a script's file.

    Raises:
        StaleWrite: when the file has another hash than *expected*.
    """
    with _store(project, name) as store:
        return store.update(name, content=content, expected=expected)


def update(
    project: Project,
    name: str,
    fields: Mapping[str, Value],
    *,
    header: bool,
    expected: str | None = None,
) -> Change:
    """Change header values of a script; *header* writes one where there is none.

    A new kind brings its entry point along, where the old one was that of the old kind.
    """
    with _store(project, name) as store:
        kind = fields.get("kind")
        if isinstance(kind, str) and kind in ENTRYPOINTS and "entrypoint" not in fields:
            before = store.find(name).info
            if before["entrypoint"] == ENTRYPOINTS.get(before["kind"]):
                fields = {**fields, "entrypoint": ENTRYPOINTS[kind]}
        return store.update(name, fields, header=header, expected=expected)


def rename(
    project: Project,
    name: str,
    slug: str,
    *,
    title: str | None = None,
    update_documents: bool = False,
    dry_run: bool = False,
    expected: str | None = None,
) -> Change:
    """Rename a script, see `ScriptStore.rename`."""
    with _store(project, name) as store:
        return store.rename(
            name,
            slug,
            title=title,
            update_documents=update_documents,
            dry_run=dry_run,
            expected=expected,
        )


def change_aliases(
    project: Project,
    name: str,
    aliases: Sequence[str],
    *,
    update_documents: bool = False,
    dry_run: bool = False,
    expected: str | None = None,
) -> Change:
    """Give a script exactly these aliases, see `scripts_store.aliases`."""
    with _store(project, name) as store:
        return aliasing.change_aliases(
            store,
            name,
            aliases,
            update_documents=update_documents,
            dry_run=dry_run,
            expected=expected,
        )


def add_and_remove_aliases(
    project: Project,
    name: str,
    added: Sequence[str],
    removed: Sequence[str],
    *,
    update_documents: bool,
    dry_run: bool,
) -> Change:
    """Give a script further aliases and take others away.

    Raises:
        UsageError: when it has none of a name that is to go.
    """
    with _store(project, name) as store:
        before = store.find(name)
        had = list(before.info["aliases"])
        for alias in removed:
            if alias not in had:
                known = ", ".join(had) or "none"
                raise UsageError(f"{before.path} has no alias {alias!r}", f"it has: {known}")
        wanted = [alias for alias in had if alias not in removed]
        wanted += [alias for alias in added if alias not in wanted]
        return aliasing.change_aliases(
            store,
            before.path,
            wanted,
            update_documents=update_documents,
            dry_run=dry_run,
            expected=before.sha256,
        )


def enable(
    project: Project, name: str, enabled: bool, *, header: bool, expected: str | None = None
) -> Change:
    """Enable or disable a script; one that is so already stays as it is."""
    action = "enabled" if enabled else "disabled"
    with _store(project, name) as store:
        before = store.find(name)
        known = expected or before.sha256
        if before.info["enabled"] is enabled and known == before.sha256:
            return Change(action, before, before)
        done = store.update(name, {"enabled": enabled}, header=header, expected=known)
        return replace(done, action=action)


def delete(project: Project, name: str, *, expected: str | None = None) -> Change:
    """Delete a script; its content is kept."""
    with _store(project, name) as store:
        return store.delete(name, expected=expected)


def restore(
    project: Project, name: str, version: str | None = None, *, expected: str | None = None
) -> Change:
    """Bring back an earlier content."""
    with _store(project) as store:
        return store.restore(name, version, expected=expected)
