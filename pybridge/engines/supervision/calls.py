"""Render calls: the innocent are run again, only what ran alone is charged."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from pybridge.engines.protocol import JsonObject
from pybridge.engines.supervision.batching import BatchClock, Item, joined
from pybridge.engines.supervision.channel import Contaminated, WorkerLost
from pybridge.engines.supervision.quarantine import Quarantine
from pybridge.engines.supervision.script_index import ScriptIndex
from pybridge.engines.supervision.worker import SLICE_MS, Worker


def render_group(
    worker: Worker,
    group: Sequence[Item],
    calls: Sequence[JsonObject],
    quarantine: Quarantine,
    directory: ScriptIndex,
    item_s: float,
    clock: BatchClock,
    shared: str | None = None,
) -> dict[int, JsonObject]:
    """Return the outcome of each item of one message, by its index; none of those the time ran out for.

    *shared* is the JSON text of what holds for all.

    After a loss the unfinished items run one by one in the next worker; the one that was running
    when that one is lost too is charged, and the rest goes on at full speed. A contaminated worker
    is lost without a charge: what ran alone in it holds. While they run together
    the shortest time that one of them has is everyone's: alone, each has its own.
    """

    def seconds(item: Item) -> float:
        return directory.call_s(calls[item.index], item_s)

    outcomes: dict[int, JsonObject] = {}
    pending = deque(group)
    common = "" if shared is None else f',"shared":{shared}'
    alone = False
    while not clock.is_over() and (pending := _admitted(pending, calls, quarantine, outcomes)):
        slice_ms = 0 if alone else SLICE_MS
        message = f'"kind":"render","calls":[{joined(pending)}]{common},"sliceMs":{slice_ms}'
        try:
            limit_s = (lambda: seconds(pending[0])) if alone else min(map(seconds, pending))
            for reply in worker.exchange(message, limit_s):
                _keep(reply, pending, outcomes)
                if pending and clock.is_over():
                    break
        except Contaminated as spoilt:
            quarantine.count(spoilt.script)
            alone = spoilt.script is None
        except WorkerLost as lost:
            was_alone = alone or len(pending) == 1  # of the message, only this one was still open
            if was_alone:
                culprit = pending.popleft().index
                outcomes[culprit] = quarantine.charge_call(calls[culprit], lost)
            alone = not was_alone
    return outcomes


def _admitted(
    pending: deque[Item],
    calls: Sequence[JsonObject],
    quarantine: Quarantine,
    outcomes: dict[int, JsonObject],
) -> deque[Item]:
    """Return what may run, with an outcome for each item that may not."""
    admitted: deque[Item] = deque()
    for item in pending:
        refusal = quarantine.refusal(calls[item.index])
        if refusal is None:
            admitted.append(item)
        else:
            outcomes[item.index] = refusal
    return admitted


def _keep(reply: JsonObject, pending: deque[Item], outcomes: dict[int, JsonObject]) -> None:
    if len(reply["outcomes"]) > len(pending) or (
        reply["done"] and len(reply["outcomes"]) < len(pending)
    ):
        raise WorkerLost("crash", "the worker sent another number of outcomes than calls")
    for outcome in reply["outcomes"]:
        outcomes[pending.popleft().index] = outcome
