"""Batches of calls, worked off in slices."""

from __future__ import annotations

from time import perf_counter as _now

from pybridge.macros.guard.guard import contamination
from pybridge.macros.jobs.job import AsksNothing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from pybridge.macros.scripts.registry import Registry
    from pybridge.macros.scripts.script import Script

    Json = dict[str, Any]

CLOSELY_WATCHED = 8
"""Items of a slice after each of which the clock is read; it is slow in WebAssembly."""
UNWATCHED = 4
"""Then it is read after so many, as long as they are cheap."""
CHEAP_S = 0.0002
"""Their most time together."""


class CallsJob(AsksNothing):
    """A batch of calls, rendered or previewed."""

    __slots__ = (
        "_again", "_calls", "_kind", "_measure", "_member", "_next", "_render", "_slice_s", "_warned", "id", "ran",
    )  # fmt: skip

    def __init__(
        self,
        message: Json,
        render: Callable[[Any, bool], str],
        measure: bool,
        names: tuple[str, str] = ("outcomes", "outcomes"),
        warned: Callable[[Json], str] | None = None,
    ) -> None:
        """Begin a batch.

        Args:
            message: The host's.
            render: Returns the outcome of a call as JSON; its second argument is *measure*.
            measure: Whether an item may be too large.
            names: The reply's kind, and its member for the outcomes.
            warned: Returns the last outcome with a warning, as JSON; None where outcomes have no warnings.
        """
        self.id: int = message["id"]
        self._calls: Sequence[Any] = message["calls"]
        self._slice_s: float = message["sliceMs"] / 1000
        self._render = render
        self._kind, self._member = names
        self._warned = warned
        self._measure = measure
        self._next = 0
        self._again = 0
        self.ran = 0
        """How many calls the last step made."""

    @property
    def is_done(self) -> bool:
        """Whether no call is left."""
        return self._next >= len(self._calls)

    def only_script(self, registry: Registry) -> Script | None:
        """Return the script of the only call that the last step made."""
        if self.ran != 1:
            return None
        return registry.macro(self._calls[self._next - 1]["macro"]["name"])

    def warn(self, reply: Json, script: Script, changed: list[str]) -> None:
        """Warn in the last outcome that its script changed these names."""
        if self._warned is None:
            return
        macro = self._calls[self._next - 1]["macro"]
        said = contamination(script, changed, macro["name"], macro.get("position"))
        reply[self._member][-1] = self._warned(said)

    def rewind(self, message: Json) -> Json:
        """Go back to where the last step began, to make its calls one by one; return an empty reply.

        Args:
            message: The host's, read again: scripts may have changed the calls.
        """
        self._calls = message["calls"]
        self._again, self.ran = self.ran, 0
        self._next -= self._again
        return self._reply([], 0.0)

    def step(self) -> Json:
        """Work until the first item that ends past the slice, and return the finished outcomes.

        The outcomes are JSON texts.
        """
        calls, render, measure = self._calls, self._render, self._measure
        slice_s = 0.0 if self._again else self._slice_s
        first, number, count = self._next, self._next, len(self._calls)
        outcomes: list[str] = []
        start, elapsed, look = _now(), 0.0, first
        while number < count:
            outcomes.append(render(calls[number], measure))
            number += 1
            if number < look and number < count:
                continue
            before, elapsed = elapsed, _now() - start
            if elapsed >= slice_s:
                break
            if elapsed - before < CHEAP_S and number - first >= CLOSELY_WATCHED:
                look = number + UNWATCHED
        self._next = number
        self.ran = number - first
        if self._again:
            self._again -= self.ran
        return self._reply(outcomes, elapsed)

    def _reply(self, outcomes: list[str], elapsed: float) -> Json:
        return {
            "kind": self._kind,
            "id": self.id,
            "first": self._next - len(outcomes),
            self._member: outcomes,
            "elapsedUs": round(elapsed * 1e6, 1),
            "done": self.is_done,
        }
