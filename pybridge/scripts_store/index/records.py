"""The index's record of a script: a function of its path and its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pybridge.macros.scripts.header import header_span
from pybridge.macros.scripts.metadata import Metadata
from pybridge.macros.scripts.script import Script
from pybridge.macros.scripts.source import Source
from pybridge.project.parsing import PARSING
from pybridge.scripts_store.workspace import ScriptReader

FIELDS = (
    "id",
    "slug",
    "title",
    "kind",
    "entrypoint",
    "enabled",
    "version",
    "createdAt",
    "updatedAt",
)
"""The metadata that is compared field by field, in the names of script.v1."""


@dataclass(frozen=True)
class Record:
    """One script, a function of its path and its bytes."""

    path: str
    sha256: str
    """Of the file's bytes."""
    info: Mapping[str, Any]
    """script.v1 without origin: that depends on what is shipped."""
    header: str
    """The file up to its body, a byte order mark included."""
    body: str

    @property
    def content(self) -> str:
        """The whole file; its UTF-8 form is the file's bytes."""
        return self.header + self.body

    @property
    def id(self) -> str:
        """Its identity."""
        return str(self.info["id"])

    @property
    def slug(self) -> str:
        """The name by which documents call it."""
        return str(self.info["slug"])

    @property
    def has_header(self) -> bool:
        """Whether its metadata is written in the file."""
        return bool(self.header.strip("\ufeff"))

    def to_json(self, origin: str = "project") -> dict[str, Any]:
        """Return script.v1."""
        return {**self.info, "origin": origin}


def record_of(path: str, text: str, sha256: str, reader: ScriptReader | None = None) -> Record:
    """Return the record of a script file.

    Args:
        path: Relative to the project.
        text: The file, a byte order mark included.
        sha256: Of its bytes.
        reader: Asked where the Python that runs this cannot parse the body.
    """
    mark = text[:1] if text.startswith("\ufeff") else ""
    span = header_span(text[len(mark) :])
    start = len(mark) + (span.body if span else 0)
    with PARSING:
        source = Source(path, text)
        known = Script(source, Metadata(source, sha256), text, "project", None)
    info = _without_origin(known.to_json())
    if source.problem is not None and reader is not None:
        found = reader(path, text)
        if found is not None:
            info = {**_without_origin(found), "sha256": sha256}
    return Record(path, sha256, info, text[:start], text[start:])


def _without_origin(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value[key] for key in value if key != "origin"}
