"""Send a post through the transforms: one that costs a worker is skipped, and the post begins anew."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from pybridge.engines.limits import Limits
from pybridge.engines.protocol import JsonObject
from pybridge.engines.supervision.batching import encode
from pybridge.engines.supervision.channel import Contaminated, WorkerLost
from pybridge.engines.supervision.documents import HANDLED_PER_S
from pybridge.engines.supervision.quarantine import Quarantine
from pybridge.engines.supervision.script_index import ScriptIndex
from pybridge.engines.supervision.worker import Worker
from pybridge.errors import EngineCrashed, RemoteError


def transform_post(
    worker: Worker,
    post: Mapping[str, Any],
    context: Mapping[str, Any],
    quarantine: Quarantine,
    directory: ScriptIndex,
    limits: Limits,
) -> JsonObject:
    """Return transformed.v1.

    The engine answers between any two transforms, so that the one which was running when a worker is
    lost is known. Nothing of the lost worker is kept: the next one starts with the post as it was.

    Raises:
        RemoteError: when the post or its context cannot be sent, or the engine refuses it.
        EngineCrashed: when a worker is lost while no transform runs.
    """
    texts = f'"post":{_encoded(post, limits)},"context":{_encoded(context, limits)}'
    charged = quarantine.charges()
    attempt = _Attempt(worker, lambda path: directory.item_s(directory.at(path), limits.item_s))
    while (outcome := attempt.outcome_of(texts, charged)) is None:
        path, lost = attempt.running, attempt.lost
        if path is None or path in charged:
            raise EngineCrashed("macro", lost.message if lost else "it ended without an outcome")
        assert lost is not None
        charged[path] = {"code": lost.code, "message": lost.message}
        quarantine.count(path)
    return outcome


class _Attempt:
    """One worker's try after the other, and what is known of the last one."""

    def __init__(self, worker: Worker, item_s: Callable[[str | None], float]) -> None:
        """Remember the worker; *item_s* tells how many seconds the script at a path has."""
        self._worker = worker
        self._item_s = item_s
        self.running: str | None = None
        """Path of the transform that was running last."""
        self.lost: WorkerLost | None = None

    def outcome_of(self, texts: str, charged: Mapping[str, JsonObject]) -> JsonObject | None:
        """Return the outcome, None if the worker was lost."""
        self.running, self.lost = None, None
        message = f'"kind":"transform",{texts},"sliceMs":0,"charged":{json.dumps(charged)}'
        handling_s = len(message) / HANDLED_PER_S
        outcome: JsonObject | None = None
        try:
            for reply in self._worker.exchange(message, self._limit_s, handling_s=handling_s):
                self.running, outcome = reply["next"], reply.get("outcome")
        except Contaminated as spoilt:  # what it made of the post is not kept: it breaks the rules
            self.running, self.lost = spoilt.script, spoilt
            return None
        except WorkerLost as lost:
            self.lost = lost
            return None
        return outcome

    def _limit_s(self) -> float:
        return self._item_s(self.running)


def _encoded(value: Mapping[str, Any], limits: Limits) -> str:
    text = encode(value, limits)
    if isinstance(text, str):
        return text
    raise RemoteError(text)
