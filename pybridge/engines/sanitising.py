"""Sanitise what an engine returns, and join documents: the outermost layer of the Python engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from pybridge.engines.protocol import (
    JsonObject,
    OnOutput,
    OnProgress,
    OpenTools,
    RawEngine,
    Script,
)
from pybridge.engines.supervision.batching import failed_call, failed_document
from pybridge.html.policy import Policy
from pybridge.html.splice import finish_document, sanitised_outcome

_MALFORMED = (LookupError, TypeError, ValueError, AttributeError)
"""Raised for a result of another shape than the schema's: a worker may be under a script's control."""
_DOES_NOT_FIT = {"code": "crash", "message": "the worker's reply does not fit"}


class Sanitising:
    """An engine's results with harmless HTML; see `protocol.Engine`."""

    def __init__(self, inner: RawEngine, policy: Policy) -> None:
        """Take over *inner*, which is closed with it; *policy* lists the allowed HTML."""
        self.inner = inner
        self.policy = policy

    @property
    def name(self) -> str:
        """Name of the engine."""
        return self.inner.name

    def load(self, scripts: Sequence[Script]) -> list[JsonObject]:
        """Load scripts."""
        return self.inner.load(scripts)

    def render_calls(self, calls: Sequence[JsonObject]) -> list[JsonObject]:
        """Return one sanitised outcome per call."""
        outcomes = zip(self.inner.render_calls(calls), calls, strict=True)
        return [self._outcome(outcome, call) for outcome, call in outcomes]

    def render_documents(
        self,
        documents: Sequence[JsonObject],
        shared: JsonObject,
        *,
        on_progress: OnProgress | None = None,
        with_output: bool = True,
    ) -> list[JsonObject]:
        """Return one sanitised document each; without *with_output*, its parts and macros alone."""
        env = shared.get("env", {})
        finished: dict[int, JsonObject] = {}

        def on_document(index: int, outcome: JsonObject) -> None:
            # Now, not at the end: the worker renders the next ones meanwhile.
            finished[index] = self._document(documents[index], outcome, env, with_output)
            if on_progress is not None:
                on_progress(len(finished), len(documents))

        self.inner.render_documents(documents, shared, on_document)
        return [finished[index] for index in range(len(documents))]

    def run(
        self,
        script: JsonObject,
        args: Sequence[str],
        *,
        timeout_s: float | None = None,
        on_output: OnOutput | None = None,
        tools: OpenTools | None = None,
    ) -> JsonObject:
        """Run a utility script; its output is text."""
        return self.inner.run(script, args, timeout_s=timeout_s, on_output=on_output, tools=tools)

    def transform(
        self,
        post: Mapping[str, Any],
        context: Mapping[str, Any],
        *,
        tools: OpenTools | None = None,
    ) -> JsonObject:
        """Send a post through the transforms; it is text that is rendered later."""
        return self.inner.transform(post, context, tools=tools)

    def check(self, path: str, content: str) -> JsonObject:
        """Return metadata and problems of a script."""
        return self.inner.check(path, content)

    def cancel(self) -> None:
        """End what runs now."""
        self.inner.cancel()

    def resume(self) -> None:
        """Work again after `cancel`."""
        self.inner.resume()

    def close(self) -> None:
        """End the sandbox."""
        self.inner.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _outcome(self, outcome: JsonObject, call: JsonObject) -> JsonObject:
        macro = call.get("macro")
        try:
            return sanitised_outcome(outcome, macro if isinstance(macro, dict) else {}, self.policy)
        except _MALFORMED:
            return failed_call(call, _DOES_NOT_FIT)

    def _document(
        self, document: JsonObject, outcome: JsonObject, shared_env: JsonObject, with_output: bool
    ) -> JsonObject:
        env: dict[str, Any] = {**shared_env, **document.get("env", {})}
        how = {"preview": bool(env.get("isPreview")), "with_output": with_output}
        try:
            finished = finish_document(outcome, self.policy, **how)
        except _MALFORMED:
            failed = failed_document(document, _DOES_NOT_FIT)
            finished = finish_document(failed, self.policy, **how)
        path = {"path": document["path"]} if "path" in document else {}
        return {**path, **finished}
