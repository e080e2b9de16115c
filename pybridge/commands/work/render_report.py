"""What is rendered, and the report on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pybridge.engines import EngineChoice
from pybridge.engines.protocol import JsonObject
from pybridge.errors import PybridgeError
from pybridge.project.discover import ProjectOrBuiltIns
from pybridge.project.documents import Document, DocumentFile

MACRO_KEYS = (
    "name",
    "slug",
    "scriptId",
    "raw",
    "display",
    "ordinal",
    "parent",
    "position",
    "status",
)
_MORE_KEYS = ("stdout", "stderr", "durationUs")


@dataclass(frozen=True)
class RenderRequest:
    """The documents to render, and how."""

    paths: Sequence[Path]
    project: ProjectOrBuiltIns
    engine: EngineChoice
    out: Path | None = None
    html: bool = False
    preview: bool = False


@dataclass
class RenderedFile:
    """One document and its result."""

    file: DocumentFile
    document: Document | None = None
    """None when it could not be read."""
    rendered: JsonObject = field(default_factory=dict)
    output: str | None = None
    target: Path | None = None
    """The file that was written."""
    problems: list[PybridgeError] = field(default_factory=list)
    """Errors outside of its macros."""

    @property
    def macros(self) -> list[JsonObject]:
        """Its macros, in document order."""
        return list(self.rendered.get("macros", []))

    @property
    def warnings(self) -> list[JsonObject]:
        """Its warnings, in document order."""
        return list(self.rendered.get("warnings", []))

    @property
    def errors(self) -> list[JsonObject]:
        """All its errors, as error.v1."""
        own = [problem.to_json() for problem in self.problems]
        return [*own, *self.rendered.get("errors", [])]

    def to_json(self) -> JsonObject:
        """Return it as an entry of cli-render.v1."""
        value: JsonObject = {"path": self.file.name}
        if self.target is not None:
            value["target"] = str(self.target)
        elif self.output is not None:
            value["output"] = self.output
        macros = [brief_macro(macro) for macro in self.macros]
        return {**value, "macros": macros, "warnings": self.warnings, "errors": self.errors}


@dataclass(frozen=True)
class RenderReport:
    """The whole run."""

    files: Sequence[RenderedFile]
    stats: JsonObject
    notes: Sequence[PybridgeError | str]
    index: Path | None = None
    """The page that lists the documents."""

    def to_json(self) -> JsonObject:
        """Return the run as cli-render.v1."""
        return {"documents": [file.to_json() for file in self.files], "stats": self.stats}

    def has_failed(self, *, strict: bool) -> bool:
        """Whether anything failed; when strict, an unknown macro counts too."""
        return any(file.errors for file in self.files) or (strict and self.stats["unknown"] > 0)


def brief_macro(macro: JsonObject) -> JsonObject:
    """Return a macro's entry without the parts that are in the document's output and errors."""
    return {key: macro[key] for key in (*MACRO_KEYS, *_MORE_KEYS) if key in macro}


def brief_document(rendered: JsonObject) -> JsonObject:
    """Return a rendered document as `--jsonl` prints it."""
    path = {"path": rendered["path"]} if "path" in rendered else {}
    macros = [brief_macro(macro) for macro in rendered["macros"]]
    problems = {key: rendered[key] for key in ("warnings", "errors")}
    return {**path, "output": rendered["output"], "macros": macros, **problems}
