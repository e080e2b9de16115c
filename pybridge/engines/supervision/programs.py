"""Run utility scripts: streamed output, and a deadline for the whole."""

from __future__ import annotations

import time
from collections.abc import Sequence

from pybridge.engines.protocol import JsonObject, OnOutput
from pybridge.engines.supervision.channel import Contaminated, WorkerLost
from pybridge.engines.supervision.loading import check_script
from pybridge.engines.supervision.sandbox import Sandbox


def run_program(
    sandbox: Sandbox,
    script: JsonObject,
    args: Sequence[str],
    timeout_s: float | None,
    on_output: OnOutput | None,
) -> JsonObject:
    """Run a utility script to its end or its deadline; see `protocol.Engine.run`."""
    seconds = timeout_s or _limit_s(sandbox, script)
    streams = {"stdout": "", "stderr": ""}
    message = {"kind": "run", "script": script, "args": list(args)}
    started = time.perf_counter()
    ran: JsonObject = {}
    try:
        for reply in sandbox.pool.exchange(message, seconds, whole_s=seconds):
            if reply["kind"] == "output":
                streams[reply["stream"]] += reply["text"]
                if on_output is not None:
                    on_output(reply["stream"], reply["text"])
            else:
                ran = {k: v for k, v in reply.items() if k not in {"kind", "id"}}
    except Contaminated:
        pass  # it ran alone, so its result holds; the worker has been ended
    except WorkerLost as lost:
        ran = {"status": "error", "code": lost.code, "result": None, **streams, "error": lost.error}
    return {**ran, "durationMs": round((time.perf_counter() - started) * 1000, 3)}


def _limit_s(sandbox: Sandbox, script: JsonObject) -> float:
    """Return the seconds that a program gets: its own limit, within the sandbox's."""
    slug = script.get("slug")
    if slug is not None:
        info = sandbox.index.find(slug)
    else:
        has_limits = "LIMITS" in script["content"]
        checked = check_script(sandbox, script["path"], script["content"]) if has_limits else {}
        info = checked.get("script")
    return sandbox.index.run_s(info, sandbox.limits.run_s)
