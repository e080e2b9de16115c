"""List, read and write the documents of a project, and prepare them for rendering."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pybridge.commands.script_reader import EngineScriptReader
from pybridge.commands.scripts.syncing import require_root
from pybridge.commands.session import limits_of
from pybridge.commands.work.transform import read_post
from pybridge.errors import Conflict, DocumentUnreadable, InputTooLarge, PybridgeError
from pybridge.project.discover import Project
from pybridge.project.documents import Document, DocumentFile, document_of
from pybridge.project.front_matter import body_of
from pybridge.project.paths import PathRefused, inside, project_path, same_elsewhere
from pybridge.project.site_data import shared_data
from pybridge.project.text import decode_text
from pybridge.project.tree import document_rule, is_visible
from pybridge.scripts_store.errors import StaleWrite
from pybridge.scripts_store.history import LOCK
from pybridge.scripts_store.storage.disk import Disk, FileChanged
from pybridge.scripts_store.storage.lock import locked
from pybridge.scripts_store.sync import refresh
from pybridge.scripts_store.view import current

_BOM = b"\xef\xbb\xbf"


def list_documents(
    project: Project,
    *,
    words: str = "",
    using: str | None = None,
    limit: int = 1000,
    offset: int = 0,
    disk: Disk | None = None,
) -> dict[str, Any]:
    """Return one page of the documents, with the macros in each, and how many there are in all.

    Args:
        project: Which.
        words: Parts of their paths, all of which must be there.
        using: A macro that they must use.
        limit: How many at most.
        offset: How many to pass over.
        disk: What reads.
    """
    require_root(project)
    wanted = words.lower().split()
    with EngineScriptReader() as reader, current(project, disk=disk, reader=reader) as view:
        found = view.index.documents()
        if using is not None:
            users = view.index.documents_using([using])
            found = [path for path in found if path in users]
        found = [path for path in found if all(word in path.lower() for word in wanted)]
        page = found[offset : offset + limit]
        macros = view.index.macros_in(page)
    entries = [{"path": path, "macros": macros.get(path, {})} for path in page]
    return {"documents": entries, "total": len(found)}


def read(project: Project, path: str, *, disk: Disk | None = None) -> dict[str, Any]:
    """Return path, text and sha256 of a document.

    Raises:
        PathRefused: when *path* is no document of the project.
        DocumentMissing: when there is no such file.
        PybridgeError: when it cannot be read as text.
    """
    place = _place(project, path, new=False)
    raw = _present(place, path, limits_of(project).input_bytes, disk or Disk())
    if raw is None:
        raise DocumentMissing(path)
    return _told(path, raw)


def _told(path: str, raw: bytes) -> dict[str, Any]:
    text = decode_text(raw, Path(path))
    return {"path": path, "text": text, "sha256": hashlib.sha256(raw).hexdigest()}


def write(
    project: Project, path: str, text: str, expected: str | None, *, disk: Disk | None = None
) -> dict[str, Any]:
    """Replace a document's file, or write a new one; return it as `read` does.

    Args:
        project: Which.
        path: Relative to it.
        text: The whole new text; a byte order mark of the file stays.
        expected: The sha256 of what it replaces; None for a file that is not there yet.
        disk: What writes.

    Raises:
        StaleWrite: when the file holds something else than *expected*.
        Conflict: when there is a file although none was expected.
    """
    files = disk or Disk()
    place = _place(project, path, new=expected is None)
    root = project.root or Path()
    limit = limits_of(project).input_bytes
    raw = text.encode("utf-8")
    decode_text(raw, Path(path))
    if len(raw) > limit:
        raise InputTooLarge(path, len(raw), limit)
    with locked(root / LOCK):
        before = _present(place, path, limit, files)
        _refuse_stale(path, expected, before)
        if before is not None and before.startswith(_BOM):
            raw = _BOM + raw.removeprefix(_BOM)
        _replace(place, path, raw, before, files, limit)
    with (
        EngineScriptReader() as reader,
        suppress(PybridgeError),
    ):  # else the next sync sees the file
        refresh(project, {path}, files, reader)
    return _told(path, raw)


def _replace(
    place: Path, path: str, raw: bytes, before: bytes | None, disk: Disk, limit: int
) -> None:
    try:
        disk.write(place, raw, instead_of=before)
    except FileChanged:
        _refuse_stale(path, hashlib.sha256(before or b"").hexdigest(), _present(place, path, limit, disk))  # fmt: skip
        raise Conflict(f"{path} changed in the meantime", "read it again") from None


def _present(place: Path, path: str, limit: int, disk: Disk) -> bytes | None:
    try:
        return disk.read(place, limit=limit, name=path)
    except DocumentUnreadable as error:
        if error.reason == "missing":
            return None
        raise


def _refuse_stale(path: str, expected: str | None, before: bytes | None) -> None:
    actual = None if before is None else hashlib.sha256(before).hexdigest()
    if actual == expected:
        return
    if expected is None:
        raise DocumentThere(path, actual or "")
    raise StaleWrite(path, expected, actual, None)


@dataclass(eq=False)
class DocumentMissing(PybridgeError):
    """A document that is not there, or not any more."""

    path: str
    code = "not-found"
    hint = "check the spelling; `documents.list` has them all"

    def what(self) -> str:
        """Name the file."""
        return f"{self.path}: no such file"


class DocumentThere(Conflict):
    """A new document was to be written, and there is one already."""

    def __init__(self, path: str, sha256: str) -> None:
        super().__init__(f"there is a file {path} already", "choose another name, or read it first")
        self.sha256 = sha256

    def places(self) -> Mapping[str, str]:
        """Return the hash of what is there."""
        return {"sha256": self.sha256}


def prepare(project: Project, path: str, text: str | None = None) -> dict[str, Any]:
    """Return what a document is rendered and transformed from.

    Args:
        project: Which.
        path: Of the document; with *text* it need not exist.
        text: What it is to hold; None for what it holds.
    """
    place = _place(project, path, new=False)
    if text is None:
        text = read(project, path)["text"]
    document = document_of(DocumentFile(place, path, PurePosixPath(path)), text)
    problem = document.problem.to_json() if document.problem else None
    return {
        "document": document.to_json(),
        "transformPost": _transform_post(document),
        "problem": problem,
    }


def _transform_post(document: Document) -> dict[str, Any] | None:
    post = document.post or {}
    lists = {name: _texts(post.get(name)) for name in ("tags", "categories")}
    try:
        return read_post({"title": post.get("title"), "content": body_of(document.text), **lists})
    except PybridgeError:
        return None


def _texts(value: object) -> list[str]:
    items = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, str) and item.strip()]


def env_of(project: Project, *, preview: bool) -> dict[str, Any]:
    """Return `env` as every document of the project is rendered with."""
    return {"isPreview": preview, "mainLanguage": project.settings.main_language}


def data_of(project: Project) -> dict[str, Any]:
    """Return `data` as every document of the project is rendered with; reads all of them."""
    require_root(project)
    return shared_data(project, (), limit=limits_of(project).input_bytes)


def _place(project: Project, path: str, *, new: bool) -> Path:
    """Return where a document is.

    Raises:
        PathRefused: when it is none of the project's.
    """
    require_root(project)
    root = project.root or Path()
    relative = project_path(path, new=new)
    place = inside(root, relative)
    real = place.relative_to(root.resolve()).as_posix()
    is_document = document_rule(project.settings)
    if not (is_visible(path) and is_visible(real) and is_document(path)):
        globs = ", ".join(project.settings.include)
        raise PathRefused(path, f"no document of this project, which are {globs}")
    if new:
        _refuse_twin(root, relative)
    return place


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
