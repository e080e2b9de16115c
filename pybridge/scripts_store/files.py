"""Write the script files of a project: one process at a time, whole, and what is replaced is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from pybridge.errors import Conflict, DocumentUnreadable, PybridgeError
from pybridge.project.paths import inside, project_path
from pybridge.project.tree import MAX_SCRIPT_BYTES
from pybridge.scripts_store.edits.contents import Change, script_bytes
from pybridge.scripts_store.edits.rename_uses import DocumentChange, write_changes
from pybridge.scripts_store.errors import StaleWrite
from pybridge.scripts_store.history import Event, History
from pybridge.scripts_store.index.records import Record, record_of
from pybridge.scripts_store.storage.disk import FileChanged
from pybridge.scripts_store.sync import refresh
from pybridge.scripts_store.workspace import Workspace
from pybridge.storage.lock import locked


class ScriptFiles:
    """Reads and writes scripts by their paths in the project."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._root, self._disk = workspace.root, workspace.disk
        self.history = History(workspace.root, workspace.disk)

    def read(self, path: str) -> Record | None:
        """Return the script at *path*; None when there is no file."""
        try:
            raw = self._disk.read(
                self._root / path, root=self._root, limit=MAX_SCRIPT_BYTES, name=path
            )
        except DocumentUnreadable as error:
            if error.reason == "missing":
                return None
            raise
        return record_of(path, raw.decode("utf-8", "replace"), hashlib.sha256(raw).hexdigest())

    def make(self, path: str, content: bytes, hint: str) -> None:
        """Write a new file.

        Raises:
            Conflict: when there is one at *path*; *hint* says what to do then.
        """
        target = self._place(path)
        with self._locked():
            if target.exists():
                raise Conflict(f"there is a file {path} already", hint)
            self._disk.write(target, content, root=self._root)

    def replace(
        self,
        before: Record,
        text: str,
        event: Event,
        *,
        expected: str | None = None,
        new_id: str | None = None,
    ) -> None:
        """Replace the content of a script.

        Args:
            before: The script as it was read.
            text: The new content.
            event: Why the old content is replaced.
            expected: The sha256 that the change was made against; None for that of *before*.
            new_id: The script's id from now on; None when it stays.

        Raises:
            StaleWrite: when the file has another hash than *expected*.
        """
        new = script_bytes(before.path, text)
        with self._locked():
            refuse_stale(before.path, expected or before.sha256, self.read(before.path))
            self.history.keep(before, event, new_id=new_id)
            try:
                old = before.content.encode()
                self._disk.write(self._root / before.path, new, root=self._root, instead_of=old)
            except FileChanged:
                refuse_stale(before.path, before.sha256, self.read(before.path))
        self.history.prune()

    def require_free(self, before: Record, path: str) -> None:
        """Return if the script can be moved to *path*.

        Raises:
            Conflict: when another file is there.
            PathRefused: when *path* is outside of the project.
        """
        there = self._place(path)
        if path != before.path and there.exists() and not there.samefile(self._root / before.path):
            raise Conflict(f"there is a file {path} already", "choose another slug")

    def move(self, before: Record, path: str, *, new_id: str | None) -> None:
        """Move a script's file; with *new_id* its content is kept under the old one."""
        with self._locked():
            if new_id is not None:
                self.history.keep(before, "renamed", new_id=new_id)
            self._disk.move(self._root / before.path, self._root / path, root=self._root)

    def remove(self, before: Record, expected: str | None) -> None:
        """Delete a script's file; its content is kept.

        Raises:
            StaleWrite: when the file has another hash than *expected*.
        """
        with self._locked():
            refuse_stale(before.path, expected or before.sha256, self.read(before.path))
            self.history.keep(before, "deleted")
            self._disk.remove(self._root / before.path, root=self._root)

    def write_documents(
        self, changes: Sequence[DocumentChange]
    ) -> tuple[list[DocumentChange], list[PybridgeError | str]]:
        """Write documents; return those that were written, and why others were not."""
        done, notes = write_changes(self._root, self._disk, changes)
        self._refresh({change.path for change in done})
        return done, notes

    def changed(self, action: str, before: Record | None, path: str) -> Change:
        """Return the change of the script that is at *path* now, and update the index."""
        notes = self._refresh({path, *([before.path] if before else [])})
        return Change(action, before, self.read(path), (), notes)

    def _refresh(self, paths: set[str]) -> tuple[PybridgeError, ...]:
        """Update the index; where that fails, the next sync sees the files."""
        try:
            refresh(self._workspace, paths)
        except PybridgeError as error:
            return (error,)
        return ()

    def _place(self, path: str) -> Path:
        """Return where a new file goes; never outside of the project."""
        inside(self._root, project_path(path, new=True))
        return self._root / path

    def _locked(self) -> AbstractContextManager[None]:
        return locked(self._workspace.lock_path, root=self._root)


def refuse_stale(path: str, expected: str, now: Record | None) -> None:
    """Return if the script has the hash that a change was made against.

    Raises:
        StaleWrite: when it has another one, or is gone.
    """
    if now is None:
        raise StaleWrite(path, expected, None, None)
    if now.sha256 != expected:
        raise StaleWrite(path, expected, now.sha256, int(now.info["version"]))
