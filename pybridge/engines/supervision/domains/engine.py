"""Scripts that share documents, but no interpreter: those of other trust domains, and those that are isolated."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from pybridge.engines.protocol import JsonObject, OnDocument, OnOutput, OpenTools, Script
from pybridge.engines.supervision.batching import BatchClock, check_size, failed_call
from pybridge.engines.supervision.domains.interpreters import (
    COMMON,
    MOST_ISOLATED,
    Interpreter,
    Interpreters,
)
from pybridge.engines.supervision.script_index import name_of
from pybridge.engines.supervision.supervisor import Supervisor
from pybridge.errors import BootFailed, PybridgeError

MOST_TOASTS = 20


class DomainEngine:
    """A supervisor for each interpreter, as one `protocol.RawEngine`.

    The common one plans every document and knows all macros; another is started when one of its scripts is
    called for the first time. A macro of another interpreter in a document is rendered there, and its outcome
    is sent to the common one.
    """

    def __init__(
        self,
        common: Supervisor,
        open_one: Callable[[], Supervisor],
        open_isolated: Callable[[], Supervisor] | None = None,
        *,
        most_isolated: int = MOST_ISOLATED,
        isolates_all: bool = False,
        close_host: Callable[[], None] = lambda: None,
    ) -> None:
        """Take over the supervisor of the common domain; see `Interpreters`. *close_host* is called at the end."""
        self._interpreters = Interpreters(
            common,
            open_one,
            open_isolated,
            most_isolated=most_isolated,
            isolates_all=isolates_all,
        )
        self._close_host = close_host
        self._index = self._interpreters.index
        self._common = common
        self.name = common.name

    @property
    def losses(self) -> int:
        """Workers that were lost so far."""
        return self._interpreters.former_losses + sum(each.losses for each in self.supervisors)

    @property
    def supervisors(self) -> list[Supervisor]:
        """Those that were started, that of the common domain first."""
        return self._interpreters.all()

    def load(self, scripts: Sequence[Script]) -> list[JsonObject]:
        """Load each script where it runs, and its metadata into the common domain."""
        return self._interpreters.load(scripts)

    def render_calls(self, calls: Sequence[JsonObject]) -> list[JsonObject]:
        """Return one outcome per call."""
        limits = self._common.limits
        check_size(calls, limits)
        clock = BatchClock(limits)
        places: dict[str, Interpreter] = {}
        for name in {name_of(call) for call in calls}:
            places[name] = self._place_of(self._index.macro(name))
        return self._per_interpreter(
            calls,
            [places[name_of(call)] for call in calls],
            lambda engine, some: engine.render_calls(some, clock=clock),
        )

    def render_documents(
        self, documents: Sequence[JsonObject], shared: JsonObject, on_document: OnDocument
    ) -> None:
        """Render documents: the common domain plans them all."""
        self._common.render_documents(
            documents, shared, on_document, foreign_calls=self._make_awaited
        )

    def run(
        self,
        script: JsonObject,
        args: Sequence[str],
        *,
        timeout_s: float | None = None,
        on_output: OnOutput | None = None,
        tools: OpenTools | None = None,
    ) -> JsonObject:
        """Run a utility script.

        A loaded one runs where its macros would; another one in the interpreter of its domain, which is ended then.
        """
        is_loaded = "slug" in script
        info = self._index.find(script["slug"]) if is_loaded else script
        place = self._place_of(info)
        place = place if is_loaded else Interpreter(place.domain)
        engine = self._interpreters.engine(place)
        try:
            return engine.run(script, args, timeout_s=timeout_s, on_output=on_output, tools=tools)
        finally:
            if not is_loaded and self._interpreters.isolates:
                engine.renew()

    def transform(
        self,
        post: Mapping[str, Any],
        context: Mapping[str, Any],
        *,
        tools: OpenTools | None = None,
    ) -> JsonObject:
        """Send a post through the common domain's transforms, then through each other domain's."""
        outcome = self._transform_in(COMMON, post, context, tools)
        for domain, scripts in self._foreign_transforms():
            try:
                outcome = _after(
                    outcome, self._transform_in(domain, outcome["post"], context, tools)
                )
            except PybridgeError as error:
                outcome = _after(outcome, _skipping(scripts, outcome, error))
        return outcome

    def check(self, path: str, content: str) -> JsonObject:
        """Return metadata and problems of a script; only its own domain reads its text."""
        place = Interpreter(self._place_of({"path": path}).domain)
        return self._interpreters.engine(place).check(path, content)

    def cancel(self) -> None:
        """End what runs now, in every interpreter."""
        for supervisor in self.supervisors:
            supervisor.cancel()

    def resume(self) -> None:
        """Work again after `cancel`."""
        for supervisor in self.supervisors:
            supervisor.resume()

    def close(self) -> None:
        """End all workers."""
        try:
            self._interpreters.close()
        finally:
            self._close_host()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _place_of(self, info: Mapping[str, Any] | None) -> Interpreter:
        return self._interpreters.of(info["path"] if info is not None else None)

    def _transform_in(
        self,
        domain: str,
        post: Mapping[str, Any],
        context: Mapping[str, Any],
        tools: OpenTools | None,
    ) -> JsonObject:
        """Send a post through the transforms of one domain, in their order, each where it runs."""
        engine = self._interpreters.engine(Interpreter(domain))
        outcome, path = engine.transform_until(post, context, None, tools)
        made: set[str] = set()
        while path is not None and path not in made:
            made.add(path)
            info = self._index.at(path)
            assert info is not None
            try:
                alone = self._interpreters.engine(Interpreter(domain, path))
                further = alone.transform(outcome["post"], context, tools=tools)
            except PybridgeError as error:
                further = _skipping([info], outcome, error)
            outcome = _after(outcome, further)
            try:
                further, path = engine.transform_until(outcome["post"], context, path, tools)
            except PybridgeError as error:
                further, path = _skipping(self._left(domain, outcome), outcome, error), None
            outcome = _after(outcome, further)
        return outcome

    def _left(self, domain: str, outcome: JsonObject) -> list[JsonObject]:
        """Return the transforms of a domain that an outcome does not name."""
        named = {*outcome["applied"], *(each["scriptSlug"] for each in outcome["errors"])}
        return [info for info in self._transforms().get(domain, ()) if info["slug"] not in named]

    def _foreign_transforms(self) -> list[tuple[str, list[JsonObject]]]:
        """Return the enabled transforms of each other domain, by the domain's name."""
        return sorted((name, some) for name, some in self._transforms().items() if name != COMMON)

    def _transforms(self) -> dict[str, list[JsonObject]]:
        """Return the enabled transforms by domain."""
        found: dict[str, list[JsonObject]] = {}
        for info in self._index.all():
            if info["kind"] == "transform" and info["enabled"]:
                found.setdefault(self._place_of(info).domain, []).append(info)
        return found

    def _make_awaited(
        self, shared: JsonObject, clock: BatchClock, awaited: Sequence[JsonObject]
    ) -> list[JsonObject]:
        """Make the calls that documents await; see `documents.ForeignCalls`."""
        common = {name: shared[name] for name in ("post", "data") if shared.get(name) is not None}
        text = json.dumps(common) if common else None
        return self._per_interpreter(
            [each["call"] for each in awaited],
            [self._interpreters.of(each["script"]) for each in awaited],
            lambda engine, calls: _in_batches(engine, calls, text, clock),
        )

    def _per_interpreter(
        self,
        calls: Sequence[JsonObject],
        places: Sequence[Interpreter],
        render: Callable[[Supervisor, list[JsonObject]], list[JsonObject]],
    ) -> list[JsonObject]:
        """Render each call where it runs; return the outcomes in the order of *calls*."""
        numbers: dict[Interpreter, list[int]] = {}
        for index, place in enumerate(places):
            numbers.setdefault(place, []).append(index)
        made: dict[int, JsonObject] = {}
        for place, indices in numbers.items():
            some = [calls[index] for index in indices]
            try:
                outcomes = render(self._interpreters.engine(place), some)
            except BootFailed as error:
                if place == Interpreter(COMMON):
                    raise
                outcomes = [failed_call(call, error.to_json()) for call in some]
            made.update(zip(indices, outcomes, strict=True))
        return [made[index] for index in range(len(calls))]


