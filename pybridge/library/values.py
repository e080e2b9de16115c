"""The values that a runtime returns. They are frozen; HTML in them is sanitised."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Any, Literal

from pybridge.html.text import escape
from pybridge.library.problems import Problem, ScriptFailed
from pybridge.library.source import Source

Json = dict[str, Any]


@dataclass(frozen=True)
class Macro:
    """A macro of a document, and how it ended."""

    name: str
    """As written, in lower case."""
    slug: str | None
    """Of the script that answers to it; None when there is none."""
    raw: str
    """The macro as written."""
    line: int
    """From 1."""
    column: int
    """In code points, from 1."""
    status: Literal["ok", "error", "unknown"]
    """`unknown`: no script has this name; its text stays unchanged."""


@dataclass(frozen=True)
class Rendered:
    """A document with its macros rendered. `str()` is its output, and template engines insert its HTML."""

    output: str
    """The document with each macro replaced; a failed one by nothing, or by a mark in a preview."""
    path: str | None
    """The path that came with the document."""
    macros: tuple[Macro, ...]
    """In document order."""
    warnings: tuple[Problem, ...]
    """In document order."""
    errors: tuple[Problem, ...]
    """One for each failed macro, in document order."""
    source: Source = field(repr=False, compare=False)
    """The parts that `output` was made of."""

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return not self.errors

    @functools.cached_property
    def html(self) -> str:
        """The document as sanitised HTML: of Markdown, converted without its front matter; of text, escaped."""
        return self.source.html()

    def __html__(self) -> str:
        return self.html

    def __str__(self) -> str:
        return self.output


@dataclass(frozen=True)
class Result:
    """What a macro returned: one of `html`, `markdown` and `text`; the others are None."""

    html: str | None
    """Sanitised."""
    markdown: str | None
    text: str | None
    data: Any
    """The JSON value that came with it; None without one."""
    warnings: tuple[Problem, ...]

    def __str__(self) -> str:
        return next((t for t in (self.html, self.markdown, self.text) if t is not None), "")

    def __html__(self) -> str:
        return self.html if self.html is not None else escape(str(self))


@dataclass(frozen=True)
class Transformed:
    """A post after the enabled transforms. One that fails is skipped, and has an error."""

    post: Json
    """With `title`, `content`, `tags` and `categories`."""
    applied: tuple[str, ...]
    """Slugs of the transforms that were applied, in their order."""
    errors: tuple[Problem, ...]
    toasts: tuple[str, ...]
    """Notes that the transforms made for the author."""

    @property
    def ok(self) -> bool:
        """Whether no transform failed."""
        return not self.errors


@dataclass(frozen=True)
class Script:
    """A script's metadata, read without running it."""

    path: str
    slug: str
    """The name by which documents call it."""
    title: str
    kind: Literal["macro", "transform", "utility", "helper"]
    enabled: bool
    problems: tuple[Problem, ...]
    value: Json = field(repr=False)
    """The whole script.v1."""


@dataclass(frozen=True)
class Checked:
    """The mistakes in a script."""

    script: Script
    problems: tuple[Problem, ...]
    """What keeps it from running."""
    warnings: tuple[Problem, ...]
    """Advice, by line."""

    @property
    def ok(self) -> bool:
        """Whether it has no problem."""
        return not self.problems


@dataclass(frozen=True)
class Ran:
    """A utility script that ended: by itself, by an error, or at its deadline."""

    stdout: str
    """All it printed, cut at the limit."""
    stderr: str
    result: Any
    """Return value of its entry point, a JSON value; None without one."""
    duration_ms: float
    error: Problem | None
    truncated: bool
    """Whether output was cut."""

    @property
    def ok(self) -> bool:
        """Whether it ended by itself."""
        return self.error is None

    def check(self) -> None:
        """Raise the error of a script that failed.

        Raises:
            ScriptFailed: when there is one.
        """
        if self.error is not None:
            raise ScriptFailed(self.error.value)
