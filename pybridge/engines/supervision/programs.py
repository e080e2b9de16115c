"""Run utility scripts: streamed output, and a deadline for the whole."""

from __future__ import annotations

import time
from collections.abc import Sequence

from pybridge.engines.limits import Limits
from pybridge.engines.protocol import AnswerCalls, JsonObject, OnOutput, OpenTools
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
    tools: OpenTools | None = None,
) -> JsonObject:
    """Run a utility script to its end or its deadline; see `protocol.Engine.run`.

    The seconds are the script's own, without those that it waits for answers of *tools*.
    """
    seconds = timeout_s or _limit_s(sandbox, script)
    ask = None if tools is None else tools(_name_of(sandbox, script))
    run = _Run(sandbox, on_output, ask)
    started = time.perf_counter()
    try:
        run.work({"kind": "run", "script": script, "args": list(args)}, seconds)
    except Contaminated:
        pass  # it ran alone, so its result holds; the worker has been ended
    except WorkerLost as lost:
        run.lose(lost, seconds)
    return {**run.ran, "durationMs": round((time.perf_counter() - started) * 1000, 3)}


class _Run:
    """A program, from its start to its end."""

    def __init__(
        self, sandbox: Sandbox, on_output: OnOutput | None, ask: AnswerCalls | None
    ) -> None:
        self._sandbox = sandbox
        self._on_output = on_output
        self._ask = ask
        self._printed = _Printed(sandbox.limits.stdout_bytes)
        self.ran: JsonObject = {}
        """How it ended; empty before."""

    def work(self, message: JsonObject, left_s: float) -> None:
        """Send the request, and the answers to what the program asks for, until it ends."""
        message = {**message, "tools": True} if self._ask is not None else message
        while not self.ran:
            started = time.perf_counter()
            calls = self._exchange(message, left_s)
            left_s -= time.perf_counter() - started
            if not self.ran:
                message = {"kind": "answers", "answers": self._answers(calls)}

    def _exchange(self, message: JsonObject, left_s: float) -> list[JsonObject]:
        """Send a message and keep the replies; return the calls of tools that they end with."""
        sandbox, calls = self._sandbox, []
        most_bytes = _most_bytes(sandbox)
        for reply in sandbox.pool.exchange(message, left_s, whole_s=left_s, most_bytes=most_bytes):
            if reply["kind"] == "asks":
                if self._ask is None:
                    raise misfit(ReplyUnfit("it asks for tools, and has none"))
                calls = reply["calls"]
            elif reply["kind"] == "ran":
                self.ran = _ended(reply, sandbox.limits)
            elif reply["kind"] == "output":
                self._print(reply)
            else:
                raise misfit(ReplyUnfit("it answers a transform"))
        return calls

    def _print(self, reply: JsonObject) -> None:
        kept = self._printed.take(reply["stream"], reply["text"])
        if kept and self._on_output is not None:
            self._on_output(reply["stream"], kept)

    def _answers(self, calls: Sequence[JsonObject]) -> list[JsonObject]:
        """Return what the application answers; the worker ends where that fails: its program would wait for ever."""
        assert self._ask is not None
        try:
            return self._ask(calls)
        except BaseException:
            self._sandbox.pool.drop()
            raise

    def lose(self, lost: WorkerLost, seconds: float) -> None:
        """Keep that its worker was lost, and what it had printed."""
        is_late = lost.code == "timeout"
        message = f"took longer than {seconds:g} s" if is_late else lost.message
        self.ran = {
            "status": "error",
            "code": lost.code,
            "result": None,
            **self._printed.streams(),
            "error": {**lost.error, "message": message},
        }


def _name_of(sandbox: Sandbox, script: JsonObject) -> str:
    """Return the slug of a script that is loaded, the path of another one."""
    slug, index = script.get("slug"), sandbox.index
    info = index.at(script["path"]) if slug is None else index.find(slug)
    return str(info["slug"] if info else script.get("path", slug))


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
