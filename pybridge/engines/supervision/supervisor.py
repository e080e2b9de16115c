"""An engine whose scripts run in a worker process that may be killed at any time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import PurePosixPath
from types import TracebackType
from typing import Any, Self

from pybridge.engines.limits import Limits
from pybridge.engines.protocol import JsonObject, OnOutput, OnProgress, Script
from pybridge.engines.supervision import batching
from pybridge.engines.supervision.calls import render_group
from pybridge.engines.supervision.channel import Channel, Contaminated, Spawn, WorkerLost
from pybridge.engines.supervision.documents import DocumentGroup, Outcomes, settle_awaited
from pybridge.engines.supervision.quarantine import Quarantine
from pybridge.engines.supervision.script_index import ScriptIndex
from pybridge.engines.supervision.transforms import transform_post
from pybridge.engines.supervision.worker import Worker
from pybridge.html.policy import Policy, html_policy
from pybridge.html.splice import finish_document, sanitised_outcome

Apart = Callable[[JsonObject, batching.BatchClock, Sequence[JsonObject]], list[JsonObject]]
"""Makes awaited calls, as `Elsewhere` does: gets what all documents share, and the clock of their batch."""


class SupervisedEngine:
    """The engine interface over any kind of worker; see `protocol.Engine`."""

    def __init__(
        self,
        name: str,
        spawn: Spawn,
        limits: Limits,
        *,
        policy: Policy | None = None,
        has_spare: bool = False,
    ) -> None:
        """Start the first worker.

        Args:
            name: the engine's.
            spawn: starts a worker.
            limits: of the sandbox.
            policy: what HTML may hold; None means the built-in one.
            has_spare: whether another worker is kept ready once the first has been at work a while.

        Raises:
            BootFailed: when none comes up.
        """
        self.name = name
        self.limits = limits
        self._policy = policy or html_policy()
        self._directory = ScriptIndex()
        self._quarantine = Quarantine(self._directory)
        self._worker = Worker(name, spawn, limits, has_spare=has_spare)
        self._worker.start()

    @property
    def losses(self) -> int:
        """Workers that were lost so far."""
        return self._worker.losses

    @property
    def channel(self) -> Channel | None:
        """The way to the current worker; None between two of them."""
        return self._worker.channel

    def load(self, scripts: Sequence[Script]) -> list[JsonObject]:
        """Load scripts; one that kills the worker while it is compiled becomes a problem."""
        try:
            infos = self._worker.load(scripts, self.limits.compile_s + 0.01 * len(scripts))
        except WorkerLost:
            infos = [self._load_alone(script) for script in scripts]
        self._directory.know(infos)
        return infos

    def render_calls(self, calls: Sequence[JsonObject]) -> list[JsonObject]:
        """Return one outcome per call."""
        pairs = zip(self.raw_calls(calls), calls, strict=True)
        return [_sanitised(outcome, call, self._policy) for outcome, call in pairs]

    def raw_calls(
        self,
        calls: Sequence[JsonObject],
        shared: str | None = None,
        clock: batching.BatchClock | None = None,
    ) -> list[JsonObject]:
        """Return one outcome per call, its HTML as the script made it.

        Args:
            calls: the batch.
            shared: JSON text of `post` and `data` that hold for all.
            clock: of the batch that they are part of; None where they are one.
        """
        batching.check_size(calls, self.limits)
        outcomes: dict[int, JsonObject] = {}
        items: list[batching.Item] = []
        for index, call in enumerate(calls):
            text = batching.encode(call, self.limits)
            if isinstance(text, str):
                items.append(batching.Item(index, text))
            else:
                outcomes[index] = {"error": text}
        clock = clock or batching.BatchClock(self.limits)
        for group in batching.messages(items):
            outcomes |= render_group(
                self._worker,
                group,
                calls,
                self._quarantine,
                self._directory,
                self.limits.item_s,
                clock,
                shared,
            )
        return [outcomes.get(index) or {"error": clock.error} for index in range(len(calls))]

    def render_documents(
        self,
        documents: Sequence[JsonObject],
        shared: JsonObject,
        *,
        on_progress: OnProgress | None = None,
        elsewhere: Apart | None = None,
    ) -> list[JsonObject]:
        """Return one rendered document each; *elsewhere* makes the calls of other trust domains."""
        batching.check_size(documents, self.limits)
        rendered: dict[int, JsonObject] = {}

        waiting: dict[int, JsonObject] = {}
        known: dict[int, Outcomes] = {}

        def done(index: int, outcome: JsonObject) -> None:
            if "awaits" in outcome:
                waiting[index] = outcome
                return
            rendered[index] = _rendered(documents[index], shared, outcome, self._policy)
            if on_progress is not None:
                on_progress(len(rendered), len(documents))

        shared_text = batching.encode(shared, self.limits)
        items: list[batching.Item] = []
        for index, document in enumerate(documents):
            refused = shared_text if isinstance(shared_text, dict) else None
            text = refused or batching.encode(document, self.limits)
            if isinstance(text, str):
                items.append(batching.Item(index, text))
            else:
                done(index, batching.failed_document(document, text))
        clock = batching.BatchClock(self.limits)
        while isinstance(shared_text, str) and items:
            for group in batching.messages(items):
                DocumentGroup(
                    self._worker,
                    documents,
                    shared_text,
                    self.limits.item_s,
                    self._directory,
                    self._quarantine,
                    clock,
                    done,
                    known=known,
                ).render(group)
            items = [item for item in items if item.index in waiting]
            if items:
                assert elsewhere is not None
                settle_awaited(waiting, known, partial(elsewhere, shared, clock))
        for index, document in enumerate(documents):
            if index not in rendered:
                done(index, batching.failed_document(document, clock.error))
        return [rendered[index] for index in range(len(documents))]

    def run(
        self,
        script: JsonObject,
        args: Sequence[str],
        *,
        timeout_s: float | None = None,
        on_output: OnOutput | None = None,
    ) -> JsonObject:
        """Run a utility script to its end, or to the deadline."""
        seconds = timeout_s or self._run_s(script)
        streams = {"stdout": "", "stderr": ""}
        message = {"kind": "run", "script": script, "args": list(args)}
        started = time.perf_counter()
        ran: JsonObject = {}
        try:
            for reply in self._worker.exchange(message, seconds, whole_s=seconds):
                if reply["kind"] == "output":
                    streams[reply["stream"]] += reply["text"]
                    if on_output is not None:
                        on_output(reply["stream"], reply["text"])
                else:
                    ran = {k: v for k, v in reply.items() if k not in {"kind", "id"}}
        except Contaminated:
            pass  # it ran alone, and its worker is gone
        except WorkerLost as lost:
            error = {"code": lost.code, "message": lost.message}
            ran = {"status": "error", "code": lost.code, "result": None, **streams, "error": error}
        return {**ran, "durationMs": round((time.perf_counter() - started) * 1000, 3)}

    def _run_s(self, script: JsonObject) -> float:
        """Return the seconds a program gets: what it asks for, within the limit."""
        slug = script.get("slug")
        if slug is not None:
            info = self._directory.find(slug)
        else:
            asks = "LIMITS" in script["content"]
            info = self.check(script["path"], script["content"])["script"] if asks else None
        return self._directory.run_s(info, self.limits.run_s)

    def transform(self, post: Mapping[str, Any], context: Mapping[str, Any]) -> JsonObject:
        """Return what the enabled transforms make of a post."""
        return transform_post(
            self._worker, post, context, self._quarantine, self._directory, self.limits
        )

    def check(self, path: str, content: str) -> JsonObject:
        """Return metadata and problems of a script."""
        message = {"kind": "check", "path": path, "content": content}
        try:
            [reply] = self._worker.exchange(message, self.limits.compile_s)
        except WorkerLost as lost:
            info = _unloaded(Script(path, content), lost)
            return {"script": info, "problems": info["problems"]}
        return {"script": reply["script"], "problems": reply["problems"]}

    def close(self) -> None:
        """End the worker."""
        self._worker.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _load_alone(self, script: Script) -> JsonObject:
        try:
            return self._worker.load([script], self.limits.compile_s)[0]
        except WorkerLost as lost:
            return _unloaded(script, lost)


def _sanitised(outcome: JsonObject, call: JsonObject, policy: Policy) -> JsonObject:
    macro = call.get("macro")
    return sanitised_outcome(outcome, macro if isinstance(macro, dict) else {}, policy)


def _rendered(
    document: JsonObject, shared: JsonObject, outcome: JsonObject, policy: Policy
) -> JsonObject:
    env: dict[str, Any] = {**shared.get("env", {}), **document.get("env", {})}
    path = {"path": document["path"]} if "path" in document else {}
    return {**path, **finish_document(outcome, policy, preview=bool(env.get("isPreview")))}


def _unloaded(script: Script, lost: WorkerLost) -> JsonObject:
    """Return what can be said of a script that cannot even be compiled."""
    slug = PurePosixPath(script.path).stem
    message = f"{script.path}: compiling it {lost.message}"
    return {
        "path": script.path,
        "id": slug,
        "slug": slug,
        "title": slug,
        "kind": "utility",
        "entrypoint": "main",
        "enabled": False,
        "version": 1,
        "createdAt": None,
        "updatedAt": None,
        "aliases": [],
        "needs": None,
        "body": False,
        "params": None,
        "origin": script.origin,
        "sha256": script.sha256,
        "problems": [
            {"code": lost.code, "message": message, "script": {"path": script.path, "line": 1}}
        ],
    }
