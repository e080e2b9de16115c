"""Scripts and files as rows of the index, and back."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from pybridge.errors import PybridgeError
from pybridge.scripts_store.index.plan import FileState, path_key, slug_key
from pybridge.scripts_store.index.records import Record
from pybridge.scripts_store.index.scan import Stamp

COLUMNS = (
    "path", "path_key", "slug_key", "id", "slug", "title", "kind", "entrypoint", "enabled", "version", "created_at",
    "updated_at", "sha256", "aliases", "needs", "takes_body", "params", "limits", "problems",
    "header", "body",
)  # fmt: skip
INSERT = f"INSERT INTO scripts ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
ADD_WORDS = (
    "INSERT INTO scripts_words(rowid, title, slug, body) SELECT number, title, slug, body"
    " FROM scripts WHERE path IN (SELECT value FROM json_each(?))"
)
FORGET_WORDS = (
    "INSERT INTO scripts_words(scripts_words, rowid, title, slug, body)"
    " SELECT 'delete', number, title, slug, body"
    " FROM scripts WHERE path IN (SELECT value FROM json_each(?))"
)
"""Words must be forgotten while the rows they came from are still there."""
STATES = (
    "SELECT f.path, f.fingerprint, coalesce(s.id, ''), coalesce(s.slug, ''),"
    " coalesce(s.enabled, 1) FROM files f {join} JOIN scripts s ON s.path = f.path"
)
SELECT = f"SELECT {', '.join(COLUMNS)} FROM scripts"


def packed(stamps: Iterable[Stamp]) -> bytes:
    """Return stamps as the index holds them."""
    return array("q", chain.from_iterable(stamps)).tobytes()


def unpacked(paths: str, raw: bytes) -> dict[str, Stamp]:
    """Return stamps by path; paths are joined by NUL."""
    numbers = array("q")
    numbers.frombytes(raw)
    quads = zip(numbers[0::4], numbers[1::4], numbers[2::4], numbers[3::4], strict=True)
    return dict(zip(paths.split("\0"), quads, strict=True))


def state_of_row(row: tuple[Any, ...]) -> FileState:
    """Return a row of `STATES`."""
    return FileState(row[0], row[1], row[2], row[3], bool(row[4]))


def file_row(state: FileState, problems: Mapping[str, PybridgeError]) -> tuple[Any, ...]:
    """Return a row of `files`."""
    problem = problems.get(state.path)
    text = json.dumps(problem.to_json()) if problem else None
    return state.path, state.fingerprint, bool(state.id), text


def script_row(record: Record) -> tuple[Any, ...]:
    """Return a row of `COLUMNS`."""
    info = record.info
    return (
        record.path, path_key(record.path), slug_key(record.slug), info["id"], info["slug"], info["title"], info["kind"], info["entrypoint"],
        info["enabled"], info["version"], info["createdAt"], info["updatedAt"], record.sha256,
        _list(info["aliases"]), _text(info["needs"]), info["body"], _text(info["params"]),
        _text(info.get("limits")), _list(info["problems"]), record.header, record.body,
    )  # fmt: skip


def record_of_row(row: tuple[Any, ...]) -> Record:
    """Return the script in a row of `COLUMNS`."""
    known = dict(zip(COLUMNS, row, strict=True))
    limits = {"limits": json.loads(known["limits"])} if known["limits"] else {}
    info = {
        **{name: known[name] for name in ("path", "id", "slug", "title", "kind", "entrypoint")},
        "enabled": bool(known["enabled"]),
        "version": known["version"],
        "createdAt": known["created_at"],
        "updatedAt": known["updated_at"],
        "aliases": json.loads(known["aliases"]),
        "needs": _value(known["needs"]),
        "body": bool(known["takes_body"]),
        "params": _value(known["params"]),
        **limits,
        "sha256": known["sha256"],
        "problems": json.loads(known["problems"]),
    }
    return Record(known["path"], known["sha256"], info, known["header"], known["body"])


def _list(values: Sequence[Any]) -> str:
    return json.dumps(values) if values else "[]"


def _text(value: Any) -> str | None:
    return None if value is None else json.dumps(value)


def _value(text: str | None) -> Any:
    return None if text is None else json.loads(text)
