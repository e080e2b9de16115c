"""Find and read the documents that are to be rendered."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from pybridge.errors import DocumentUnreadable, PybridgeError
from pybridge.project.discover import Project
from pybridge.project.front_matter import FrontMatterInvalid, read_post
from pybridge.project.text import read_text

_SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__", "venv"})


@dataclass(frozen=True)
class DocumentFile:
    """A document that was found, not read yet."""

    path: Path
    name: str
    """The document in messages: relative to the project where it lies in one."""
    target: PurePosixPath
    """Its place below an output folder, under its own name."""


@dataclass(frozen=True)
class Document:
    """A document's text and what its front matter says."""

    file: DocumentFile
    text: str
    post: dict[str, Any] | None
    problem: PybridgeError | None = None
    """Why there is no post although there is front matter."""

    def to_json(self) -> dict[str, Any]:
        """Return the document as document.v1."""
        value: dict[str, Any] = {"text": self.text, "path": self.file.name}
        if self.post is None:
            return value
        linked = self.post.get("linkedMediaIds")
        data = {"data": {"linkedMediaIds": linked}} if isinstance(linked, list) else {}
        return {**value, "post": self.post, **data}


def find_documents(
    paths: Sequence[Path], project: Project, *, skip: Path | None = None
) -> list[DocumentFile]:
    """List the documents in *paths*: files as they are, folders searched recursively, sorted.

    Args:
        paths: Files and folders. What does not exist is listed too: reading it says why.
        project: Its globs choose among the files of a folder.
        skip: A folder to leave out, such as the one that is written to.
    """
    files = [path for path in paths if not path.is_dir()]
    base = _common_folder(files)
    found: dict[Path, DocumentFile] = {}
    for path in paths:
        if path.is_dir():
            inside = _search(path, project, skip.resolve() if skip else None)
            batch = [_document_file(file, path, project) for file in inside]
        else:
            batch = [_document_file(path, base, project)]
        for file in batch:
            found.setdefault(file.path.resolve(), file)
    return list(found.values())


def _common_folder(files: Sequence[Path]) -> Path:
    folders = [path.resolve().parent for path in files]
    return Path(os.path.commonpath(folders)) if folders else Path()


def _document_file(path: Path, base: Path, project: Project) -> DocumentFile:
    target = path.resolve().relative_to(base.resolve())
    return DocumentFile(path, project.name_of(path), PurePosixPath(target.as_posix()))


def _search(folder: Path, project: Project, skip: Path | None) -> Iterator[Path]:
    settings = project.settings
    for path in _walk(folder, skip):
        relative = path.relative_to(folder).as_posix()
        if _matches(relative, settings.include) and not _matches(relative, settings.exclude):
            yield path


def _walk(folder: Path, skip: Path | None) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise DocumentUnreadable.of(folder, error) from error
    for entry in entries:
        if entry.name.startswith(".") or entry.name in _SKIPPED_FOLDERS:
            continue
        if entry.is_dir():
            if not entry.is_symlink() and entry.resolve() != skip:
                yield from _walk(entry, skip)
        else:
            yield entry


def _matches(relative: str, globs: Sequence[str]) -> bool:
    """Whether a glob matches; `**/` also stands for no folder at all."""
    return any(
        fnmatchcase(relative, glob) or fnmatchcase("/" + relative, "/" + glob.replace("**/", "*"))
        for glob in globs
    )


def read_document(file: DocumentFile, *, limit: int) -> Document:
    """Read a document; broken front matter costs the post, not the document.

    Raises:
        PybridgeError: when the file cannot be read as text, see `read_text`.
    """
    return document_of(file, read_text(file.path, limit=limit, name=file.name))


def document_of(file: DocumentFile, text: str) -> Document:
    """Return the document that *text* is, be it not what the file holds."""
    try:
        return Document(file, text, read_post(text, file.name))
    except FrontMatterInvalid as error:
        return Document(file, text, None, error)
