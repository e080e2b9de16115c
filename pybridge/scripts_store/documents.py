"""List, read and write the documents of a project; nothing is overwritten unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pybridge.errors import Conflict, DocumentUnreadable, InputTooLarge, PybridgeError
from pybridge.project.paths import PathRefused, inside, project_path, same_elsewhere
from pybridge.project.text import decode_text
from pybridge.project.tree import document_rule, is_visible
from pybridge.scripts_store.errors import DocumentMissing, DocumentThere, StaleWrite
from pybridge.scripts_store.storage.disk import FileChanged
from pybridge.scripts_store.sync import refresh
from pybridge.scripts_store.view import current
from pybridge.scripts_store.workspace import Workspace
from pybridge.storage.lock import locked

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class DocumentPage:
    """Some of a project's documents."""

    entries: tuple[tuple[str, Mapping[str, int]], ...]
    """Path, and how often the document uses each macro."""
    total: int
    """How many documents fit, on all pages."""

    def to_json(self) -> dict[str, Any]:
        """Return the page as the service sends it."""
        entries = [{"path": path, "macros": dict(macros)} for path, macros in self.entries]
        return {"documents": entries, "total": self.total}


@dataclass(frozen=True)
class StoredDocument:
    """A document's text and its hash."""

    path: str
    text: str
    sha256: str
    """Of the file's bytes, a byte order mark included."""

    def to_json(self) -> dict[str, str]:
        """Return the document as the service sends it."""
        return {"path": self.path, "text": self.text, "sha256": self.sha256}


class DocumentStore:
    """The documents of one project, named by their paths in it."""

    def __init__(self, workspace: Workspace, *, limit: int) -> None:
        """Keep the arguments; files are opened by each method.

        Args:
            workspace: The project.
            limit: Bytes of a document.
        """
        self._workspace = workspace
        self._root, self._disk = workspace.root, workspace.disk
        self._real_root = self._root.resolve()  # `place` returns resolved paths
        self._limit = limit
        self._is_document = document_rule(workspace.settings)

    def list(
        self, *, words: str = "", using: str | None = None, limit: int = 1000, offset: int = 0
    ) -> DocumentPage:
        """Return one page of the documents, by path.

        Args:
            words: Parts of their paths, all of which must be there.
            using: A macro that they must use.
            limit: How many at most.
            offset: How many to skip.
        """
        wanted = words.lower().split()
        with current(self._workspace) as view:
            found = view.index.documents()
            if using is not None:
                users = view.index.documents_using([using])
                found = [path for path in found if path in users]
            found = [path for path in found if all(word in path.lower() for word in wanted)]
            page = found[offset : offset + limit]
            macros = view.index.macros_in(page)
        return DocumentPage(tuple((path, macros.get(path, {})) for path in page), len(found))

    def read(self, path: str) -> StoredDocument:
        """Return a document.

        Raises:
            PathRefused: when *path* is not a document of the project.
            DocumentMissing: when there is no such file.
            PybridgeError: when it cannot be read as text.
        """
        raw = self._present(self.place(path), path)
        if raw is None:
            raise DocumentMissing(path)
        return _stored(path, raw)

    def write(self, path: str, text: str, expected: str | None) -> StoredDocument:
        """Replace a document's file, or write a new one.

        Args:
            path: Relative to the project.
            text: The whole new text; a byte order mark of the file stays.
            expected: The sha256 of what it replaces; None for a file that is not there yet.

        Raises:
            StaleWrite: when the file has another hash than *expected*.
            DocumentThere: when there is a file although none was expected.
        """
        place = self.place(path, new=expected is None)
        raw = text.encode("utf-8")
        decode_text(raw, Path(path))
        if len(raw) > self._limit:
            raise InputTooLarge(path, len(raw), self._limit)
        with locked(self._workspace.lock_path, root=self._root):
            before = self._present(place, path)
            _refuse_stale(path, expected, before)
            if before is not None and before.startswith(_BOM):
                raw = _BOM + raw.removeprefix(_BOM)
            self._replace(place, path, raw, before)
        with suppress(PybridgeError):  # else the next sync sees the file
            refresh(self._workspace, {path})
        return _stored(path, raw)

    def place(self, path: str, *, new: bool = False) -> Path:
        """Return where a document is, or goes.

        Raises:
            PathRefused: when *path* is not a document of the project.
            Conflict: when a new name is another file's where case or Unicode form fold.
        """
        relative = project_path(path, new=new)
        place = inside(self._root, relative)
        real = place.relative_to(self._root.resolve()).as_posix()
        if not (is_visible(path) and is_visible(real) and self._is_document(path)):
            globs = ", ".join(self._workspace.settings.include)
            raise PathRefused(path, f"not a document of this project; its documents are {globs}")
        if new:
            _refuse_twin(self._root, relative)
        return place

    def _replace(self, place: Path, path: str, raw: bytes, before: bytes | None) -> None:
        try:
            self._disk.write(place, raw, root=self._real_root, instead_of=before)
        except FileChanged:
            known = hashlib.sha256(before or b"").hexdigest()
            _refuse_stale(path, known, self._present(place, path))
            raise Conflict(f"{path} changed in the meantime", "read it again") from None

    def _present(self, place: Path, path: str) -> bytes | None:
        try:
            return self._disk.read(place, root=self._real_root, limit=self._limit, name=path)
        except DocumentUnreadable as error:
            if error.reason == "missing":
                return None
            raise


def _stored(path: str, raw: bytes) -> StoredDocument:
    return StoredDocument(path, decode_text(raw, Path(path)), hashlib.sha256(raw).hexdigest())


def _refuse_stale(path: str, expected: str | None, before: bytes | None) -> None:
    actual = None if before is None else hashlib.sha256(before).hexdigest()
    if actual == expected:
        return
    if expected is None:
        raise DocumentThere(path, actual or "")
    raise StaleWrite(path, expected, actual, None)


def _refuse_twin(root: Path, path: PurePosixPath) -> None:
    """Refuse a new name that is another file's where case or Unicode form fold."""
    folder = root
    for part in path.parts:
        try:
            twin = same_elsewhere(part, [entry.name for entry in folder.iterdir()])
        except OSError:
            return
        if twin is not None:
            problem = f"{path}: {twin!r} is there, the same name on other systems"
            raise Conflict(problem, "choose another name")
        folder = folder / part
