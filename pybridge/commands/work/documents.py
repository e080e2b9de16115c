"""Prepare the documents of a project for rendering and for transforms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any

from pybridge.commands.script_reader import open_workspace
from pybridge.commands.session import limits_of
from pybridge.commands.work.transform import read_post
from pybridge.errors import PybridgeError
from pybridge.project.discover import Project
from pybridge.project.documents import Document, DocumentFile, document_of
from pybridge.project.front_matter import body_of
from pybridge.project.site_data import shared_data
from pybridge.scripts_store.documents import DocumentStore
from pybridge.scripts_store.storage.disk import Disk


@contextmanager
def open_documents(project: Project, disk: Disk | None = None) -> Iterator[DocumentStore]:
    """Open a project's documents, under its limits."""
    with open_workspace(project, disk) as workspace:
        yield DocumentStore(workspace, limit=limits_of(project).input_bytes)


def prepare(project: Project, path: str, text: str | None = None) -> dict[str, Any]:
    """Return the inputs of rendering and transforming a document.

    Args:
        project: Which.
        path: Of the document; with *text* it need not exist.
        text: The text to prepare; None for that of the file.
    """
    with open_documents(project) as documents:
        place = documents.place(path)
        if text is None:
            text = documents.read(path).text
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
    """Return the `env` that every document of the project is rendered with."""
    return {"isPreview": preview, "mainLanguage": project.settings.main_language}


def data_of(project: Project) -> dict[str, Any]:
    """Return the `data` that every document of the project is rendered with; reads all documents."""
    return shared_data(project, (), limit=limits_of(project).input_bytes)
