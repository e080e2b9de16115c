"""Find and read documents."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from pybridge.errors import DocumentUnreadable, PybridgeError
from pybridge.project.discover import Project, ProjectOrBuiltIns
from pybridge.project.front_matter import FrontMatterInvalid, read_post
from pybridge.project.text import read_marked_text
from pybridge.project.tree import document_problem, document_rule, walk
from pybridge.storage.own_folder import ancestor
from pybridge.storage.regular_file import real_path


@dataclass(frozen=True)
class DocumentFile:
    """A document that was found, not read yet."""

    path: Path
    name: str
    """The document in messages: relative to the project where it lies in one."""
    target: PurePosixPath
    """Its place below an output folder, under its own name."""
    root: Path | None = None
    """The folder that it must lie in, links followed; None for a file outside that the user named."""


@dataclass(frozen=True)
class Document:
    """A document's text and its front matter."""

    file: DocumentFile
    text: str
    post: dict[str, Any] | None
    problem: FrontMatterInvalid | None = None
    """Why there is no post although there is front matter."""
    mark: str = ""
    """The byte order mark before the text, if the file has one."""

    def to_json(self) -> dict[str, Any]:
        """Return the document as document.v1."""
        value: dict[str, Any] = {"text": self.text, "path": self.file.name}
        if self.post is None:
            return value
        linked = self.post.get("linkedMediaIds")
        data = {"data": {"linkedMediaIds": linked}} if isinstance(linked, list) else {}
        return {**value, "post": self.post, **data}


def find_documents(
    paths: Sequence[Path],
    project: ProjectOrBuiltIns,
    *,
    skip: Path | None = None,
    on_refused: Callable[[PybridgeError], object] = lambda _: None,
) -> list[DocumentFile]:
    """List the documents in *paths*: files as they are, folders searched recursively, sorted.

    Args:
        paths: Files and folders. Missing files are listed too: reading them reports the error.
        project: Its globs choose among the files of a folder.
        skip: A folder to leave out, such as the output folder.
        on_refused: Gets the problem of each file in a folder that is left out: a link out of the
            project, a pipe or the like.
    """
    files = [path for path in paths if not path.is_dir()]
    base = _common_folder(files)
    found: dict[Path, DocumentFile] = {}
    for path in paths:
        if path.is_dir():
            root = boundary(path, project) or path
            inside = _search(path, project, real_path(skip) if skip else None, root, on_refused)
            batch = [_found_file(file, path, project, root) for file in inside]
        else:
            batch = [_document_file(path, base, project)]
        for file in batch:
            found.setdefault(real_path(file.path), file)
    return list(found.values())


def _common_folder(files: Sequence[Path]) -> Path:
    folders = [real_path(path).parent for path in files]
    return Path(os.path.commonpath(folders)) if folders else Path()


def _document_file(path: Path, base: Path, project: ProjectOrBuiltIns) -> DocumentFile:
    target = real_path(path).relative_to(real_path(base))
    root, name = boundary(path, project), project.name_of(path)
    if root is not None and not real_path(path).is_relative_to(root):
        name = path.as_posix()  # not that of the file outside, which is never read
    return DocumentFile(path, name, PurePosixPath(target.as_posix()), root)


def _found_file(path: Path, folder: Path, project: ProjectOrBuiltIns, root: Path) -> DocumentFile:
    target = PurePosixPath(path.relative_to(folder).as_posix())
    return DocumentFile(path, project.name_of(path), target, root)


def boundary(path: Path, project: ProjectOrBuiltIns) -> Path | None:
    """Return the project that a path, before its links are followed, lies in."""
    inside = isinstance(project, Project) and ancestor(path, project.root) is not None
    return project.root if isinstance(project, Project) and inside else None


def _search(
    folder: Path,
    project: ProjectOrBuiltIns,
    skip: Path | None,
    root: Path,
    on_refused: Callable[[PybridgeError], object],
) -> Iterator[Path]:
    tree = walk(folder, document_rule(project.settings))
    left_out = _inner(folder, skip)
    for path, error in sorted(tree.unreadable.items()):
        if not f"{path}/".startswith(left_out):
            raise DocumentUnreadable.of(folder / path, error)
    found = {**tree.documents, **tree.odd_documents}
    for path in sorted(found, key=lambda path: path.split("/")):
        whole = Path(found[path])
        if path.startswith(left_out):
            continue
        problem = document_problem(path, whole, root)
        if problem is not None:
            on_refused(problem)
        elif not whole.is_dir():  # a linked folder
            yield folder / path


def _inner(folder: Path, skip: Path | None) -> str | tuple[str, ...]:
    """Return how paths in *skip* begin, relative to *folder*; an empty tuple where it is not inside."""
    base = real_path(folder)
    if skip is None or skip == base or not skip.is_relative_to(base):
        return ()
    return f"{skip.relative_to(base).as_posix()}/"


def read_document(file: DocumentFile, *, limit: int) -> Document:
    """Read a document; where the front matter is broken it has no post, but a problem.

    Raises:
        PybridgeError: when the file cannot be read as text, see `read_text`.
    """
    mark, text = read_marked_text(file.path, limit=limit, name=file.name, root=file.root)
    return replace(document_of(file, text), mark=mark)


def document_of(file: DocumentFile, text: str) -> Document:
    """Return the document with this text, which may differ from the file's."""
    try:
        return Document(file, text, read_post(text, file.name))
    except FrontMatterInvalid as error:
        return Document(file, text, None, error)
