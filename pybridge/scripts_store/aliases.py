"""Change the further names of a script, and the documents that use those which go."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace

from pybridge.errors import Conflict, UsageError
from pybridge.scripts_store.edits.alias_text import with_aliases
from pybridge.scripts_store.edits.contents import Change
from pybridge.scripts_store.edits.rename_uses import DocumentChange, document_changes
from pybridge.scripts_store.errors import StaleWrite
from pybridge.scripts_store.index.lookup import find
from pybridge.scripts_store.index.records import Record, record_of
from pybridge.scripts_store.store import ScriptStore

_NAME = re.compile(r"[A-Za-z0-9_]{1,200}")


def change_aliases(
    store: ScriptStore,
    name: str,
    aliases: Sequence[str],
    *,
    update_documents: bool = False,
    dry_run: bool = False,
    expected: str | None = None,
) -> Change:
    """Give a script exactly these further names; its source is rewritten in that one place.

    Args:
        store: Where it is.
        name: Path, slug, alias or id.
        aliases: The names; those that are its already stay where they stand in the source.
        update_documents: Rewrite the uses of names that go, to the slug.
        dry_run: Only say what would happen.
        expected: The sha256 that this was decided on; None for what is there now.

    Raises:
        AliasesUnwritable: when the source has no list that could be changed.
        Conflict: when a new name belongs to another script.
        StaleWrite: when the file has another hash than *expected*.
        UsageError: when a name can never be called.
    """
    records = store.records()
    before = find(name, records)
    if expected is not None and expected != before.sha256:
        raise StaleWrite(before.path, expected, before.sha256, int(before.info["version"]))
    had = list(before.info["aliases"])
    _refuse_names(before, aliases, [alias for alias in aliases if alias not in had], records)
    content = with_aliases(before.path, before.content, aliases)
    gone = [alias for alias in had if alias not in aliases]
    changes = _document_changes(store, before, gone, records)
    if dry_run:
        after = record_of(before.path, content, hashlib.sha256(content.encode()).hexdigest())
        return Change("updated", before, after, tuple(changes), (), False)
    if content == before.content:
        return Change("updated", before, before)
    done = store.update(before.path, content=content, expected=before.sha256)
    rewritten, notes = store.rewrite_documents(changes) if update_documents else ([], [])
    if changes and not update_documents:
        names = ", ".join(f"[[{alias}]]" for alias in gone)
        notes.append(f"{len(changes)} documents still use {names}")
    documents = tuple(rewritten if update_documents else changes)
    return replace(done, documents=documents, notes=(*done.notes, *notes))


def _refuse_names(
    before: Record, aliases: Sequence[str], added: Sequence[str], records: Sequence[Record]
) -> None:
    lowered = [alias.lower() for alias in aliases]
    for alias in added:
        if not _NAME.fullmatch(alias):
            problem = f"the alias {alias!r} can never be called"
            raise UsageError(problem, "take letters, digits and _ only")
        if alias.lower() == before.slug.lower():
            raise UsageError(f"{alias!r} is the script's slug already", "leave it out")
        if lowered.count(alias.lower()) > 1:
            raise UsageError(f"{alias!r} is given twice", "leave one out")
        owner = _owner(alias, before, records)
        if owner is not None:
            problem = f"{alias!r} is a name of {owner.path} already"
            raise Conflict(problem, "take another, or take it from that script first")


def _owner(alias: str, before: Record, records: Sequence[Record]) -> Record | None:
    """Return the other script that answers to a name."""
    wanted = alias.lower()
    for record in records:
        names = (record.slug, *record.info["aliases"])
        if record.path != before.path and wanted in (each.lower() for each in names):
            return record
    return None


def _document_changes(
    store: ScriptStore, before: Record, gone: Sequence[str], records: Sequence[Record]
) -> list[DocumentChange]:
    """Return what becomes of uses of the names that go; those of another script are not its uses."""
    own = [alias for alias in gone if _owner(alias, before, records) is None]
    if not own or before.info["kind"] != "macro":
        return []
    return document_changes(store.root, store.users(own), own, before.slug)