def _in_batches(
    engine: Supervisor, calls: list[JsonObject], shared: str | None, clock: BatchClock
) -> list[JsonObject]:
    """Make awaited calls, of which there may be more than one batch may have."""
    most = engine.limits.batch_items
    batches = (calls[at : at + most] for at in range(0, len(calls), most))
    return [
        outcome
        for batch in batches
        for outcome in engine.render_calls(batch, shared=shared, clock=clock)
    ]


def _skipping(
    scripts: Sequence[JsonObject], before: JsonObject, error: PybridgeError
) -> JsonObject:
    """Return the outcome of transforms whose interpreter does not work; the post stays as it was *before*."""
    errors = [
        {**error.to_json(), "scriptId": script["id"], "scriptSlug": script["slug"]}
        for script in scripts
    ]
    return {"post": before["post"], "applied": [], "errors": errors, "toasts": []}


def _after(first: JsonObject, second: JsonObject) -> JsonObject:
    """Return the outcome of two rounds of transforms, one after the other."""
    lists: JsonObject = {
        name: [*first[name], *second[name]][:most]
        for name, most in (("applied", None), ("errors", None), ("toasts", MOST_TOASTS))
    }
    texts: JsonObject = {
        name: first.get(name, "") + second.get(name, "")
        for name in ("stdout", "stderr")
        if name in first or name in second
    }
    return {**second, **lists, **texts}
