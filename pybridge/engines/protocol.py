"""The interface of all engines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Protocol, Self

from pybridge.project.scripts import Script

__all__ = [
    "AnswerCalls",
    "Engine",
    "JsonObject",
    "OnDocument",
    "OnOutput",
    "OnProgress",
    "OpenTools",
    "RawEngine",
    "Script",
]

JsonObject = dict[str, Any]
OnProgress = Callable[[int, int], None]
"""Gets how many items are done, and how many there are."""
OnDocument = Callable[[int, JsonObject], None]
"""Gets a document's index and its parts, macros, warnings and errors."""
OnOutput = Callable[[str, str], None]
"""Gets `stdout` or `stderr`, and a piece of text."""
AnswerCalls = Callable[[Sequence[JsonObject]], list[JsonObject]]
"""Gets the `{tool, args}` that a script asks for at once; returns `{value}` or `{error: {code, message}}` of each."""
OpenTools = Callable[[str], AnswerCalls]
"""Gets the slug of a loaded script, or the path of another one; returns what answers the calls of one run of it."""


class _Common(Protocol):
    """A sandbox that runs scripts; a context manager that ends it.

    A script can fail, hang or kill the sandbox: that is an outcome, never an exception.
    """

    @property
    def name(self) -> str:
        """Name of the engine, one of `engines.ENGINES`."""
        ...

    def load(self, scripts: Sequence[Script]) -> list[JsonObject]:
        """Load scripts, or replace those of the same path; return script.v1 for each."""
        ...

    def render_calls(self, calls: Sequence[JsonObject]) -> list[JsonObject]:
        """Return outcome.v1 for each call.v1."""
        ...

    def run(
        self,
        script: JsonObject,
        args: Sequence[str],
        *,
        timeout_s: float | None = None,
        on_output: OnOutput | None = None,
        tools: OpenTools | None = None,
    ) -> JsonObject:
        """Run a utility script; return its result as in cli-run.v1.

        Args:
            script: Its source, `{path, content}`, or the name of a loaded one, `{slug}`.
            args: The arguments after the path in `sys.argv`.
            timeout_s: Seconds; None means the limit.
            on_output: Gets its output as it is printed.
            tools: Answers what it asks the application for; None if it may ask for nothing.
        """
        ...

    def transform(
        self,
        post: Mapping[str, Any],
        context: Mapping[str, Any],
        *,
        tools: OpenTools | None = None,
    ) -> JsonObject:
        """Send a post.v1 through the enabled transforms; return transformed.v1.

        Args:
            post: The post.
            context: Where it comes from, for the transforms.
            tools: Answers what the transforms ask the application for; None if they may ask for nothing.

        Raises:
            RemoteError: when it is not a valid post.
        """
        ...

    def check(self, path: str, content: str) -> JsonObject:
        """Return `{script, problems}` of a script, without running or loading it."""
        ...

    def cancel(self) -> None:
        """End what runs now, and refuse what follows until `resume`; another thread may call this.

        The method that runs raises `Cancelled`. The browser engine finishes what it runs.
        """
        ...

    def resume(self) -> None:
        """Work again after `cancel`."""
        ...

    def close(self) -> None:
        """End the sandbox; may be called again."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class RawEngine(_Common, Protocol):
    """An engine that returns HTML as the scripts made it: only `sanitising.Sanitising` may pass it on."""

    def render_documents(
        self, documents: Sequence[JsonObject], shared: JsonObject, on_document: OnDocument
    ) -> None:
        """Render document.v1s; *shared* holds for all, *on_document* gets each as it is finished."""
        ...


class Engine(_Common, Protocol):
    """An engine whose HTML is sanitised."""

    def render_documents(
        self,
        documents: Sequence[JsonObject],
        shared: JsonObject,
        *,
        on_progress: OnProgress | None = None,
        with_output: bool = True,
    ) -> list[JsonObject]:
        """Return rendered.v1 for each document.v1.

        Args:
            documents: The documents.
            shared: `env`, `post` and `data` that hold for all of them.
            on_progress: Gets the counts as documents are finished.
            with_output: Whether `output` is needed beside the parts; an engine may return it anyway.
        """
        ...
