"""Send a batch to workers until every item has an outcome, as the rules of failure decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from pybridge.engines.protocol import JsonObject
from pybridge.engines.supervision.batching import MESSAGE_LENGTH, BatchClock, Item
from pybridge.engines.supervision.channel import Contaminated, WorkerLost
from pybridge.engines.supervision.checks.replies import ReplyUnfit
from pybridge.engines.supervision.pool import SLICE_MS
from pybridge.engines.supervision.rules import (
    MESSAGE_ITEMS,
    Action,
    Event,
    ItemKind,
    State,
    decide,
    is_one_by_one,
)
from pybridge.engines.supervision.sandbox import Sandbox
from pybridge.engines.supervision.worker_link import misfit
from pybridge.errors import RemoteError

Cause = WorkerLost | JsonObject | None
"""Why an item is charged or refused: the loss, or `{error}` with what is known of its script."""


class Batch(Protocol):
    """A batch of one kind of items, and what it keeps of their outcomes."""

    @property
    def kind(self) -> ItemKind:
        """What its items are."""
        ...

    @property
    def items(self) -> Sequence[Item]:
        """The items to send, in order."""
        ...

    def refusal(self, item: Item) -> JsonObject | None:
        """Return the outcome of an item that may not run; None when it may."""
        ...

    def is_suspect(self, item: Item) -> bool:
        """Return whether a script of the item has cost a worker before."""
        ...

    def message(self, sent: Sequence[Item], slice_ms: int) -> str:
        """Return the members of the message for *sent*, without the braces."""
        ...

    def handling_s(self, message: str) -> float:
        """Return the seconds that reading and reporting *message* may take."""
        ...

    def together_s(self, sent: Sequence[Item]) -> float:
        """Return the seconds between replies while items run together."""
        ...

    def alone_s(self, item: Item) -> float:
        """Return the seconds of the step of *item* that runs next."""
        ...

    def check(self, reply: JsonObject, sent: Sequence[Item], first: int, *, alone: bool) -> None:
        """Compare a reply with the items *sent*, of which those from *first* on are open.

        Raises:
            ReplyUnfit: when it is not their answer.
        """
        ...

    def may_blame(self, path: str, item: Item) -> bool:
        """Return whether the script at *path* may be what ran last in *item*."""
        ...

    def finished(self, reply: JsonObject) -> int:
        """Return how many items a reply finishes."""
        ...

    def accept(self, reply: JsonObject, sent: Sequence[Item], first: int) -> None:
        """Keep what a reply says; its finished items are those of *sent* from *first* on."""
        ...

    def report(self) -> None:
        """Tell the caller how far the batch is."""
        ...

    def was_charged(self, item: Item) -> bool:
        """Return whether the step of *item* that ran was charged before."""
        ...

    def charge(self, item: Item, lost: WorkerLost) -> None:
        """Charge the step of *item* that ran alone with a loss."""
        ...

    def fail(self, item: Item, lost: WorkerLost) -> None:
        """Charge the whole *item* with a loss."""
        ...

    def refuse(self, item: Item, outcome: JsonObject) -> None:
        """Keep the outcome of an item that is not run."""
        ...


def drive(sandbox: Sandbox, batch: Batch, clock: BatchClock) -> None:
    """Send the items of *batch* until all are finished or the time is over."""
    _Driver(sandbox, batch, clock).run()


class _Driver:
    """The loop around `decide`."""

    def __init__(self, sandbox: Sandbox, batch: Batch, clock: BatchClock) -> None:
        self._sandbox = sandbox
        self._batch = batch
        self._clock = clock
        self._state = State(batch.kind)
        self._is_idle = True
        """Whether no reply to the message has finished an item or settled a step."""
        self._is_alone = False
        """Whether the items of the message are answered one at a time."""

    def run(self) -> None:
        while self._state.next < len(self._batch.items):
            event, cause = self._next_event()
            self._state, action = decide(self._state, event)
            if action.kind == "finish":
                return
            self._carry_out(action, cause)

    def _next_event(self) -> tuple[Event, Cause]:
        if self._clock.is_over():
            return Event("timeOver"), None
        item = self._batch.items[self._state.next]
        refusal = self._batch.refusal(item)
        if refusal is not None:
            return Event("quarantined"), refusal
        if self._batch.is_suspect(item):
            self._state, _ = decide(self._state, Event("suspect"))
        return self._exchange(self._next_items())

    def _next_items(self) -> list[Item]:
        """Return the items of the next message: those that must run alone begin another."""
        first = self._state.next
        sent = [self._batch.items[first]]
        length = len(sent[0].text)
        for item in self._batch.items[first + 1 : first + (self._state.at_most or MESSAGE_ITEMS)]:
            length += len(item.text)
            if length > MESSAGE_LENGTH or self._must_wait(item):
                break
            sent.append(item)
        return sent

    def _must_wait(self, item: Item) -> bool:
        return self._batch.is_suspect(item) or self._batch.refusal(item) is not None

    def _exchange(self, sent: Sequence[Item]) -> tuple[Event, Cause]:
        """Send *sent* and keep the replies; return how that ended."""
        end = self._state.next + len(sent)
        self._is_idle = True
        characters = sum(len(item.text) for item in sent)
        self._is_alone = is_one_by_one(self._state, len(sent), characters)
        try:
            return self._replies(sent, end), None
        except Contaminated as found:
            if found.script is not None and self._may_blame(found.script, end):
                self._sandbox.quarantine.count(found.script)
            known = found.script is not None
            event = Event("contaminated", known=known, idle=self._is_idle)
            return self._with_open(event, end), found
        except WorkerLost as lost:
            slow = self._is_alone and lost.code == "timeout"
            return self._with_open(Event("lost", slow=slow), end), lost
        except RemoteError as error:
            return Event("refused", sent=len(sent)), {"error": error.to_json()}

    def _with_open(self, event: Event, end: int) -> Event:
        again = self._batch.was_charged(self._batch.items[min(self._state.next, end - 1)])
        return replace(event, open=end - self._state.next, again=again)

    def _replies(self, sent: Sequence[Item], end: int) -> Event:
        alone = self._is_alone
        message = self._batch.message(sent, 0 if alone else SLICE_MS)
        limit_s = (lambda: self._alone_s(end)) if alone else self._batch.together_s(sent)
        handling_s = self._batch.handling_s(message)
        for reply in self._sandbox.pool.exchange(message, limit_s, handling_s=handling_s):
            self._receive(reply, sent, end)
            if self._state.next < end and self._clock.is_over():
                return Event("timeOver")
        return Event("done")

    def _alone_s(self, end: int) -> float:
        return self._batch.alone_s(self._batch.items[min(self._state.next, end - 1)])

    def _may_blame(self, path: str, end: int) -> bool:
        """Return whether *path* may have run last: in the item just finished, or in the one after it."""
        places = {max(self._state.next - 1, 0), min(self._state.next, end - 1)}
        return any(self._batch.may_blame(path, self._batch.items[place]) for place in places)

    def _receive(self, reply: JsonObject, sent: Sequence[Item], end: int) -> None:
        """Keep what a reply says, after it was checked: a worker may be under a script's control."""
        first = len(sent) - (end - self._state.next)
        try:
            self._batch.check(reply, sent, first, alone=self._is_alone)
            finished = self._batch.finished(reply)
            self._batch.accept(reply, sent, first)
            self._is_idle = self._is_idle and not finished and "settled" not in reply
        except ReplyUnfit as unfit:
            raise misfit(unfit) from unfit
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise WorkerLost("crash", "the worker's reply does not fit") from error
        self._state, _ = decide(self._state, Event("progress", finished=finished))
        self._batch.report()

    def _carry_out(self, action: Action, cause: Cause) -> None:
        if action.item is None:
            return
        item = self._batch.items[action.item]
        if isinstance(cause, WorkerLost):
            settle = self._batch.charge if action.kind == "charge" else self._batch.fail
            settle(item, cause)
        else:
            assert cause is not None
            self._batch.refuse(item, cause)
