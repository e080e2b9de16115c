"""Render documents: a macro is its own item, and only the one that ran alone is charged."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pybridge.engines.protocol import JsonObject
from pybridge.engines.supervision.batching import BatchClock, Item, failed_document, joined
from pybridge.engines.supervision.channel import Contaminated, WorkerLost
from pybridge.engines.supervision.quarantine import Quarantine
from pybridge.engines.supervision.script_index import ScriptIndex
from pybridge.engines.supervision.worker import SLICE_MS, Worker

HANDLED_PER_S = 500_000
"""Characters of documents that even a slow worker reads, cuts and puts together in a second."""

T = TypeVar("T")

Charges = dict[str, JsonObject]
"""What steps are charged with, by the step's number."""


Outcomes = dict[str, JsonObject]
"""What came out of steps, by the step's number."""


Elsewhere = Callable[[Sequence[JsonObject]], list[JsonObject]]
"""Takes awaited calls, `{step, script, call}`; returns the outcome of each, its HTML as it was made."""


@dataclass
class DocumentGroup:
    """The documents of one message, and how far they have come."""

    worker: Worker
    documents: Sequence[JsonObject]
    """The whole batch; items refer to it by index."""
    shared: str
    """JSON text of what holds for all."""
    item_s: float
    directory: ScriptIndex
    quarantine: Quarantine
    clock: BatchClock
    on_done: Callable[[int, JsonObject], None]
    """Gets index and outcome of each document as it is finished."""
    pending: deque[Item] = field(default_factory=deque)
    charges: dict[int, Charges] = field(default_factory=dict)
    known: dict[int, Outcomes] = field(default_factory=dict)
    at: tuple[int, int] = (0, 0)
    """Which of the documents sent is worked on, and how many of its steps are complete."""
    next_path: str | None = None
    """The script of the step that is worked on, where that is known."""
    since_us: float = 0

    def render(self, group: Sequence[Item]) -> None:
        """Finish every document of *group* for which there is time.

        After a loss the unfinished ones run step by step in the next worker; the step that was
        running when that one is lost too is charged. The rest of its document stays alone: a macro
        that kills is often used twice.
        """
        self.pending = deque(group)
        alone = 0
        while self.pending and not self.clock.is_over():
            batch = list(self.pending)[: alone or None]
            try:
                self._exchange(batch, 0 if alone else SLICE_MS)
                alone = 0
            except Contaminated as spoilt:
                self.quarantine.count(spoilt.script)
                alone = 0 if spoilt.script else len(self.pending)
            except WorkerLost as lost:
                if alone:
                    self._charge(batch[self.at[0]], self.at[1], lost)
                    alone = 1
                else:
                    alone = len(self.pending)

    def _exchange(self, batch: Sequence[Item], slice_ms: int) -> None:
        self.at, self.next_path, self.since_us = (0, 0), None, 0
        charged = _by_place(batch, self.charges)
        known = _by_place(batch, self.known)
        message = (
            f'"kind":"documents","documents":[{joined(batch)}],"shared":{self.shared},'
            f'"sliceMs":{slice_ms},"charged":{json.dumps(charged)},"known":{json.dumps(known)},'
            f'"refused":{json.dumps(self.quarantine.charges())}'
        )
        left = len(batch)
        handling_s = len(message) / HANDLED_PER_S
        limit_s = self._shortest_s(batch) if slice_ms else self._next_s
        for reply in self.worker.exchange(message, limit_s, handling_s=handling_s):
            left -= len(reply["documents"])
            if left < 0 or (reply["done"] and left):
                raise WorkerLost("crash", "the worker sent another number of documents")
            self._settle(reply, batch)
            self._keep(reply)
            if left and self.clock.is_over():
                break

    def _settle(self, reply: JsonObject, batch: Sequence[Item]) -> None:
        """Keep what came out of a step that ran alone in a worker that is given up."""
        settled = reply.get("settled")
        if settled is not None:
            outcomes = self.known.setdefault(batch[settled["document"]].index, {})
            outcomes[str(settled["step"])] = settled["outcome"]

    def _keep(self, reply: JsonObject) -> None:
        self.since_us += reply["elapsedUs"]
        macros = [macro for document in reply["documents"] for macro in document["macros"]]
        if macros:
            mean_us = round(self.since_us / len(macros), 1)
            for macro in macros:
                macro["durationUs"] = mean_us
        if reply["documents"]:
            self.since_us = 0
        for document in reply["documents"]:
            self.on_done(self.pending.popleft().index, document)
        position = reply["position"]
        self.at, self.next_path = (position["document"], position["step"]), position.get("script")

    def _shortest_s(self, batch: Sequence[Item]) -> float:
        """Return the time of the macro that has least, for as long as they run together."""
        return self.directory.shortest_s(
            (str(self.documents[item.index].get("text", "")) for item in batch), self.item_s
        )

    def _next_s(self) -> float:
        return self.directory.item_s(self.directory.at(self.next_path), self.item_s)

    def _charge(self, item: Item, step: int, lost: WorkerLost) -> None:
        """Charge a step; when that was done before, the document itself is what kills."""
        charge: JsonObject = {"code": lost.code, "message": lost.message}
        self.quarantine.count(self.next_path)
        charges = self.charges.setdefault(item.index, {})
        if str(step) not in charges:
            charges[str(step)] = charge
            return
        self.pending.remove(item)
        self.on_done(item.index, failed_document(self.documents[item.index], charge))


def _by_place(batch: Sequence[Item], kept: Mapping[int, T]) -> dict[str, T]:
    """Return what is kept of a message's documents, by their place in it."""
    return {str(at): kept[item.index] for at, item in enumerate(batch) if item.index in kept}


def settle_awaited(
    waiting: dict[int, JsonObject], known: dict[int, Outcomes], elsewhere: Elsewhere
) -> None:
    """Have the calls made that documents wait for; what is known of the documents then is in *known*."""
    places = [(index, each) for index, outcome in waiting.items() for each in outcome["awaits"]]
    outcomes = elsewhere([each for _, each in places])
    for index, outcome in waiting.items():
        known[index] = dict(outcome["known"])
    for (index, each), outcome in zip(places, outcomes, strict=True):
        known[index][str(each["step"])] = outcome
    waiting.clear()
