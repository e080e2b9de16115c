"""What every engine offers, whatever sandbox it runs the macros in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Protocol, Self

from pybridge.project.scripts import Script

__all__ = ["Engine", "JsonObject", "OnOutput", "OnProgress", "Script"]

JsonObject = dict[str, Any]
OnProgress = Callable[[int, int], None]
"""Gets how many items are done, and how many there are."""
OnOutput = Callable[[str, str], None]
"""Gets `stdout` or `stderr`, and a piece of text."""


class Engine(Protocol):
    """Renders macros in a sandbox; a context manager that ends the sandbox.

    HTML in what it returns is sanitised. A script can fail, hang or kill the sandbox: that is an
    outcome, never an exception.
    """

    name: str

    def load(self, scripts: Sequence[Script]) -> list[JsonObject]:
        """Load scripts, or replace those of the same path; return script.v1 for each."""
        ...

    def render_calls(self, calls: Sequence[JsonObject]) -> list[JsonObject]:
        """Return outcome.v1 for each call.v1."""
        ...

    def render_documents(
        self,
        documents: Sequence[JsonObject],
        shared: JsonObject,
        *,
        on_progress: OnProgress | None = None,
    ) -> list[JsonObject]:
        """Return rendered.v1 for each document.v1; *shared* holds for all of them."""
        ...

    def run(
        self,
        script: JsonObject,
        args: Sequence[str],
        *,
        timeout_s: float | None = None,
        on_output: OnOutput | None = None,
    ) -> JsonObject:
        """Run a utility script, `{path, content}` or `{slug}`; return what cli-run.v1 says.

        Args:
            script: Its source, or the name of a loaded one.
            args: What follows the path in `sys.argv`.
            timeout_s: Seconds; None means the limit.
            on_output: Gets its output as it comes.
        """
        ...

    def transform(self, post: Mapping[str, Any], context: Mapping[str, Any]) -> JsonObject:
        """Return transformed.v1 of a post.v1: what the enabled transforms make of it.

        Args:
            post: The post.
            context: Where it comes from, for the transforms.

        Raises:
            RemoteError: when it is no post.
        """
        ...

    def check(self, path: str, content: str) -> JsonObject:
        """Return `{script, problems}` of a script, without running or loading it."""
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
