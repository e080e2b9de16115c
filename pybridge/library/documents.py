"""Documents on their way to an engine, and the batches they go in."""

from __future__ import annotations

import time
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from pybridge import abi
from pybridge.project.documents import Document as ReadDocument
from pybridge.project.documents import DocumentFile, document_of

MOST_DOCUMENTS = 256
MOST_CHARACTERS = 4 * 1024 * 1024
MOST_WAITING_S = 0.1
"""Bounds of a batch: it goes to the engine when one of them is reached."""
_NAMELESS = "(text)"


@dataclass(frozen=True)
class Document:
    """A document to render: Markdown, or with `format="text"` plain text."""

    text: str
    """The source, front matter included."""
    path: str | None = None
    """Where it comes from, for messages; never opened."""
    post: Mapping[str, Any] | None = None
    """Its front matter; None to read that from the text."""
    env: Mapping[str, Any] | None = None
    """Members of the call's `env`, such as `{"now": "2026-01-01T00:00:00Z"}`."""
    data: Mapping[str, Any] | None = None
    """Data for its macros, over that of the project."""
    format: Literal["markdown", "text"] = "markdown"
    """`text`: every macro counts, also those that Markdown would take for code."""


@dataclass(frozen=True)
class Prepared:
    """A document as an engine takes it."""

    value: dict[str, Any]
    """document.v1."""
    read: ReadDocument
    given: Document


def prepare(given: str | Document) -> Prepared:
    """Return a document as an engine takes it, with the front matter of its text.

    Raises:
        TypeError: when it is neither text nor a `Document`.
        Invalid: when a member breaks document.v1; says all that is wrong.
    """
    document = Document(given) if isinstance(given, str) else given
    text: object = getattr(document, "text", document)
    if not isinstance(text, str):
        raise TypeError(f"a document is a str or a pybridge.Document, not {type(text).__name__}")
    name = document.path or _NAMELESS
    file = DocumentFile(Path(name), name, PurePosixPath(name))
    if document.post is not None or document.format == "text":
        read = ReadDocument(file, document.text, None)
    else:
        read = document_of(file, document.text)
    value = {**read.to_json(), **_given(document)}
    if document.path is None:
        del value["path"]
        value["post"] = _without_name(value.get("post"))
    if value.keys() - {"text", "path", "post"} or document.post is not None:
        abi.require("document", value)
    return Prepared(value, read, document)


def _without_name(post: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return a post without an id and a slug that were made of the name of a document that has none."""
    return post and {key: value for key, value in post.items() if value != _NAMELESS}


def _given(document: Document) -> dict[str, Any]:
    members = {"post": document.post, "env": document.env, "data": document.data}
    given: dict[str, Any] = {
        name: dict(value) for name, value in members.items() if value is not None
    }
    return given if document.format == "markdown" else {**given, "format": document.format}


class Batch:
    """Collects documents. The first batch is small, so that its results come soon, the next ones are larger."""

    def __init__(self) -> None:
        self._most = 1
        self._taken: list[Prepared] = []
        self._characters = 0
        self._since = 0.0

    def add(self, given: str | Document | Prepared) -> bool:
        """Add a document; return whether the batch is full."""
        prepared = given if isinstance(given, Prepared) else prepare(given)
        if not self._taken:
            self._since = time.monotonic()
        self._taken.append(prepared)
        self._characters += len(prepared.value["text"])
        return (
            len(self._taken) >= self._most
            or self._characters >= MOST_CHARACTERS
            or time.monotonic() - self._since >= MOST_WAITING_S
        )

    def take(self) -> list[Prepared]:
        """Return the documents, and begin the next batch."""
        taken, self._taken, self._characters = self._taken, [], 0
        self._most = min(self._most * 2, MOST_DOCUMENTS)
        return taken


def batches(documents: Iterable[str | Document | Prepared]) -> Iterator[list[Prepared]]:
    """Yield documents in batches; what was collected before *documents* raises comes first."""
    batch = Batch()
    try:
        for document in documents:
            if batch.add(document):
                yield batch.take()
    except GeneratorExit:
        raise
    except BaseException:
        if rest := batch.take():
            yield rest
        raise
    if rest := batch.take():
        yield rest


async def async_batches(
    documents: Iterable[str | Document] | AsyncIterable[str | Document],
) -> AsyncIterator[list[Prepared]]:
    """Yield documents in batches, as `batches` does; an ordinary iterable is read in the event loop."""
    if not isinstance(documents, AsyncIterable):
        for taken in batches(documents):
            yield taken
        return
    batch = Batch()
    try:
        async for document in documents:
            if batch.add(document):
                yield batch.take()
    except Exception:
        if rest := batch.take():
            yield rest
        raise
    if rest := batch.take():
        yield rest
