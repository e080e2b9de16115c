"""Make a plan from the scripts as they are, and apply it: the script first, then the documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pybridge.scripts_store.edits.changes import ChangePlan
from pybridge.scripts_store.edits.contents import Change, id_at
from pybridge.scripts_store.edits.rename_uses import Rewriting, document_changes
from pybridge.scripts_store.files import ScriptFiles, refuse_stale
from pybridge.scripts_store.index.lookup import find
from pybridge.scripts_store.index.records import Record
from pybridge.scripts_store.view import current
from pybridge.scripts_store.workspace import Workspace

Decide = Callable[[Record, Sequence[Record]], ChangePlan]
"""Gets the script and all scripts; returns what to do."""


def make_plan(
    workspace: Workspace, name: str, decide: Decide, expected: str | None
) -> tuple[ChangePlan, Rewriting]:
    """Return the plan for a script, and what it would change in documents; nothing is written.

    Raises:
        ScriptNotFound: when there is no such script.
        StaleWrite: when it has another hash than *expected*.
    """
    with current(workspace) as view:
        before = find(name, view.records)
        refuse_stale(before.path, expected or before.sha256, before)
        plan = decide(before, view.records)
        if not plan.lost:
            return plan, Rewriting()
        users = [*view.index.documents_using(plan.lost), *view.index.unreadable_documents()]
    return plan, document_changes(workspace.root, users, plan.lost, plan.after.slug)


def apply_plan(
    files: ScriptFiles,
    plan: ChangePlan,
    rewriting: Rewriting,
    *,
    update_documents: bool,
) -> Change:
    """Write the script, and with *update_documents* the documents; else a note names their number.

    Documents that could not be read are named in notes.

    Raises:
        StaleWrite: when the script changed since the plan was made.
    """
    if plan.is_empty:
        return Change(plan.action, plan.before, plan.before)
    done = _write_script(files, plan)
    done = replace(done, notes=(*done.notes, *rewriting.unread))
    if update_documents:
        written, notes = files.write_documents(rewriting.changes)
        is_whole = not notes and not rewriting.unread
        every = (*done.notes, *notes)
        return replace(done, documents=tuple(written), notes=every, is_whole=is_whole)
    if not rewriting.changes:
        return done
    names = ", ".join(f"[[{name}]]" for name in plan.lost)
    number = len(rewriting.changes)
    using = "1 document still uses" if number == 1 else f"{number} documents still use"
    note = f"{using} {names}"
    return replace(done, documents=rewriting.changes, notes=(*done.notes, note))


def _write_script(files: ScriptFiles, plan: ChangePlan) -> Change:
    before, path = plan.before, plan.after.path
    new_id = id_at(before, path) if path != before.path else None
    if plan.content != before.content:
        files.replace(before, plan.content, plan.action, new_id=new_id)
        new_id = None  # its content is kept already
    if path != before.path:
        files.move(before, path, new_id=new_id)
    return files.changed(plan.action, before, path)
