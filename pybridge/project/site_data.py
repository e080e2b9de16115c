"""Gather the data about the whole project that its macros get."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pybridge.errors import PybridgeError
from pybridge.project.discover import BuiltIns, ProjectOrBuiltIns
from pybridge.project.documents import Document, DocumentFile, find_documents, read_document
from pybridge.project.media import read_media
from pybridge.storage.regular_file import real_path


def shared_data(
    project: ProjectOrBuiltIns, documents: Sequence[Document], *, limit: int
) -> dict[str, Any]:
    """Return `data` for every document: media, and the usage of tags over the whole project.

    Args:
        project: Where media and the other documents are; the built-ins alone have none.
        documents: Those that were read already.
        limit: Bytes of a document.
    """
    posts = [document.post for document in documents]
    if isinstance(project, BuiltIns):
        return {"media": [], "tagUsage": tag_usage(posts)}
    known = {real_path(document.file.path) for document in documents}
    for file in find_documents([project.root], project):
        if real_path(file.path) not in known:
            posts.append(_post(file, limit))
    return {"media": read_media(project.root), "tagUsage": tag_usage(posts)}


def _post(file: DocumentFile, limit: int) -> dict[str, Any] | None:
    try:
        return read_document(file, limit=limit).post
    except PybridgeError:
        return None


def tag_usage(posts: Iterable[Mapping[str, Any] | None]) -> list[dict[str, Any]]:
    """Count the tags of published posts, most used first, then by name.

    A post without a status counts as published.
    """
    counts: Counter[str] = Counter()
    for post in posts:
        if post is not None and post.get("status", "published") == "published":
            counts.update(_tags(post.get("tags")))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"tag": tag, "count": count} for tag, count in ordered]


def _tags(value: object) -> set[str]:
    items = value if isinstance(value, list) else []
    return {item.strip() for item in items if isinstance(item, str) and item.strip()}
