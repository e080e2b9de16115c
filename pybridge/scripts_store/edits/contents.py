"""New contents for scripts, decided without touching a file."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pybridge.errors import PybridgeError, UsageError
from pybridge.errors.text import notes_text
from pybridge.macros.scripts.header import Value, read_header
from pybridge.macros.scripts.metadata import ENTRYPOINTS, NAMESPACE, uuid5
from pybridge.project.text import decode_text
from pybridge.project.tree import MAX_SCRIPT_BYTES, ScriptTooLarge
from pybridge.scripts_store.edits.header_text import add_header, has_header, update_header
from pybridge.scripts_store.edits.rename_uses import DocumentChange
from pybridge.scripts_store.index.records import Record, record_of

BUILT_IN_PROJECT = "pybridge"
"""The project that the headers of built-in scripts name."""


@dataclass(frozen=True)
class Change:
    """A change of a script, done or as a dry run would do it."""

    action: str
    before: Record | None
    after: Record | None
    documents: tuple[DocumentChange, ...] = ()
    """The documents that were rewritten, or would be."""
    notes: tuple[PybridgeError | str, ...] = ()
    """Remarks; the change itself is done."""
    is_done: bool = True
    """False after a dry run."""
    is_whole: bool = True
    """False when documents were to be rewritten and some were not; notes name them."""

    def to_json(self) -> dict[str, Any]:
        """Return the change as cli-script-change.v1."""
        before, after = self.before, self.after
        record = after or before
        if record is None:
            raise RuntimeError("a change has a script before or after it")
        moved = before is not None and after is not None and before.path != after.path
        return {
            "action": self.action,
            "done": self.is_done,
            "path": record.path,
            "previousPath": before.path if moved and before else None,
            "slug": record.slug,
            "previousSlug": before.slug if before and before.slug != record.slug else None,
            "id": record.id,
            "version": record.info["version"],
            "sha256": after.sha256 if after and self.is_done else None,
            "previousSha256": before.sha256 if before else None,
            "documents": [document.to_json() for document in self.documents],
            "notes": notes_text(self.notes),
        }


def new_header(
    title: str, kind: str, slug: str, at: str, others: Sequence[Record]
) -> dict[str, Value]:
    """Return the header of a new script; the project's id is the one that *others* have."""
    projects = Counter(read_header(record.header.removeprefix("\ufeff")).text("projectId") for record in others)  # fmt: skip
    del projects[None], projects[BUILT_IN_PROJECT]
    project = {"projectId": projects.most_common(1)[0][0] or ""} if projects else {}
    return {
        "id": str(uuid.uuid4()),
        **project,
        "slug": slug,
        "title": title,
        "kind": kind,
        "entrypoint": ENTRYPOINTS[kind],
        "enabled": True,
        "version": 1,
        "createdAt": at,
        "updatedAt": at,
    }


def edited(
    before: Record, fields: Mapping[str, Value], content: str | None, at: str, *, header: bool
) -> str:
    """Return a script's next content: *content* or its own, with *fields*, one version on.

    Args:
        before: The script at present.
        fields: Header values.
        content: The new file; None leaves the body.
        at: The time, as headers have it.
        header: Write a header where there is none.

    Raises:
        UsageError: when a header value is to change and there is no header.
    """
    text = before.content if content is None else content
    if not has_header(text):
        if not header:
            if fields:
                problem = f"{before.path} has no header for these values"
                raise UsageError(problem, "add --add-header to write one")
            return text
        text = add_header(text, _derived_header(before, at))
    version = int(before.info["version"]) + 1
    after = update_header(text, {**fields, "version": version, "updatedAt": at})
    _refuse_broken(before, content, after)
    return after


def with_entrypoint(before: Record, fields: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return *fields* with the entry point of a new kind, where the script has that of its old kind."""
    kind, known = fields.get("kind"), before.info
    has_usual = known["entrypoint"] == ENTRYPOINTS.get(known["kind"])
    if isinstance(kind, str) and kind in ENTRYPOINTS and "entrypoint" not in fields and has_usual:
        return {**fields, "entrypoint": ENTRYPOINTS[kind]}
    return fields


def script_bytes(path: str, text: str) -> bytes:
    """Return the bytes of a script's file.

    Raises:
        DocumentNotText: when it holds a NUL: the file would no longer be a script.
        ScriptTooLarge: when it is too large to be one.
    """
    raw = text.encode("utf-8")
    if len(raw) > MAX_SCRIPT_BYTES:
        raise ScriptTooLarge(path, len(raw), MAX_SCRIPT_BYTES)
    decode_text(raw, Path(path))
    return raw


def _derived_header(record: Record, at: str) -> dict[str, Value]:
    known = record.info
    kept = {key: known[key] for key in ("id", "slug", "title", "kind", "entrypoint", "enabled")}
    return {**kept, "version": known["version"], "createdAt": at, "updatedAt": at}


def _refuse_broken(before: Record, content: str | None, after: str) -> None:
    """Refuse a header that breaks the script, as one before `from __future__` does."""
    was_sound = not any(each["code"] == "syntax" for each in before.info["problems"])
    if content is None and was_sound and not before.has_header:
        for problem in record_of(before.path, after, "").info["problems"]:
            if problem["code"] == "syntax":
                raise UsageError(f"{before.path}: with a header: {problem['message']}")


def id_at(record: Record, path: str) -> str:
    """Return the script's id at another path: without a header it is derived from that."""
    return record.id if _names_id(record) else uuid5(NAMESPACE, path)


def _names_id(record: Record) -> bool:
    return read_header(record.header.removeprefix("\ufeff")).text("id") is not None


def renamed(record: Record, path: str, slug: str) -> Record:
    """Return a script's record under its new name."""
    info = {**record.info, "path": path, "slug": slug, "id": id_at(record, path)}
    return replace(record, path=path, info=info)
