"""Send a post through the transforms; one that costs a worker is skipped, and the post begins anew."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from pybridge.engines.asking import AskedTooMuch, Asking
from pybridge.engines.limits import Limits
from pybridge.engines.protocol import JsonObject, OpenTools
from pybridge.engines.supervision.batching import encode
from pybridge.engines.supervision.channel import Contaminated, WorkerLost
from pybridge.engines.supervision.checks.replies import ReplyUnfit, check_asks, check_transformed
from pybridge.engines.supervision.documents import HANDLED_PER_S
from pybridge.engines.supervision.rules import Event, State, decide
from pybridge.engines.supervision.sandbox import Sandbox
from pybridge.engines.supervision.worker_link import Message, misfit
from pybridge.errors import EngineCrashed, RemoteError


def transform_post(
    sandbox: Sandbox,
    post: Mapping[str, Any],
    context: Mapping[str, Any],
    after: str | None = None,
    tools: OpenTools | None = None,
) -> tuple[JsonObject, str | None]:
    """Return transformed.v1, and the path of the transform that is next but has another interpreter.

    The engine replies before each transform, so the one that ran when a worker is lost is known.
    The next worker starts with the original post.

    Args:
        sandbox: The sandbox.
        post: The post.
        context: Where it comes from, for the transforms.
        after: Path of a transform: only those behind it run.
        tools: Answers what they ask the application for; None if they may ask for nothing.

    Raises:
        RemoteError: when the post or its context cannot be sent, or the engine refuses it.
        EngineCrashed: when a worker is lost while no transform runs.
    """
    limits = sandbox.limits
    texts = f'"post":{_encoded(post, limits)},"context":{_encoded(context, limits)}'
    if after is not None:
        texts += f',"after":{json.dumps(after)}'
    if tools is not None:
        texts += ',"tools":true'
    return _PostRun(sandbox, texts, Asking(tools)).transform()


class _PostRun:
    """A post, sent to one worker after another."""

    def __init__(self, sandbox: Sandbox, texts: str, asking: Asking) -> None:
        """Take the members of the message that stay the same, and what answers calls of tools."""
        self._sandbox = sandbox
        self._asking = asking
        self._texts = texts
        self._charged = sandbox.quarantine.charges()
        self._running: str | None = None
        """Path of the transform that runs."""
        self._own_s = sandbox.limits.item_s
        self._since, self._spent_s = 0.0, 0.0
        """When it went on, and the seconds before; the time of tools is not its own."""
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
            if lost.code == "timeout":
                lost = WorkerLost("timeout", f"took longer than {self._own_s:g} s")
            return Event("lost", open=1, again=self._is_charged), lost
        return Event("done"), None

    def _send(self) -> None:
        self._ran, self._running, self._outcome = None, None, None
        self._since, self._spent_s = time.monotonic(), 0.0
        charged = json.dumps(self._charged)
        text = f'"kind":"transform",{self._texts},"sliceMs":0,"charged":{charged}'
        handling_s = len(text) / HANDLED_PER_S
        message: Message | None = text
        self._left = self._transforms()
        self._asking.begin()
        seen: list[str] = []
        while message is not None:
            message = self._exchange(message, handling_s, seen)
        if self._outcome is None:
            raise WorkerLost("crash", "it ended without an outcome")

    def _exchange(self, message: Message, handling_s: float, seen: list[str]) -> Message | None:
        """Send a message and keep the replies; return the answers to calls of tools if that is how they end."""
        isolated = self._isolated()
        calls: list[JsonObject] | None = None
        for reply in self._sandbox.pool.exchange(message, self._limit_s, handling_s=handling_s):
            if reply["kind"] == "asks":
                self._check_asks(
                    reply
                )  # while the worker is the exchange's: it ends with a reply that does not fit
                calls = reply["calls"]
                continue
            try:
                check_transformed(reply, self._left, isolated, seen)
            except ReplyUnfit as unfit:
                raise misfit(unfit) from unfit
            self._ran, self._running = self._running, reply["next"]
            self._since, self._spent_s = time.monotonic(), 0.0
            slug = self._left.pop(self._running, None)
            seen += [slug] if slug is not None else []
            self._outcome, self._awaits = reply.get("outcome"), reply.get("awaits")
        return None if calls is None else {"kind": "answers", "answers": self._answers(calls)}

    def _check_asks(self, reply: JsonObject) -> None:
        may_ask = self._asking.has_tools and self._sandbox.index.at(self._running) is not None
        try:
            check_asks(reply)
            if not may_ask:
                raise ReplyUnfit("it asks for tools, and may not")
        except ReplyUnfit as unfit:
            raise misfit(unfit) from unfit

    def _answers(self, calls: Sequence[JsonObject]) -> list[JsonObject]:
        """Return what the application answers to the transform that runs."""
        info = self._sandbox.index.at(self._running)
        assert info is not None
        self._spent_s += time.monotonic() - self._since
        try:
            answers = self._asking.answers(info["slug"], calls)
        except AskedTooMuch:
            self._sandbox.pool.drop()
            raise WorkerLost("memory", "it asked the application's tools for too much") from None
        except BaseException:
            self._sandbox.pool.drop()  # its transform would wait for ever
            raise
        self._since = time.monotonic()
        return answers

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
        self._own_s = index.item_s(index.at(self._running), self._sandbox.limits.item_s)
        return self._own_s - self._spent_s


def _encoded(value: Mapping[str, Any], limits: Limits) -> str:
    text = encode(value, limits)
    if isinstance(text, str):
        return text
    raise RemoteError(text)
