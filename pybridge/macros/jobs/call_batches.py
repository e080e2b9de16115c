"""Batches of calls on their way, worked off in slices."""

from __future__ import annotations

from time import perf_counter as _now

from pybridge.macros.values.problems import problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from pybridge.macros.values.limits import Limits

    Json = dict[str, Any]

CLOSELY_WATCHED = 8
"""Items of a slice after each of which the clock is read; it is slow in WebAssembly."""
UNWATCHED = 4
"""Then it is read after so many, as long as they are cheap."""
CHEAP_S = 0.0002
"""What they may take together."""


class CallsJob:
    """A batch of calls, rendered or previewed."""

    __slots__ = (
        "_again", "_calls", "_kind", "_measure", "_next", "_render", "_slice_s", "id", "member", "ran",
    )  # fmt: skip

    def __init__(
        self,
        message: Json,
        render: Callable[[Any, bool], str],
        measure: bool,
        names: tuple[str, str] = ("outcomes", "outcomes"),
    ) -> None:
        """Begin a batch.

        Args:
            message: The host's.
            render: Makes what comes out of a call, as JSON; its second argument is *measure*.
            measure: Whether an item may be too large.
            names: The reply's kind, and its member for what came out.
        """
        self.id: int = message["id"]
        self._calls: Sequence[Any] = message["calls"]
        self._slice_s: float = message["sliceMs"] / 1000
        self._render = render
        self._kind, self.member = names
        self._measure = measure
        self._next = 0
        self._again = 0
        self.ran = 0
        """How many calls the last step made."""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self._next >= len(self._calls)

    @property
    def last_call(self) -> Any:
        """The call that was made last."""
        return self._calls[self._next - 1]

    def rewind(self, message: Json) -> Json:
        """Go back to where the last step began, to take it call by call; return an empty reply.

        Args:
            message: The host's, read again: scripts may have changed what they were given.
        """
        self._calls = message["calls"]
        self._again, self.ran = self.ran, 0
        self._next -= self._again
        return self._reply([], 0.0)

    def step(self) -> Json:
        """Work until the first item that ends past the slice, and return what was finished.

        What came out of the items stands under `member`, each as JSON.
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
            self.member: outcomes,
            "elapsedUs": round(elapsed * 1e6, 1),
            "done": self.is_done,
        }


def batch_refusal(items: Sequence[Any], limits: Limits) -> Json | None:
    """Return why a batch is not begun: it has too many items."""
    if len(items) <= limits.batch_items:
        return None
    message = f"the batch has {len(items)} items, more than {limits.batch_items}"
    return problem("input-limit", message, hint="send it in several batches")
