"""Run utility scripts: streamed output, and a deadline for the whole."""

from __future__ import annotations

import time
from collections.abc import Sequence

from pybridge.engines.limits import Limits
from pybridge.engines.protocol import JsonObject, OnOutput
from pybridge.engines.supervision.channel import Contaminated, WorkerLost
from pybridge.engines.supervision.checks.replies import ReplyUnfit
from pybridge.engines.supervision.checks.shapes import is_shallow
from pybridge.engines.supervision.loading import check_script
from pybridge.engines.supervision.sandbox import Sandbox
from pybridge.engines.supervision.worker_link import misfit

_MARKER_BYTES = 80
"""What the guest adds where it cuts its output; see `macros.running.streams`."""
_BYTES_A_PIECE = 100
"""Bytes of a message with one character that was printed."""


def run_program(
    sandbox: Sandbox,
    script: JsonObject,
    args: Sequence[str],
    timeout_s: float | None,
    on_output: OnOutput | None,
) -> JsonObject:
    """Run a utility script to its end or its deadline; see `protocol.Engine.run`."""
    seconds = timeout_s or _limit_s(sandbox, script)
    printed = _Printed(sandbox.limits.stdout_bytes)
    message = {"kind": "run", "script": script, "args": list(args)}
    started = time.perf_counter()
    ran: JsonObject = {}
    try:
        most_bytes = _most_bytes(sandbox)
        for reply in sandbox.pool.exchange(
            message, seconds, whole_s=seconds, most_bytes=most_bytes
        ):
            if reply["kind"] != "output":
                ran = _ended(reply, sandbox.limits)
                continue
            kept = printed.take(reply["stream"], reply["text"])
            if kept and on_output is not None:
                on_output(reply["stream"], kept)
    except Contaminated:
        pass  # it ran alone, so its result holds; the worker has been ended
    except WorkerLost as lost:
        ran = {
            "status": "error",
            "code": lost.code,
            "result": None,
            **printed.streams(),
            "error": lost.error,
        }
    return {**ran, "durationMs": round((time.perf_counter() - started) * 1000, 3)}


class _Printed:
    """The output of a run, cut where the limit is, whatever the guest sends."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._left = limit + _MARKER_BYTES
        self._pieces: dict[str, list[str]] = {"stdout": [], "stderr": []}

    def take(self, stream: str, text: str) -> str:
        """Keep what still fits of *text*, and return that."""
        encoded = text[: self._left].encode("utf-8", "replace")[: self._left]
        self._left -= len(encoded)
        kept = encoded.decode("utf-8", "ignore")
        if kept:
            self._pieces[stream].append(kept)
        return kept

    def streams(self) -> dict[str, str]:
        """Return all that was kept."""
        return {stream: "".join(pieces) for stream, pieces in self._pieces.items()}


def _ended(reply: JsonObject, limits: Limits) -> JsonObject:
    """Return the end of a run, its output cut as that before it.

    Raises:
        WorkerLost: when its result nests deeper than the engine returns it.
    """
    if not is_shallow(reply["result"], limits.output_depth):
        raise misfit(ReplyUnfit("it sent a result that is nested too deeply"))
    printed = _Printed(limits.stdout_bytes)
    for stream in ("stdout", "stderr"):
        printed.take(stream, reply[stream])
    return {k: v for k, v in reply.items() if k not in {"kind", "id"}} | printed.streams()


def _most_bytes(sandbox: Sandbox) -> int:
    """Return the bytes that the messages of a run may have: each byte printed alone, and the result."""
    limits = sandbox.limits
    return _BYTES_A_PIECE * limits.stdout_bytes + 6 * limits.output_bytes + (1 << 20)


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
