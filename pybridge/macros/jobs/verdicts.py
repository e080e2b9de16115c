"""Replies to slices that contaminated the interpreter."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from pybridge.macros.guard.guard import Guard
    from pybridge.macros.jobs.job import Job
    from pybridge.macros.scripts.registry import Registry

    Json = dict[str, Any]


def judged(
    reply: Json,
    job: Job,
    guard: Guard,
    registry: Registry,
    shared: Mapping[str, Any],
    begin_again: Callable[[], Json],
) -> Json:
    """Return the reply after the guard's verdict on the slice.

    The outcome of an item that ran alone is valid: its interpreter was clean. Items that ran together run
    again, one by one: here, if everything could be restored, else in the next interpreter.
    """
    script = job.only_script(registry)
    verdict = guard.verdict(script, shared)
    if verdict is None:
        return reply
    if verdict.found:
        reply["contaminated"] = verdict.to_json(script)
        if script is not None:
            job.warn(reply, script, verdict.found)
        return reply
    again = job.rewind(begin_again()) if job.ran > 1 else None
    if again is not None:
        return again
    if script is not None:
        guard.restore_after_calls(script)
    return reply
