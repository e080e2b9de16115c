"""A macro engine whose scripts run in a worker that may be killed at any time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from pybridge.engines.limits import Limits
from pybridge.engines.protocol import JsonObject, OnDocument, OnOutput, OpenTools, Script
from pybridge.engines.supervision.batching import BatchClock, check_size
from pybridge.engines.supervision.calls import CallBatch
from pybridge.engines.supervision.channel import Channel, IsGone, Spawn
from pybridge.engines.supervision.documents import DocumentBatch, ForeignCalls
from pybridge.engines.supervision.loading import check_script, load_scripts
from pybridge.engines.supervision.pool import Pool
from pybridge.engines.supervision.programs import run_program
from pybridge.engines.supervision.quarantine import Quarantine
from pybridge.engines.supervision.sandbox import Sandbox
from pybridge.engines.supervision.script_index import ScriptIndex
from pybridge.engines.supervision.transforms import transform_post


class Supervisor:
    """Any kind of worker as a `protocol.RawEngine`: results are as the scripts made them."""

    def __init__(
        self,
        name: str,
        spawn: Spawn,
        limits: Limits,
        *,
        has_spare: bool = False,
        is_gone: IsGone = lambda _: False,
    ) -> None:
        """Start the first worker.

        Args:
            name: Name of the engine.
            spawn: Starts a worker.
            limits: Limits of the sandbox.
            has_spare: Whether another worker is kept ready once the first has worked for a while.
            is_gone: Returns whether a worker ended with another one.

        Raises:
            BootFailed: when none starts.
        """
        self.name = name
        self.limits = limits
        self._pool = Pool(name, spawn, limits, has_spare=has_spare, is_gone=is_gone)
        index = ScriptIndex()
        self._sandbox = Sandbox(self._pool, index, Quarantine(index), limits)
        self._pool.start()

    @property
    def losses(self) -> int:
        """Workers that were lost so far."""
        return self._pool.losses

    @property
    def channel(self) -> Channel | None:
        """The channel to the current worker; None between two of them."""
        return self._pool.channel

    def load(self, scripts: Sequence[Script]) -> list[JsonObject]:
        """Load scripts; one that ends the worker while it is compiled has a problem."""
        return load_scripts(self._sandbox, scripts)

    def render_calls(
        self,
        calls: Sequence[JsonObject],
        *,
        shared: str | None = None,
        clock: BatchClock | None = None,
    ) -> list[JsonObject]:
        """Return one outcome per call.

        Args:
            calls: The batch.
            shared: JSON text of `post` and `data` that hold for all.
            clock: Clock of the batch that they are part of; None if they are a batch themselves.
        """
        check_size(calls, self.limits)
        return CallBatch(self._sandbox, calls, shared).render(clock or BatchClock(self.limits))

    def render_documents(
        self,
        documents: Sequence[JsonObject],
        shared: JsonObject,
        on_document: OnDocument,
        *,
        foreign_calls: ForeignCalls | None = None,
    ) -> None:
        """Render documents; *foreign_calls* makes the calls of other trust domains."""
        check_size(documents, self.limits)
        batch = DocumentBatch(self._sandbox, documents, shared, on_document)
        batch.render(BatchClock(self.limits), foreign_calls)

    def run(
        self,
        script: JsonObject,
        args: Sequence[str],
        *,
        timeout_s: float | None = None,
        on_output: OnOutput | None = None,
        tools: OpenTools | None = None,
    ) -> JsonObject:
        """Run a utility script to its end or its deadline."""
        return run_program(self._sandbox, script, args, timeout_s, on_output, tools)

    def transform(
        self,
        post: Mapping[str, Any],
        context: Mapping[str, Any],
        *,
        tools: OpenTools | None = None,
    ) -> JsonObject:
        """Send a post through the enabled transforms."""
        return transform_post(self._sandbox, post, context, tools=tools)[0]

    def transform_until(
        self,
        post: Mapping[str, Any],
        context: Mapping[str, Any],
        after: str | None,
        tools: OpenTools | None,
    ) -> tuple[JsonObject, str | None]:
        """Send a post through the transforms behind *after*, up to one that has another interpreter.

        Returns:
            The outcome, and the path of that transform; None if there is none.
        """
        return transform_post(self._sandbox, post, context, after, tools)

    def check(self, path: str, content: str) -> JsonObject:
        """Return metadata and problems of a script."""
        return check_script(self._sandbox, path, content)

    def cancel(self) -> None:
        """End what runs now; see `protocol.Engine`."""
        self._pool.cancel()

    def resume(self) -> None:
        """Work again after `cancel`."""
        self._pool.resume()

    def renew(self) -> None:
        """End the worker in use: nothing of what scripts left in it remains. The next one starts when it is needed."""
        self._pool.drop()

    def rest(self) -> None:
        """End all workers, to free their memory. The next one starts when it is needed."""
        self._pool.stop()

    def close(self) -> None:
        """End the worker."""
        self._pool.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
