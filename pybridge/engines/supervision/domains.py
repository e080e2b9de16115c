"""Trust domains: scripts that must not meet share no interpreter, and their outputs one document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import Any, Self, cast

from pybridge.engines.protocol import Engine, JsonObject, OnOutput, OnProgress, Script
from pybridge.engines.supervision.batching import BatchClock
from pybridge.engines.supervision.script_index import ScriptIndex, name_of
from pybridge.engines.supervision.supervisor import SupervisedEngine

MOST_TOASTS = 20
COMMON = ""
"""The domain of the built-in scripts, and of all that is in no other."""


class DomainEngine:
    """An engine for each trust domain behind the interface of one; see `protocol.Engine`.

    The common one plans every document and knows all macros; another is started when a script of its
    domain is called for the first time. A macro of another domain inside a document is rendered there and
    handed back as an outcome.
    """

    def __init__(self, common: SupervisedEngine, open_one: Callable[[], Engine]) -> None:
        """Take over the engine of the common domain; *open_one* starts one more of its kind."""
        self._open_one = open_one
        self._stack = ExitStack()
        self._engines: dict[str, SupervisedEngine] = {}
        self._scripts: dict[str, Script] = {}
        self._directory = ScriptIndex()
        self._common = self._keep(COMMON, common)
        self.name = self._common.name

    def load(self, scripts: Sequence[Script]) -> list[JsonObject]:
        """Load scripts into every domain; each runs in its own alone."""
        self._scripts.update((script.path, script) for script in scripts)
        infos = self._common.load(_seen_from(COMMON, scripts))
        self._directory.know(infos)
        for domain, engine in self._engines.items():
            if domain != COMMON:
                engine.load(self._needed_in(domain, scripts))
        return infos

    def render_calls(self, calls: Sequence[JsonObject]) -> list[JsonObject]:
        """Return one outcome per call."""
        return self._apart(
            calls,
            lambda call: self._domain_of(self._directory.macro(name_of(call))),
            lambda engine, some: engine.render_calls(some),
        )

    def render_documents(
        self,
        documents: Sequence[JsonObject],
        shared: JsonObject,
        *,
        on_progress: OnProgress | None = None,
    ) -> list[JsonObject]:
        """Return one rendered document each."""
        return self._common.render_documents(
            documents, shared, on_progress=on_progress, elsewhere=self._make_awaited
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
        info = self._directory.find(script["slug"]) if "slug" in script else script
        engine = self._engine(self._domain_of(info))
        return engine.run(script, args, timeout_s=timeout_s, on_output=on_output)

    def transform(self, post: Mapping[str, Any], context: Mapping[str, Any]) -> JsonObject:
        """Send a post through the common domain's transforms, then through each other domain's."""
        outcome = self._common.transform(post, context)
        for domain in sorted(self._domains_with_transforms()):
            further = self._engine(domain).transform(outcome["post"], context)
            outcome = _after(outcome, further)
        return outcome

    def check(self, path: str, content: str) -> JsonObject:
        """Return metadata and problems of a script, which does not run; its text stays in its domain."""
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

    def _domains_with_transforms(self) -> set[str]:
        infos = self._directory.all()
        found = [info for info in infos if info["kind"] == "transform" and info["enabled"]]
        return {self._domain_of(info) for info in found} - {COMMON}

    def _make_awaited(
        self, shared: JsonObject, clock: BatchClock, awaited: Sequence[JsonObject]
    ) -> list[JsonObject]:
        common = {name: shared[name] for name in ("post", "data") if shared.get(name) is not None}
        text = json.dumps(common) if common else None
        return self._apart(
            awaited,
            lambda each: self._domain_of({"path": each["script"]}),
            lambda engine, some: _raw(engine, [each["call"] for each in some], text, clock),
        )

    def _apart(
        self,
        items: Sequence[JsonObject],
        domain_of: Callable[[JsonObject], str],
        work: Callable[[SupervisedEngine, list[JsonObject]], list[JsonObject]],
    ) -> list[JsonObject]:
        """Have each domain work off its own items, and return what came out in their order."""
        places: dict[str, list[int]] = {}
        for index, item in enumerate(items):
            places.setdefault(domain_of(item), []).append(index)
        made: dict[int, JsonObject] = {}
        for domain, indices in places.items():
            outcomes = work(self._engine(domain), [items[index] for index in indices])
            made.update(zip(indices, outcomes, strict=True))
        return [made[index] for index in range(len(items))]

    def _domain_of(self, info: Mapping[str, Any] | None) -> str:
        script = self._scripts.get(info["path"]) if info is not None else None
        return COMMON if script is None else script.domain

    def _engine(self, domain: str) -> SupervisedEngine:
        if domain not in self._engines:
            engine = self._keep(domain, cast(SupervisedEngine, self._open_one()))
            engine.load(self._needed_in(domain, self._scripts.values()))
        return self._engines[domain]

    def _keep(self, domain: str, engine: SupervisedEngine) -> SupervisedEngine:
        self._engines[domain] = self._stack.enter_context(engine)
        return engine

    def _needed_in(self, domain: str, scripts: Iterable[Script]) -> list[Script]:
        """Return the scripts of a domain; a transform or macro of another has no business there."""
        return [script for script in scripts if script.domain == domain]


def _raw(
    engine: SupervisedEngine, calls: list[JsonObject], shared: str | None, clock: BatchClock
) -> list[JsonObject]:
    """Make calls that documents wait for; together they may be more than a host may ask for at once."""
    most = engine.limits.batch_items
    parts = (calls[at : at + most] for at in range(0, len(calls), most))
    return [outcome for part in parts for outcome in engine.raw_calls(part, shared, clock)]


def _seen_from(domain: str, scripts: Iterable[Script]) -> list[Script]:
    return [replace(script, elsewhere=script.domain != domain) for script in scripts]


def _after(first: JsonObject, second: JsonObject) -> JsonObject:
    """Return what two rounds of transforms made of a post."""
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
