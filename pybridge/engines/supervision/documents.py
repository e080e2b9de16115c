"""A batch of documents: every macro in them is a step of its own, and charged by itself."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Sequence
from typing import ClassVar

from pybridge.engines.protocol import JsonObject, OnDocument
from pybridge.engines.supervision.batching import (
    BatchClock,
    Item,
    StepStore,
    encode,
    failed_document,
    joined,
)
from pybridge.engines.supervision.channel import WorkerLost
from pybridge.engines.supervision.checks.documents import check_document
from pybridge.engines.supervision.checks.replies import MOST_EMPTY, ReplyUnfit, check_progress
from pybridge.engines.supervision.driver import drive
from pybridge.engines.supervision.rules import ItemKind
from pybridge.engines.supervision.sandbox import Sandbox
from pybridge.engines.supervision.script_index import mentions, name_of

HANDLED_PER_S = 500_000
"""Characters of documents that even a slow worker reads, parses and reports in a second."""


ForeignCalls = Callable[[JsonObject, BatchClock, Sequence[JsonObject]], list[JsonObject]]
"""Makes calls of other trust domains for documents.

Gets what all documents share, the clock of their batch, and the calls as `{step, script, call}`;
returns the outcome of each, its HTML as the script made it.
"""

_ENDLESS: JsonObject = {
    "code": "crash",
    "message": "the worker's reply does not fit: it awaits more calls than macros can nest",
}


class DocumentBatch:
    """Documents, and what is known of their steps; a `Batch`."""

    kind: ClassVar[ItemKind] = "documents"

    def __init__(
        self,
        sandbox: Sandbox,
        documents: Sequence[JsonObject],
        shared: JsonObject,
        on_document: OnDocument,
    ) -> None:
        """Encode *documents*; *shared* holds for all, *on_document* gets each as it is finished."""
        self._sandbox = sandbox
        self._documents = documents
        self._shared = shared
        self._on_document = on_document
        self._finished: deque[tuple[int, JsonObject]] = deque()
        """Outcomes that were not handed on yet."""
        self._open = set(range(len(documents)))
        self._waiting: dict[int, JsonObject] = {}
        """Documents that await calls of other trust domains."""
        self._known = StepStore()
        """Outcomes of steps that need not run again."""
        self._charges = StepStore()
        """Errors of steps that must not run again."""
        self._position: JsonObject = {}
        """Where the worker is, as its last reply said: document of the message, step, script."""
        self._elapsed_us = 0.0
        """Time of the replies since a document was finished."""
        self._empty = 0
        """Replies since the worker's position changed."""
        self._shared_text, self.items = self._encoded()

    def render(self, clock: BatchClock, foreign_calls: ForeignCalls | None) -> None:
        """Finish every document.

        Every level at which macros of several interpreters nest takes one round. What was awaited in time is put
        together, also when the time is over then.
        """
        is_over = False
        for _ in range(self._sandbox.limits.input_depth + 2):
            drive(self._sandbox, self, clock)
            self.items = [item for item in self.items if item.index in self._waiting]
            if not self.items or foreign_calls is None or is_over:
                break
            self._make_awaited(clock, foreign_calls)
            is_over = clock.is_over()
            if is_over:
                self._fail_unreached(clock.error)
                clock = clock.again(self._sandbox.limits.item_s)
        awaiting = {item.index for item in self.items} if not is_over else set()
        for index in sorted(self._open):
            self._fail(index, _ENDLESS if index in awaiting else clock.error)
        self.report()

    def refusal(self, item: Item) -> JsonObject | None:
        """Return None: the engine refuses macros in quarantine one by one."""
        return None

    def is_suspect(self, item: Item) -> bool:
        """Return whether the document may call a script that has cost a worker before."""
        suspects = self._sandbox.quarantine.suspects()
        return bool(suspects) and mentions(suspects, self._text(item))

    def message(self, sent: Sequence[Item], slice_ms: int) -> str:
        """Return the members of a `documents` message."""
        self._position, self._elapsed_us, self._empty = {"document": 0, "step": 0}, 0.0, 0
        return (
            f'"kind":"documents","documents":[{joined(sent)}],"shared":{self._shared_text},'
            f'"sliceMs":{slice_ms},"charged":{self._charges.by_place(sent)},'
            f'"known":{self._known.by_place(sent)},'
            f'"refused":{json.dumps(self._sandbox.quarantine.charges())}'
        )

    def handling_s(self, message: str) -> float:
        """Return the seconds for the text, which no script is responsible for."""
        return len(message) / HANDLED_PER_S

    def together_s(self, sent: Sequence[Item]) -> float:
        """Return the least time of any macro in *sent*, which holds for all while they run together."""
        texts = [self._text(item) for item in sent]
        return self._sandbox.index.shortest_s(texts, self._sandbox.limits.item_s)

    def alone_s(self, item: Item) -> float:
        """Return the seconds of the macro that runs next."""
        index = self._sandbox.index
        script = index.at(self._position.get("script"))
        return index.item_s(script, self._sandbox.limits.item_s)

    def check(self, reply: JsonObject, sent: Sequence[Item], first: int, *, alone: bool) -> None:
        """Compare a reply with the documents; see `Batch.check`."""
        check_progress(reply, first, len(sent), alone=alone, limits=self._sandbox.limits)
        finished = reply["documents"]
        for item, report in zip(sent[first:], finished, strict=False):
            check_document(self._documents[item.index], report, self._sandbox.limits)
            self._check_scripts(report)
        self._check_position(reply["position"], sent, is_further=bool(finished))

    def _check_scripts(self, report: JsonObject) -> None:
        """Check that macros are of the scripts that their names mean.

        Raises:
            ReplyUnfit: when one is of another script.
        """
        index = self._sandbox.index
        for macro in report["macros"]:
            script = index.macro(macro["name"]) if macro["scriptId"] is not None else None
            own = macro["slug"], macro["scriptId"]
            if script is not None and (script["slug"], script["id"]) != own:
                raise ReplyUnfit("it sent a macro of another script")
        for each in report.get("awaits", ()):
            script = index.macro(name_of(each["call"]))
            if script is not None and script["path"] != each["script"]:
                raise ReplyUnfit("it awaits another script")

    def may_blame(self, path: str, item: Item) -> bool:
        """Return whether the document's text has a name of the script at *path*."""
        script = self._sandbox.index.at(path)
        if script is None:
            return False
        text = self._text(item).lower()
        return any(
            name.lower() in text for name in (script["slug"], *script["aliases"], script["id"])
        )

    def finished(self, reply: JsonObject) -> int:
        """Return how many documents a reply has."""
        return len(reply["documents"])

    def accept(self, reply: JsonObject, sent: Sequence[Item], first: int) -> None:
        """Keep the documents of a reply, the step that it settles, and the position."""
        self._settle(reply.get("settled"), sent)
        finished = reply["documents"]
        self._share_time(reply["elapsedUs"], finished)
        for item, document in zip(sent[first : first + len(finished)], finished, strict=True):
            self._keep(item.index, document)
        place = reply["position"]
        document = place["document"] - first - len(finished)  # 0: the first that is not finished
        self._position = {**place, "document": document, "step": int(place["step"])}

    def report(self) -> None:
        """Hand on the documents that were finished since the last time."""
        while self._finished:
            self._on_document(*self._finished.popleft())

    def was_charged(self, item: Item) -> bool:
        """Return whether the step at which the worker was lost had been charged before."""
        return self._charges.has(item.index, self._step)

    def charge(self, item: Item, lost: WorkerLost) -> None:
        """Charge the step that ran, and count the loss for its script."""
        self._sandbox.quarantine.count(self._position.get("script"))
        self._charges.set(item.index, self._step, lost.error)

    def fail(self, item: Item, lost: WorkerLost) -> None:
        """Give the document up: it ends workers outside of its macros."""
        self._sandbox.quarantine.count(self._position.get("script"))
        self._fail(item.index, lost.error)

    def refuse(self, item: Item, outcome: JsonObject) -> None:
        """Keep the error of a document that the engine refuses."""
        self._fail(item.index, outcome["error"])

    @property
    def _step(self) -> str:
        """The step that runs in the first document that is not finished."""
        return str(self._position["step"] if self._position["document"] == 0 else 0)

    def _encoded(self) -> tuple[str, list[Item]]:
        limits = self._sandbox.limits
        shared = encode(self._shared, limits)
        items: list[Item] = []
        for index, document in enumerate(self._documents):
            text = encode(document, limits) if isinstance(shared, str) else shared
            if isinstance(text, str):
                items.append(Item(index, text))
            else:
                self._fail(index, text)
        return (shared if isinstance(shared, str) else ""), items

    def _text(self, item: Item) -> str:
        return str(self._documents[item.index].get("text", ""))

    def _check_position(self, place: JsonObject, sent: Sequence[Item], *, is_further: bool) -> None:
        """Check that the worker goes on, in a document that has the script it names.

        Raises:
            ReplyUnfit: when it does not.
        """
        item = sent[place["document"]] if place["document"] < len(sent) else None
        step, path = place["step"], place.get("script")
        if step > (len(self._text(item)) if item else 0):
            raise ReplyUnfit("it is at a step that the document does not have")
        is_loaded = path is not None and self._sandbox.index.at(path) is not None
        if is_loaded and (item is None or not self.may_blame(str(path), item)):
            raise ReplyUnfit("it runs a script that the document does not call")
        before = -1 if is_further else self._position["step"]
        self._empty = self._empty + 1 if step == before else 0
        if step < before or self._empty > MOST_EMPTY:
            raise ReplyUnfit("it does not go on")

    def _settle(self, settled: JsonObject | None, sent: Sequence[Item]) -> None:
        """Keep the outcome of a step that ran alone in a worker that is given up.

        Raises:
            ReplyUnfit: when the step need not run any more.
        """
        if settled is not None:
            index, step = sent[settled["document"]].index, settled["step"]
            if self._known.has(index, step) or self._charges.has(index, step):
                raise ReplyUnfit("it ran a step again")
            self._known.set(index, step, settled["outcome"])

    def _share_time(self, elapsed_us: float, finished: Sequence[JsonObject]) -> None:
        """Give each macro of the finished documents the mean of the time since the last ones."""
        self._elapsed_us += elapsed_us
        macros = [macro for document in finished for macro in document["macros"]]
        mean_us = round(self._elapsed_us / max(1, len(macros)), 1)
        for macro in macros:
            macro["durationUs"] = mean_us
        if finished:
            self._elapsed_us = 0.0

    def _keep(self, index: int, outcome: JsonObject) -> None:
        if "awaits" in outcome:
            self._waiting[index] = outcome
            return
        self._open.discard(index)
        self._finished.append((index, outcome))

    def _fail(self, index: int, error: JsonObject) -> None:
        self._keep(index, failed_document(self._documents[index], error))

    def _make_awaited(self, clock: BatchClock, foreign_calls: ForeignCalls) -> None:
        """Make the calls that documents await, and keep the outcomes as known."""
        awaited = [
            (index, each) for index, outcome in self._waiting.items() for each in outcome["awaits"]
        ]
        outcomes = foreign_calls(self._shared, clock, [each for _, each in awaited])
        for index, outcome in self._waiting.items():
            self._known.replace(index, outcome["known"])
        for (index, each), outcome in zip(awaited, outcomes, strict=True):
            self._known.set(index, each["step"], outcome)
        self._waiting.clear()

    def _fail_unreached(self, error: JsonObject) -> None:
        """Give documents up that have the *error* of a call that was not reached."""
        late = {
            item.index
            for item in self.items
            for outcome in self._known.of(item.index).values()
            if outcome.get("error", {}).get("message") == error["message"]
        }
        for index in sorted(late):
            self._fail(index, error)
        self.items = [item for item in self.items if item.index not in late]
