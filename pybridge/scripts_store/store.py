"""Change scripts: every write atomic, the content before it kept, nothing overwritten unseen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pybridge.errors import Conflict, PybridgeError, UsageError
from pybridge.macros.scripts.header import Value
from pybridge.macros.scripts.metadata import slugify
from pybridge.project.discover import SCRIPTS_FOLDER
from pybridge.scripts_store.applying import Decide, apply_plan, make_plan
from pybridge.scripts_store.edits.changes import (
    ChangePlan,
    added_and_removed,
    plan_aliases,
    plan_rename,
)
from pybridge.scripts_store.edits.contents import (
    Change,
    edited,
    new_header,
    script_bytes,
    with_entrypoint,
)
from pybridge.scripts_store.edits.header_text import add_header
from pybridge.scripts_store.edits.slugs import free_slug, require_slug
from pybridge.scripts_store.files import ScriptFiles, refuse_stale
from pybridge.scripts_store.history import Entry, chosen
from pybridge.scripts_store.index.lookup import find
from pybridge.scripts_store.index.records import Record
from pybridge.scripts_store.view import current
from pybridge.scripts_store.workspace import Workspace

_TEMPLATES = Path(__file__).with_name("templates")


def _now() -> datetime:
    return datetime.now(UTC)


class ScriptStore:
    """The scripts of one project. Changes of several processes never overwrite one another.

    A script is named by its path, slug, alias or id. *expected* is the sha256 of the content that a
    change was decided on; None takes the present one.

    Example:
        store = ScriptStore(Workspace(project))
        store.rename("map", "atlas", update_documents=True)
    """

    def __init__(self, workspace: Workspace, *, now: Callable[[], datetime] = _now) -> None:
        self.workspace = workspace
        self.root = workspace.root
        self._files = ScriptFiles(workspace)
        self.history = self._files.history
        self._now = now

    def records(self) -> list[Record]:
        """Return every script on the disk, by path."""
        with current(self.workspace) as view:
            return list(view.records)

    def find(self, name: str) -> Record:
        """Return the script with this path, slug, alias or id.

        Raises:
            ScriptNotFound: when there is none.
        """
        return find(name, self.records())

    def create(
        self, title: str, kind: str = "utility", *, slug: str | None = None, body: str | None = None
    ) -> Change:
        """Write a new script, with the template of its kind where *body* is None.

        Raises:
            Conflict: when *slug* was asked for and is taken.
            UsageError: when the title is blank.
        """
        if not title.strip():
            raise UsageError("a script needs a title", "name what it shows, as in 'Photo map'")
        records = self.records()
        taken = [record.slug for record in records]
        chosen = free_slug(slugify(title), taken) if slug is None else require_slug(slug)
        if chosen in (name.lower() for name in taken):
            raise Conflict(f"there is a script {chosen!r} already", "choose another slug")
        if body is None:
            body = (_TEMPLATES / f"{kind}.py.txt").read_text("utf-8")
        content = add_header(body, new_header(title, kind, chosen, self._time(), records))
        path = f"{SCRIPTS_FOLDER}/{chosen}.py"
        self._files.make(path, script_bytes(path, content), "choose another slug")
        return self._files.changed("created", None, path)

    def update(
        self,
        name: str,
        fields: Mapping[str, Value] | None = None,
        *,
        content: str | None = None,
        expected: str | None = None,
        header: bool = False,
    ) -> Change:
        """Change values of a script's header, or all of its content.

        Args:
            name: The script.
            fields: Header values, in the names of the header.
            content: The whole new file; None leaves the body.
            expected: See the class.
            header: Write a header where there is none; else only *content* can change there.

        Raises:
            StaleWrite: when the file has another hash.
            UsageError: when a header value is to change and there is no header.
        """
        before = self.find(name)
        if "slug" in (fields or {}):
            raise RuntimeError("a slug is changed by rename")
        refuse_stale(before.path, expected or before.sha256, before)
        values = with_entrypoint(before, fields or {})
        after = edited(before, values, content, self._time(), header=header)
        self._files.replace(before, after, "updated", expected=expected)
        return self._files.changed("updated", before, before.path)

    def enable(
        self, name: str, enabled: bool, *, header: bool = False, expected: str | None = None
    ) -> Change:
        """Enable or disable a script; nothing is written when it is so already."""
        action = "enabled" if enabled else "disabled"
        before = self.find(name)
        known = expected or before.sha256
        if before.info["enabled"] is enabled and known == before.sha256:
            return Change(action, before, before)
        done = self.update(before.path, {"enabled": enabled}, header=header, expected=known)
        return replace(done, action=action)

    def rename(
        self,
        name: str,
        slug: str,
        *,
        title: str | None = None,
        update_documents: bool = False,
        dry_run: bool = False,
        expected: str | None = None,
    ) -> Change:
        """Give a script another slug, and its file the name that goes with it.

        Args:
            name: The script.
            slug: The new slug.
            title: A new title too.
            update_documents: Rewrite its uses in documents.
            dry_run: Write nothing; return the change as it would be.
            expected: See the class.

        Raises:
            Conflict: when the slug, or the file name, is taken.
            StaleWrite: when the file has another hash than *expected*.
        """
        require_slug(slug)

        def decide(before: Record, records: Sequence[Record]) -> ChangePlan:
            plan = plan_rename(before, records, slug, title, self._time())
            self._files.require_free(before, plan.after.path)
            return plan

        return self._carry_out(name, decide, update_documents, dry_run, expected)

    def change_aliases(
        self,
        name: str,
        aliases: Sequence[str] | None = None,
        *,
        added: Sequence[str] = (),
        removed: Sequence[str] = (),
        update_documents: bool = False,
        dry_run: bool = False,
        expected: str | None = None,
    ) -> Change:
        """Change the aliases of a script: `ALIASES` in its source, and nothing else there.

        Args:
            name: The script.
            aliases: All of its aliases; None for those it has, with *added* and without *removed*.
            added: Names to add.
            removed: Names to remove.
            update_documents: Rewrite the uses of names that it loses, to the slug.
            dry_run: Write nothing; return the change as it would be.
            expected: See the class.

        Raises:
            AliasesUnwritable: when the source has no list that could be changed.
            Conflict: when a new name belongs to another script.
            StaleWrite: when the file has another hash than *expected*.
            UsageError: when a name can never be called, or is not there to be removed.
        """

        def decide(before: Record, records: Sequence[Record]) -> ChangePlan:
            wanted = added_and_removed(before, added, removed) if aliases is None else aliases
            return plan_aliases(before, records, wanted, self._time())

        return self._carry_out(name, decide, update_documents, dry_run, expected)

    def _carry_out(
        self,
        name: str,
        decide: Decide,
        update_documents: bool,
        dry_run: bool,
        expected: str | None,
    ) -> Change:
        plan, rewriting = make_plan(self.workspace, name, decide, expected)
        if dry_run:
            found = rewriting.changes, rewriting.unread
            return Change(plan.action, plan.before, plan.after, *found, is_done=False)
        return apply_plan(self._files, plan, rewriting, update_documents=update_documents)

    def delete(self, name: str, *, expected: str | None = None) -> Change:
        """Delete a script's file; its content is kept.

        Raises:
            StaleWrite: when the file has another hash than *expected*.
        """
        before = self.find(name)
        self._files.remove(before, expected)
        return self._files.changed("deleted", before, before.path)

    def past(self, name: str) -> tuple[Record | None, list[Entry]]:
        """Return a script and its earlier contents, the latest first; None for a deleted one.

        Raises:
            ScriptNotFound: when there is neither script nor history of that name.
        """
        try:
            record = self.find(name)
        except PybridgeError:
            script_id = self.history.id_of(name)
            if script_id is None:
                raise
            return None, self.history.of(script_id)
        entries = self.history.of(record.id)
        return record, [entry for entry in entries if entry.sha256 != record.sha256]

    def version(self, name: str, sha256: str) -> str:
        """Return a kept content of a script, of a deleted one too.

        Raises:
            ScriptNotFound: when nothing is kept under that name and hash.
            UsageError: when it no longer has the hash it is kept under.
        """
        _, entries = self.past(name)
        return self.history.kept(chosen(name, entries, sha256)).decode("utf-8")

    def restore(
        self, name: str, version: str | None = None, *, expected: str | None = None
    ) -> Change:
        """Restore an earlier content; the one that it replaces is kept too.

        Args:
            name: The script, or a deleted one.
            version: The beginning of the content's sha256; None for the latest.
            expected: See the class.

        Raises:
            ScriptNotFound: when nothing is kept under that name.
            AmbiguousName: when several contents begin so.
            StaleWrite: when the file has another hash than *expected*.
        """
        record, entries = self.past(name)
        entry = chosen(name, entries, version)
        raw = self.history.kept(entry)
        if record is None:
            self._files.make(entry.path, raw, "move it away first")
            return self._files.changed("restored", None, entry.path)
        text = edited(record, {}, raw.decode("utf-8"), self._time(), header=False)
        self._files.replace(record, text, "restored", expected=expected)
        return self._files.changed("restored", record, record.path)

    def _time(self) -> str:
        text = self._now().astimezone(UTC).isoformat(timespec="milliseconds")
        return text.replace("+00:00", "Z")
