"""Batches of documents, worked off in slices."""

from __future__ import annotations

import gc
from time import perf_counter as _now

from pybridge.macros.guard.guard import contamination
from pybridge.macros.jobs.call_batches import CHEAP_S, CLOSELY_WATCHED, UNWATCHED
from pybridge.macros.jobs.documents import (
    DocumentContext,
    DocumentRun,
    KnownOutcomes,
    SharedContext,
)
from pybridge.macros.jobs.job import AsksNothing
from pybridge.macros.values import json_text
from pybridge.macros.values.problems import problem
from pybridge.macros.values.shapes import check_document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeVar

    from pybridge.macros.running.execution import Executor
    from pybridge.macros.scripts.registry import Registry
    from pybridge.macros.scripts.script import Script
    from pybridge.macros.values.limits import Limits

    T = TypeVar("T")
    Json = dict[str, Any]
    Measure = Callable[[Any, str], Json | None]

_LONG = 100_000  # code points; a document that may make very many objects


class DocumentsJob(AsksNothing):
    """A batch of documents; every macro in them is an item."""

    __slots__ = (
        "_again", "_began", "_charged", "_documents", "_executor", "_known", "_last_run", "_limits", "_measure",
        "_next", "_nothing_known", "_refused", "_registry", "_run", "_shared", "_slice_s", "id", "ran",
    )  # fmt: skip

    def __init__(
        self,
        message: Json,
        registry: Registry,
        executor: Executor,
        limits: Limits,
        measure: Measure | None,
    ) -> None:
        """*measure* returns why an item is too large; None where no item can be."""
        self.id: int = message["id"]
        self._documents: Sequence[Any] = message["documents"]
        self._shared = SharedContext(message["shared"])
        self._charged: Mapping[str, Any] = message.get("charged", {})
        self._refused: Mapping[str, Any] = message.get("refused", {})
        self._known: Mapping[str, Any] = message.get("known", {})
        self._nothing_known = KnownOutcomes({}, self._refused, {}, is_split=registry.has_foreign)
        self._slice_s: float = message["sliceMs"] / 1000
        self._registry = registry
        self._executor = executor
        self._limits = limits
        self._measure = measure
        self._next = 0
        self._run: DocumentRun | None = None
        self._again = 0
        self._began: tuple[int, DocumentRun | None, int] = (0, None, 0)
        self.ran = 0
        """How many macros the last step ran."""
        self._last_run: DocumentRun | None = None

    @property
    def is_done(self) -> bool:
        """Whether no document is left."""
        return self._next >= len(self._documents)

    def step(self) -> Json:
        """Work until the first item that ends past the slice, and return the finished documents, each as JSON."""
        slice_s = self._pace
        run = self._run
        self._began = self._next, run, run.step if run else 0
        self.ran = 0
        finished: list[DocumentRun | str] = []
        start, elapsed = _now(), 0.0
        count, look = len(self._documents), 0
        while self._next < count:
            run = self._run or self._open(finished)
            if run is not None:
                self._last_run = run
                self.ran += 1
                if run.advance():
                    self._close(run, finished)
                if self.ran < look and self._next < count:
                    continue
            before, elapsed = elapsed, _now() - start
            if elapsed >= slice_s:
                break
            if elapsed - before < CHEAP_S and self.ran >= CLOSELY_WATCHED:
                look = self.ran + UNWATCHED
        if self._again:
            self._again -= self.ran
        # All at once: a third faster than each when it is finished.
        texts = [each if isinstance(each, str) else each.finish() for each in finished]
        return self._reply(texts, _now() - start)

    @property
    def _pace(self) -> float:
        return 0.0 if self._again else self._slice_s

    def only_script(self, _: Registry) -> Script | None:
        """Return the script of the only macro that the last step ran."""
        return self._last_run.last[0].script if self.ran == 1 and self._last_run else None

    def warn(self, reply: Json, script: Script, changed: list[str]) -> None:
        """Warn in the document whose macro ran alone that its script changed these names."""
        run = self._last_run
        assert run is not None
        node, _ = run.last
        run.warn(contamination(script, changed, node.written, run.place(node)))
        if self._run is None:
            reply["documents"][-1] = run.finish()
        else:
            _, outcome = run.last
            reply["settled"] = {"document": self._next, "step": run.step - 1, "outcome": outcome}

    def rewind(self, _: Json) -> Json:
        """Go back to where the last step began, to run its macros one by one; return an empty reply."""
        self._next, self._run, step = self._began
        if self._run is not None:
            self._run.step = step
        self._again, self.ran = self.ran, 0
        return self._reply([], 0.0)

    def _reply(self, finished: list[str], elapsed: float) -> Json:
        return {
            "kind": "documents",
            "id": self.id,
            "first": self._next - len(finished),
            "documents": finished,
            "position": self._position(),
            "elapsedUs": round(elapsed * 1e6, 1),
            "done": self.is_done,
        }

    def _position(self) -> Json:
        run = self._run
        if run is None:
            return {"document": self._next, "step": 0}
        script = run.next_script
        place = {"document": self._next, "step": run.step}
        return {**place, "script": script.path} if script else place

    def _open(self, finished: list[DocumentRun | str]) -> DocumentRun | None:
        """Begin the next document and return it; None if no macro of it is to run in this step.

        It may be finished already. And where every step is reported, beginning a document is a step of
        its own: the host then knows which macro comes next.
        """
        document = self._documents[self._next]
        refusal = self._refusal(document)
        run = None if refusal else self._begin(document)
        if run is None or run.macros > self._limits.batch_items:
            self._next += 1
            finished.append(_refused(document, refusal or _too_many(run, self._limits)))
            return None
        if run.is_complete:
            self._close(run, finished)
            return None
        self._run = run
        return None if self._pace == 0 else run

    def _close(self, run: DocumentRun, finished: list[DocumentRun | str]) -> None:
        self._run = None
        self._next += 1
        finished.append(run)

    def _refusal(self, document: Any) -> Json | None:
        """Return why *document* is not rendered at all."""
        refusal = check_document(document)
        if refusal is None and self._measure is not None:
            refusal = self._measure(document, "document")
        return refusal

    def _begin(self, document: Json) -> DocumentRun:
        context = DocumentContext(document, self._shared)
        known = self._known_outcomes() if self._charged or self._known else self._nothing_known
        own = self._registry, self._executor, known, self._limits
        if len(document["text"]) < _LONG:
            return DocumentRun(document, context, *own)
        return _without_collector(lambda: DocumentRun(document, context, *own))

    def _known_outcomes(self) -> KnownOutcomes:
        """Return what the host knows of the next document."""
        number = str(self._next)
        charges, outcomes = self._charged.get(number, {}), self._known.get(number, {})
        is_split = self._registry.has_foreign
        return KnownOutcomes(charges, self._refused, outcomes, is_split=is_split)


def _without_collector(work: Callable[[], T]) -> T:
    """Do work of the engine that makes many objects and no cycles, without the garbage collector.

    The collector would visit all of them again and again, and make the time more than linear.
    """
    if not gc.isenabled():
        return work()
    gc.disable()
    try:
        return work()
    finally:
        gc.enable()


def _too_many(run: DocumentRun | None, limits: Limits) -> Json:
    assert run is not None
    message = f"the document has {run.macros} macros, more than {limits.batch_items}"
    return problem("input-limit", message, hint="split it")


def _refused(document: Any, refusal: Json) -> str:
    """Return the outcome of a document that is not rendered; its error points to its start."""
    path = document.get("path") if isinstance(document, dict) else None
    if isinstance(path, str):
        refusal = {**refusal, "call": {"path": path, "line": 1, "column": 1}}
    return json_text.write({"parts": [], "macros": [], "warnings": [], "errors": [refusal]})
