"""A batch of calls, each one item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from pybridge.engines.protocol import JsonObject
from pybridge.engines.supervision.batching import BatchClock, Item, encode, joined
from pybridge.engines.supervision.channel import WorkerLost
from pybridge.engines.supervision.checks.replies import MOST_EMPTY, ReplyUnfit, check_calls
from pybridge.engines.supervision.driver import drive
from pybridge.engines.supervision.rules import ItemKind
from pybridge.engines.supervision.sandbox import Sandbox
from pybridge.engines.supervision.script_index import name_of


class CallBatch:
    """Calls and their outcomes; a `Batch`."""

    kind: ClassVar[ItemKind] = "calls"

    def __init__(
        self, sandbox: Sandbox, calls: Sequence[JsonObject], shared: str | None = None
    ) -> None:
        """Encode *calls*; *shared* is the JSON text of `post` and `data` that hold for all."""
        self._sandbox = sandbox
        self._calls = calls
        self._shared = "" if shared is None else f',"shared":{shared}'
        self._outcomes: dict[int, JsonObject] = {}
        self._empty = 0
        """Replies without outcomes since the last one that had some."""
        self.items: list[Item] = []
        for index, call in enumerate(calls):
            text = encode(call, sandbox.limits)
            if isinstance(text, str):
                self.items.append(Item(index, text))
            else:
                self._outcomes[index] = {"error": text}

    def render(self, clock: BatchClock) -> list[JsonObject]:
        """Return one outcome per call, its HTML as the script made it."""
        drive(self._sandbox, self, clock)
        indices = range(len(self._calls))
        return [self._outcomes.get(index) or {"error": clock.error} for index in indices]

    def refusal(self, item: Item) -> JsonObject | None:
        """Return the outcome of a call whose script is in quarantine."""
        return self._sandbox.quarantine.refusal(self._calls[item.index])

    def is_suspect(self, item: Item) -> bool:
        """Return whether the call's script has cost a worker before."""
        return self._sandbox.quarantine.is_suspect(name_of(self._calls[item.index]))

    def message(self, sent: Sequence[Item], slice_ms: int) -> str:
        """Return the members of a `render` message."""
        return f'"kind":"render","calls":[{joined(sent)}]{self._shared},"sliceMs":{slice_ms}'

    def handling_s(self, message: str) -> float:
        """Return 0: the time of a call covers it."""
        return 0

    def together_s(self, sent: Sequence[Item]) -> float:
        """Return the least time of one of *sent*, which holds for all while they run together."""
        return min(map(self.alone_s, sent))

    def alone_s(self, item: Item) -> float:
        """Return the seconds of a call."""
        call = self._calls[item.index]
        return self._sandbox.index.call_s(call, self._sandbox.limits.item_s)

    def check(self, reply: JsonObject, sent: Sequence[Item], first: int, *, alone: bool) -> None:
        """Compare a reply with the calls; see `Batch.check`."""
        limits = self._sandbox.limits
        check_calls(reply, first, len(sent), alone=alone, limits=limits)
        for item, outcome in zip(sent[first:], reply["outcomes"], strict=False):
            self._check_script(item, outcome)
        self._empty = 0 if reply["outcomes"] else self._empty + 1
        if self._empty > MOST_EMPTY:
            raise ReplyUnfit("it sends replies without outcomes")

    def _check_script(self, item: Item, outcome: JsonObject) -> None:
        """Check that an outcome is of the script that the call means.

        Raises:
            ReplyUnfit: when it is of another one.
        """
        name = outcome.get("scriptId")
        if name is None:
            return
        script = self._sandbox.index.macro(name_of(self._calls[item.index]))
        if script is not None and script["id"] != name:
            raise ReplyUnfit("it sent the outcome of another script")

    def may_blame(self, path: str, item: Item) -> bool:
        """Return whether the call is one of the script at *path*."""
        script = self._sandbox.index.macro(name_of(self._calls[item.index]))
        return script is not None and script["path"] == path

    def finished(self, reply: JsonObject) -> int:
        """Return how many outcomes a reply has."""
        return len(reply["outcomes"])

    def accept(self, reply: JsonObject, sent: Sequence[Item], first: int) -> None:
        """Keep the outcomes of a reply."""
        outcomes = reply["outcomes"]
        for item, outcome in zip(sent[first : first + len(outcomes)], outcomes, strict=True):
            self._outcomes[item.index] = outcome

    def report(self) -> None:
        """Do nothing: calls have no progress."""

    def was_charged(self, item: Item) -> bool:
        """Return False: a call that is charged is finished."""
        return False

    def charge(self, item: Item, lost: WorkerLost) -> None:
        """Give a call the loss as its outcome, and count it for the script."""
        call = self._calls[item.index]
        self._outcomes[item.index] = self._sandbox.quarantine.charge_call(call, lost)

    fail = charge

    def refuse(self, item: Item, outcome: JsonObject) -> None:
        """Keep the outcome of a call that is not run."""
        self._outcomes[item.index] = outcome
