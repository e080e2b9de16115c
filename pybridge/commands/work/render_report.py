"""What is rendered, and the report on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pybridge.engines import EngineChoice
from pybridge.engines.protocol import JsonObject
from pybridge.errors import PybridgeError
from pybridge.project.discover import ProjectOrBuiltIns, Settings
from pybridge.project.documents import Document, DocumentFile
from pybridge.project.front_matter import FrontMatterInvalid

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
_UNREAD = ("syntax", "not-found")
"""Codes of warnings about text that the macro engine passes over."""
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
        unused = self.unused_post
        own = [unused.to_warning()] if unused is not None else []
        return [*own, *self.rendered.get("warnings", [])]

    @property
    def errors(self) -> list[JsonObject]:
        """All its errors, as error.v1."""
        own = [problem.to_json() for problem in self.problems]
        if self._bad_post is not None and self.unused_post is None:
            own.insert(0, self._bad_post.to_json())
        return [*own, *self.rendered.get("errors", [])]

    @property
    def unused_post(self) -> FrontMatterInvalid | None:
        """Why its front matter cannot be read, where no macro runs that would get it."""
        runs = any(macro["status"] != "unknown" for macro in self.macros)
        return None if runs else self._bad_post

    @property
    def _bad_post(self) -> FrontMatterInvalid | None:
        return self.document.problem if self.document is not None else None

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
        """Whether anything failed; when strict, what nothing has read counts too."""
        if any(file.errors for file in self.files):
            return True
        return strict and any(is_unread(file.warnings) for file in self.files)


def is_unread(warnings: Iterable[JsonObject]) -> bool:
    """Whether a document has an unknown macro, or text that is nearly a macro or a param of one."""
    return any(each["code"] in _UNREAD for each in warnings)


def as_wanted(rendered: JsonObject, settings: Settings) -> JsonObject:
    """Return a rendered document without the warnings that the project ignores."""
    if settings.unknown == "warn":
        return rendered
    warnings = [each for each in rendered["warnings"] if each["code"] != "not-found"]
    return {**rendered, "warnings": warnings}


def brief_macro(macro: JsonObject) -> JsonObject:
    """Return a macro's entry without the parts that are in the document's output and errors."""
    return {key: macro[key] for key in (*MACRO_KEYS, *_MORE_KEYS) if key in macro}


def brief_document(rendered: JsonObject) -> JsonObject:
    """Return a rendered document as `--jsonl` prints it."""
    path = {"path": rendered["path"]} if "path" in rendered else {}
    macros = [brief_macro(macro) for macro in rendered["macros"]]
    problems = {key: rendered[key] for key in ("warnings", "errors")}
    return {**path, "output": rendered["output"], "macros": macros, **problems}
