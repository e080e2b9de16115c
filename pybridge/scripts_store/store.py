"""Change scripts: every write atomic, the content before it kept, nothing overwritten unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pybridge.errors import Conflict, DocumentUnreadable, PybridgeError
from pybridge.macros.scripts.header import Value
from pybridge.macros.scripts.metadata import slugify
from pybridge.project.discover import SCRIPTS_FOLDER, Project
from pybridge.project.paths import inside, project_path
from pybridge.project.tree import MAX_SCRIPT_BYTES
from pybridge.scripts_store.edits.contents import (
    Change,
    edited,
    id_at,
    new_header,
    renamed,
    script_bytes,
)
from pybridge.scripts_store.edits.header_text import add_header
from pybridge.scripts_store.edits.rename_uses import DocumentChange, document_changes, write_changes
from pybridge.scripts_store.edits.slugs import free_slug, require_slug
from pybridge.scripts_store.errors import StaleWrite
from pybridge.scripts_store.history import LOCK, Entry, Event, History, chosen
from pybridge.scripts_store.index.lookup import find
from pybridge.scripts_store.index.records import Record, ScriptReader, record_of
from pybridge.scripts_store.storage.disk import Disk, FileChanged
from pybridge.scripts_store.storage.lock import locked
from pybridge.scripts_store.sync import refresh
from pybridge.scripts_store.view import current

_TEMPLATES = Path(__file__).with_name("templates")


def _now() -> datetime:
    return datetime.now(UTC)


class ScriptStore:
    """The scripts of one project. Changes of several processes never overwrite one another."""

    def __init__(
        self,
        project: Project,
        *,
        disk: Disk | None = None,
        reader: ScriptReader | None = None,
        now: Callable[[], datetime] = _now,
    ) -> None:
        if project.root is None:
            raise RuntimeError("a store needs a project with a root")
        self.project = project
        self.root = project.root
        self.disk = disk or Disk()
        self.history = History(self.root, self.disk)
        self._opinion = reader
        self._now = now

    def records(self) -> list[Record]:
        """Return every script as it is on the disk, by path."""
        with current(self.project, disk=self.disk, reader=self._opinion) as view:
            return list(view.records)

    def users(self, names: Iterable[str]) -> list[str]:
        """Return the documents that call one of these macros."""
        with current(self.project, disk=self.disk, reader=self._opinion) as view:
            return list(view.index.documents_using(names))

    def find(self, name: str) -> Record:
        """Return the script with this path, slug, alias or id.

        Raises:
            ScriptNotFound: when there is none.
        """
        return find(name, self.records())

    def create(
        self, title: str, kind: str = "utility", *, slug: str | None = None, body: str | None = None
    ) -> Change:
        """Write a new script.

        Raises:
            Conflict: when *slug* was asked for and is taken.
        """
        records = self.records()
        taken = [record.slug for record in records]
        chosen = free_slug(slugify(title), taken) if slug is None else require_slug(slug)
        if chosen in (name.lower() for name in taken):
            raise Conflict(f"there is a script {chosen!r} already", "choose another slug")
        if body is None:
            body = (_TEMPLATES / f"{kind}.py.txt").read_text("utf-8")
        content = add_header(body, new_header(title, kind, chosen, self._time(), records))
        path = f"{SCRIPTS_FOLDER}/{chosen}.py"
        target, raw = self._place(path), script_bytes(path, content)
        with self._locked():
            if target.exists():
                raise Conflict(f"there is a file {path} already", "choose another slug")
            self.disk.write(target, raw)
        return self._done("created", None, path)

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
            name: Path, slug, alias or id.
            fields: Header values, in the names of the header.
            content: The whole new file; None leaves the body.
            expected: The sha256 that the change was made against; None for what is there now.
            header: Write a header where there is none; else only *content* can change there.

        Raises:
            StaleWrite: when the file has another hash.
            UsageError: when a header value is to change and there is no header.
        """
        before = self.find(name)
        if "slug" in (fields or {}):
            raise RuntimeError("a slug is changed by rename")
        _refuse_stale(before.path, expected or before.sha256, before)
        after = edited(before, fields or {}, content, self._time(), header=header)
        self._replace(before, after, "updated", expected)
        return self._done("updated", before, before.path)

    def rename(
        self,
        name: str,
        new_slug: str,
        *,
        title: str | None = None,
        update_documents: bool = False,
        dry_run: bool = False,
        expected: str | None = None,
    ) -> Change:
        """Give a script another slug, and its file the name that goes with it.

        Args:
            name: Path, slug, alias or id.
            new_slug: What documents are to call it.
            title: A new title too.
            update_documents: Rewrite its uses in documents.
            dry_run: Only say what would happen.
            expected: The sha256 that this was decided on; None for what is there now.

        Raises:
            Conflict: when the slug, or the file name, is taken.
            StaleWrite: when the file has another hash than *expected*.
        """
        require_slug(new_slug)
        with current(self.project, disk=self.disk, reader=self._opinion) as view:
            records = list(view.records)
            before = find(name, records)
            users = list(view.index.documents_using([before.slug]))
        _refuse_stale(before.path, expected or before.sha256, before)
        path = str(Path(before.path).with_name(f"{new_slug}.py").as_posix())
        self._refuse_taken(before, new_slug, path, records)
        is_name = find(before.slug, records) is before and before.info["kind"] == "macro"
        changes = document_changes(self.root, users, [before.slug], new_slug) if is_name else []
        if dry_run:
            return Change(
                "renamed", before, renamed(before, path, new_slug), tuple(changes), (), False
            )
        if before.has_header:
            fields: dict[str, Value] = {"slug": new_slug, **({"title": title} if title else {})}
            text = edited(before, fields, None, self._time(), header=False)
            self._replace(before, text, "renamed", None)
        with self._locked():
            if path != before.path:
                if not before.has_header:
                    self.history.keep(before, "renamed", new_id=id_at(before, path))
                self.disk.move(self.root / before.path, self.root / path)
        done = self._done("renamed", before, path)
        rewritten, notes = self.rewrite_documents(changes) if update_documents else ([], [])
        left = len(changes) if not update_documents else 0
        if left:
            notes.append(f"{left} documents still use [[{before.slug}]]")
        documents = tuple(rewritten if update_documents else changes)
        return replace(done, documents=documents, notes=(*done.notes, *notes))

    def _refuse_taken(
        self, before: Record, slug: str, path: str, records: Sequence[Record]
    ) -> None:
        others = [record for record in records if record.path != before.path]
        taken = next((other for other in others if other.slug.lower() == slug), None)
        if taken is not None:
            raise Conflict(f"{taken.path} is called {slug!r} already", "choose another slug")
        there = self._place(path)
        if path != before.path and there.exists() and not there.samefile(self.root / before.path):
            raise Conflict(f"there is a file {path} already", "choose another slug")

    def rewrite_documents(
        self, changes: Sequence[DocumentChange]
    ) -> tuple[list[DocumentChange], list[PybridgeError | str]]:
        """Write documents and tell the index; return those that were written, and why others not."""
        done, notes = write_changes(self.root, self.disk, changes)
        self._refresh({change.path for change in done})
        return done, notes

    def delete(self, name: str, *, expected: str | None = None) -> Change:
        """Delete a script's file; its content is kept.

        Raises:
            StaleWrite: when the file has another hash than *expected*.
        """
        before = self.find(name)
        with self._locked():
            now = self._on_disk(before.path)
            _refuse_stale(before.path, expected or before.sha256, now)
            self.history.keep(before, "deleted")
            self.disk.remove(self.root / before.path)
        return self._done("deleted", before, before.path)

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
            UsageError: when it is not what its hash promises any more.
        """
        _, entries = self.past(name)
        return self.history.kept(chosen(name, entries, sha256)).decode("utf-8")

    def restore(
        self, name: str, version: str | None = None, *, expected: str | None = None
    ) -> Change:
        """Bring an earlier content back; what it replaces is kept too.

        Args:
            name: Path, slug, alias or id; of a deleted script too.
            version: The beginning of the content's sha256; None for the latest.
            expected: The sha256 that is to be replaced; None for what is there now.

        Raises:
            ScriptNotFound: when nothing is kept under that name.
            AmbiguousName: when several contents begin so.
            StaleWrite: when the file has another hash than *expected*.
        """
        record, entries = self.past(name)
        entry = chosen(name, entries, version)
        raw = self.history.kept(entry)
        if record is None:
            self._bring_back(entry.path, raw)
            return self._done("restored", None, entry.path)
        text = edited(record, {}, raw.decode("utf-8"), self._time(), header=False)
        self._replace(record, text, "restored", expected)
        return self._done("restored", record, record.path)

    def _bring_back(self, path: str, raw: bytes) -> None:
        target = self._place(path)
        with self._locked():
            if target.exists():
                raise Conflict(f"there is a file {path} already", "move it away first")
            self.disk.write(target, raw)

    def _place(self, path: str) -> Path:
        """Return where a file is to be made; never outside of the project."""
        inside(self.root, project_path(path, new=True))
        return self.root / path

    def _replace(self, before: Record, text: str, event: Event, expected: str | None) -> None:
        new = script_bytes(before.path, text)
        with self._locked():
            now = self._on_disk(before.path)
            _refuse_stale(before.path, expected or before.sha256, now)
            self.history.keep(before, event)
            try:
                old = before.content.encode()
                self.disk.write(self.root / before.path, new, instead_of=old)
            except FileChanged:
                now = self._on_disk(before.path)
                _refuse_stale(before.path, before.sha256, now)
        self.history.prune()

    def _on_disk(self, path: str) -> Record | None:
        try:
            raw = self.disk.read(self.root / path, limit=MAX_SCRIPT_BYTES, name=path)
        except DocumentUnreadable as error:
            if error.reason == "missing":
                return None
            raise
        return record_of(path, raw.decode("utf-8", "replace"), hashlib.sha256(raw).hexdigest())

    def _locked(self) -> AbstractContextManager[None]:
        return locked(self.root / LOCK)

    def _done(self, action: str, before: Record | None, path: str) -> Change:
        paths = {path, *([before.path] if before else [])}
        notes = self._refresh(paths)
        after = self._on_disk(path)
        return Change(action, before, after, (), notes)

    def _refresh(self, paths: set[str]) -> tuple[PybridgeError, ...]:
        """Tell the index; if it cannot be told, the next sync sees the files."""
        try:
            refresh(self.project, paths, self.disk, self._opinion)
        except PybridgeError as error:
            return (error,)
        return ()

    def _time(self) -> str:
        text = self._now().astimezone(UTC).isoformat(timespec="milliseconds")
        return text.replace("+00:00", "Z")


def _refuse_stale(path: str, expected: str, now: Record | None) -> None:
    if now is None:
        raise StaleWrite(path, expected, None, None)
    if now.sha256 != expected:
        raise StaleWrite(path, expected, now.sha256, int(now.info["version"]))
