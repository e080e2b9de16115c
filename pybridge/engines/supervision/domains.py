"""Trust domains: scripts of different domains share documents, never an interpreter."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from pybridge.engines.protocol import JsonObject, OnDocument, OnOutput, Script
from pybridge.engines.supervision.batching import BatchClock, failed_call
from pybridge.engines.supervision.script_index import ScriptIndex, name_of
from pybridge.engines.supervision.supervisor import Supervisor
from pybridge.errors import BootFailed, PybridgeError

MOST_TOASTS = 20
COMMON = ""
"""The domain of the built-in scripts, and of all that are in no other."""


class DomainEngine:
    """A supervisor for each trust domain, as one `protocol.RawEngine`.

    The common one plans every document and knows all macros; another is started when a script of its
    domain is called for the first time. A macro of another domain in a document is rendered there, and its
    outcome is sent to the common one.
    """

    def __init__(self, common: Supervisor, open_one: Callable[[], Supervisor]) -> None:
        """Take over the supervisor of the common domain; *open_one* starts one more of its kind."""
        self._open_one = open_one
        self._stack = ExitStack()
        self._engines: dict[str, Supervisor] = {}
        self._scripts: dict[str, Script] = {}
        self._index = ScriptIndex()
        self._common = self._keep(COMMON, common)
        self.name = self._common.name

    def load(self, scripts: Sequence[Script]) -> list[JsonObject]:
        """Load each script into its own domain, and its metadata into the common one."""
        self._scripts.update((script.path, script) for script in scripts)
        infos = self._common.load(_for_common(scripts))
        self._index.learn(infos)
        for domain, engine in self._engines.items():
            if domain != COMMON:
                engine.load(self._needed_in(domain, scripts))
        return infos

    def render_calls(self, calls: Sequence[JsonObject]) -> list[JsonObject]:
        """Return one outcome per call."""
        domains = [self._domain_of(self._index.macro(name_of(call))) for call in calls]
        return self._per_domain(calls, domains, Supervisor.render_calls)

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
    ) -> JsonObject:
        """Run a utility script in its domain; one that was not loaded runs in the common one."""
        info = self._index.find(script["slug"]) if "slug" in script else script
        engine = self._engine(self._domain_of(info))
        return engine.run(script, args, timeout_s=timeout_s, on_output=on_output)

    def transform(self, post: Mapping[str, Any], context: Mapping[str, Any]) -> JsonObject:
        """Send a post through the common domain's transforms, then through each other domain's."""
        outcome = self._common.transform(post, context)
        for domain, scripts in self._foreign_transforms():
            try:
                further = self._engine(domain).transform(outcome["post"], context)
                outcome = _after(outcome, further)
            except PybridgeError as error:
                skipped = [_skipped(script, error) for script in scripts]
                outcome = {**outcome, "errors": [*outcome["errors"], *skipped]}
        return outcome

    def check(self, path: str, content: str) -> JsonObject:
        """Return metadata and problems of a script; only its own domain reads its text."""
        return self._engine(self._domain_of({"path": path})).check(path, content)

    def close(self) -> None:
        """End all domains."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _foreign_transforms(self) -> list[tuple[str, list[JsonObject]]]:
        """Return the enabled transforms of each other domain, by the domain's name."""
        found: dict[str, list[JsonObject]] = {}
        for info in self._index.all():
            domain = self._domain_of(info)
            if domain != COMMON and info["kind"] == "transform" and info["enabled"]:
                found.setdefault(domain, []).append(info)
        return sorted(found.items())

    def _make_awaited(
        self, shared: JsonObject, clock: BatchClock, awaited: Sequence[JsonObject]
    ) -> list[JsonObject]:
        """Make the calls that documents await; see `documents.ForeignCalls`."""
        common = {name: shared[name] for name in ("post", "data") if shared.get(name) is not None}
        text = json.dumps(common) if common else None
        return self._per_domain(
            [each["call"] for each in awaited],
            [self._domain_of({"path": each["script"]}) for each in awaited],
            lambda engine, calls: _in_batches(engine, calls, text, clock),
        )

    def _per_domain(
        self,
        calls: Sequence[JsonObject],
        domains: Sequence[str],
        render: Callable[[Supervisor, list[JsonObject]], list[JsonObject]],
    ) -> list[JsonObject]:
        """Render each call in its domain; return the outcomes in the order of *calls*."""
        places: dict[str, list[int]] = {}
        for index, domain in enumerate(domains):
            places.setdefault(domain, []).append(index)
        made: dict[int, JsonObject] = {}
        for domain, indices in places.items():
            some = [calls[index] for index in indices]
            try:
                outcomes = render(self._engine(domain), some)
            except BootFailed as error:
                if domain == COMMON:
                    raise
                outcomes = [failed_call(call, error.to_json()) for call in some]
            made.update(zip(indices, outcomes, strict=True))
        return [made[index] for index in range(len(calls))]

    def _domain_of(self, info: Mapping[str, Any] | None) -> str:
        script = self._scripts.get(info["path"]) if info is not None else None
        return COMMON if script is None else script.domain

    def _engine(self, domain: str) -> Supervisor:
        if domain not in self._engines:
            engine = self._keep(domain, self._open_one())
            engine.load(self._needed_in(domain, self._scripts.values()))
        return self._engines[domain]

    def _keep(self, domain: str, engine: Supervisor) -> Supervisor:
        self._engines[domain] = self._stack.enter_context(engine)
        return engine

    def _needed_in(self, domain: str, scripts: Iterable[Script]) -> list[Script]:
        """Return the scripts of a domain other than the common one, which gets no others."""
        return [script for script in scripts if script.domain == domain]


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


def _for_common(scripts: Iterable[Script]) -> list[Script]:
    """Return scripts as the common domain loads them: those of others are known there and never run."""
    return [replace(script, elsewhere=script.domain != COMMON) for script in scripts]


def _skipped(script: JsonObject, error: PybridgeError) -> JsonObject:
    """Return the error of a transform whose domain does not work."""
    return {**error.to_json(), "scriptId": script["id"], "scriptSlug": script["slug"]}


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
