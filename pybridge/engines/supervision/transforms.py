"""Send a post through the transforms; one that costs a worker is skipped, and the post begins anew."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pybridge.engines.limits import Limits
from pybridge.engines.protocol import JsonObject
from pybridge.engines.supervision.batching import encode
from pybridge.engines.supervision.channel import Contaminated, WorkerLost
from pybridge.engines.supervision.checks.replies import ReplyUnfit, check_transformed
from pybridge.engines.supervision.documents import HANDLED_PER_S
from pybridge.engines.supervision.rules import Event, State, decide
from pybridge.engines.supervision.sandbox import Sandbox
from pybridge.engines.supervision.worker_link import misfit
from pybridge.errors import EngineCrashed, RemoteError


def transform_post(
    sandbox: Sandbox,
    post: Mapping[str, Any],
    context: Mapping[str, Any],
    after: str | None = None,
) -> tuple[JsonObject, str | None]:
    """Return transformed.v1, and the path of the transform that is next but has another interpreter.

    The engine replies before each transform, so the one that ran when a worker is lost is known.
    The next worker starts with the original post.

    Args:
        sandbox: The sandbox.
        post: The post.
        context: Where it comes from, for the transforms.
        after: Path of a transform: only those behind it run.

    Raises:
        RemoteError: when the post or its context cannot be sent, or the engine refuses it.
        EngineCrashed: when a worker is lost while no transform runs.
    """
    limits = sandbox.limits
    texts = f'"post":{_encoded(post, limits)},"context":{_encoded(context, limits)}'
    if after is not None:
        texts += f',"after":{json.dumps(after)}'
    return _PostRun(sandbox, texts).transform()


class _PostRun:
    """A post, sent to one worker after another."""

    def __init__(self, sandbox: Sandbox, texts: str) -> None:
        """Take the members of the message that stay the same."""
        self._sandbox = sandbox
        self._texts = texts
        self._charged = sandbox.quarantine.charges()
        self._running: str | None = None
        """Path of the transform that runs."""
        self._ran: str | None = None
        """Path of the transform that ran before it."""
        self._left: dict[str | None, str] = {}
        """Slugs of the transforms that did not run yet, by path."""
        self._outcome: JsonObject | None = None
        self._awaits: str | None = None
        """Path of the transform before which the outcome ends."""

    def transform(self) -> tuple[JsonObject, str | None]:
        """Return the outcome of the first worker that is not lost, and the path of the transform it awaits."""
        state = State("transforms", alone=True)
        while True:
            event, lost = self._attempt()
            state, action = decide(state, event)
            if action.kind == "finish":
                assert self._outcome is not None
                return self._outcome, self._awaits
            assert lost is not None
            if action.kind == "fail":
                raise EngineCrashed("macro", lost.message)
            if action.kind == "charge":
                self._charge(lost)

    def _attempt(self) -> tuple[Event, WorkerLost | None]:
        """Send the post to one worker; return how that ended."""
        try:
            self._send()
        except Contaminated as found:
            # The one that ended before this reply; a worker may name another.
            self._running = self._ran if found.script == self._ran else None
            return Event("contaminated", open=1, known=True, again=self._is_charged), found
        except WorkerLost as lost:
            return Event("lost", open=1, again=self._is_charged), lost
        return Event("done"), None

    def _send(self) -> None:
        self._ran, self._running, self._outcome = None, None, None
        charged = json.dumps(self._charged)
        message = f'"kind":"transform",{self._texts},"sliceMs":0,"charged":{charged}'
        handling_s = len(message) / HANDLED_PER_S
        pool = self._sandbox.pool
        self._left = self._transforms()
        seen: list[str] = []
        isolated = self._isolated()
        for reply in pool.exchange(message, self._limit_s, handling_s=handling_s):
            try:
                check_transformed(reply, self._left, isolated, seen)
            except ReplyUnfit as unfit:
                raise misfit(unfit) from unfit
            self._ran, self._running = self._running, reply["next"]
            slug = self._left.pop(self._running, None)
            seen += [slug] if slug is not None else []
            self._outcome, self._awaits = reply.get("outcome"), reply.get("awaits")
        if self._outcome is None:
            raise WorkerLost("crash", "it ended without an outcome")

    def _transforms(self) -> dict[str | None, str]:
        index = self._sandbox.index
        return {each["path"]: each["slug"] for each in index.all() if each["kind"] == "transform"}

    def _isolated(self) -> set[str]:
        return {each["path"] for each in self._sandbox.index.all() if each.get("isolated")}

    @property
    def _is_charged(self) -> bool:
        """Whether skipping the transform that ran would change nothing."""
        return self._running is None or self._running in self._charged

    def _charge(self, lost: WorkerLost) -> None:
        assert self._running is not None
        self._charged[self._running] = lost.error
        self._sandbox.quarantine.count(self._running)

    def _limit_s(self) -> float:
        index = self._sandbox.index
        return index.item_s(index.at(self._running), self._sandbox.limits.item_s)


def _encoded(value: Mapping[str, Any], limits: Limits) -> str:
    text = encode(value, limits)
    if isinstance(text, str):
        return text
    raise RemoteError(text)
