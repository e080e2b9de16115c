"""Answers the calls of one script's run: allowlist, shapes, limits, audit."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pybridge.app_tools.tool import Tool, ToolFailed, checked_tools
from pybridge.formats.json_text import decode_json, dump_json

Json = dict[str, Any]
Audit = Callable[[Json], None]
"""Gets `{script, tool, status, ms, argsBytes, valueBytes}` of each call, after it."""

_DEEPEST = 100


@dataclass(frozen=True)
class ToolLimits:
    """What one run may ask for."""

    calls: int = 10_000
    """Calls of a run; those beyond are denied."""
    at_once: int = 16
    """Calls that are made at the same time; more of one message wait."""
    args_bytes: int = 1 << 20
    """Of the arguments of a call, as JSON."""
    value_bytes: int = 4 << 20
    """Of a value, as JSON."""
    seconds: float = 30
    """That a call may take; what comes later is dropped."""
    run_bytes: int = 64 << 20
    """Of all arguments and values of a run together; calls beyond are denied."""
    run_seconds: float = 600
    """That a run may wait for tools in all; calls beyond are denied."""


class AppTools:
    """The tools of an application, and which script may call which."""

    def __init__(
        self,
        tools: Mapping[str, Tool | Callable[..., Any]],
        allow: Mapping[str, Sequence[str]],
        *,
        limits: ToolLimits | None = None,
        audit: Audit | None = None,
    ) -> None:
        """Take the tools and, by the slug of a script, the names that it may call; all others are denied.

        Raises:
            UsageError: when a tool's name or schema cannot be used.
        """
        self._tools = checked_tools(tools)
        self._allow = {script: frozenset(names) for script, names in allow.items()}
        self._limits = limits or ToolLimits()
        self._audit = audit

    def open(self, script: str) -> ToolRun:
        """Return what answers the calls of one run of a script, by its slug; by its path if it is not loaded."""
        return ToolRun(
            self._tools, self._allow.get(script, frozenset()), self._limits, self._note(script)
        )

    def _note(self, script: str) -> Audit:
        audit = self._audit
        if audit is None:
            return lambda _: None
        return lambda entry: audit({"script": script, **entry})


class ToolRun:
    """Answers the calls of one run."""

    def __init__(
        self, tools: Mapping[str, Tool], allowed: frozenset[str], limits: ToolLimits, note: Audit
    ) -> None:
        self._tools = tools
        self._allowed = allowed
        self._limits = limits
        self._note = note
        self._calls, self._bytes, self._waited_s = 0, 0, 0.0

    def __call__(self, calls: Sequence[Json]) -> list[Json]:
        """Return an answer for each `{tool, args}`: `{value}` or `{error: {code, message}}`, at most so many at once."""
        answers: list[Json] = []
        for first in range(0, len(calls), self._limits.at_once):
            started = time.monotonic()
            some = [_Call(self, call) for call in calls[first : first + self._limits.at_once]]
            left_s = max(0.0, self._limits.run_seconds - self._waited_s)
            end = started + min(self._limits.seconds, left_s)
            answers += [self._within(each.answer(end), each.value_bytes) for each in some]
            self._waited_s += time.monotonic() - started
        return answers

    def _within(self, answer: Json, value_bytes: int) -> Json:
        """Return an answer, or an error in its place where the values of the run are too large with it."""
        self._bytes += value_bytes
        return _error("denied", self._too_much) if self._bytes > self._limits.run_bytes else answer

    @property
    def _too_much(self) -> str:
        return f"a run may exchange {self._limits.run_bytes:,} bytes with tools"

    def tool_of(self, call: Json, args_bytes: int) -> Tool | str:
        """Return the tool of a call; why it is denied as a text. Counts the call."""
        self._calls += 1
        self._bytes += args_bytes
        name, limits = call["tool"], self._limits
        if name not in self._allowed:
            known = "" if name in self._tools else ": there is no such tool"
            return f"the script may not call {name!r:.100}{known}"
        if self._calls > limits.calls:
            return f"a run may make {limits.calls:,} calls"
        if self._bytes > limits.run_bytes:
            return self._too_much
        if self._waited_s >= limits.run_seconds:
            return f"a run may wait {limits.run_seconds:g} s for tools"
        return self._tools.get(name) or f"there is no tool {name!r:.100}"

    @property
    def limits(self) -> ToolLimits:
        """The limits of the run."""
        return self._limits

    @property
    def note(self) -> Audit:
        """What hears of each call."""
        return self._note


class _Call:
    """One call, made in a thread of its own, which nobody waits for after its time."""

    def __init__(self, run: ToolRun, call: Json) -> None:
        self._run = run
        self._started = time.monotonic()
        self._done = threading.Event()
        self._outcome: Json = {}
        self.value_bytes = 0
        """Of its value, once it is answered."""
        self._name = call["tool"]
        text = json.dumps(call["args"], ensure_ascii=False)
        self._args_bytes = len(text.encode("utf-8", "surrogatepass"))
        refused = self._refusal(run.tool_of(call, self._args_bytes), call["args"])
        if refused is not None:
            self._end(refused)

    def _refusal(self, tool: Tool | str, args: Json) -> Json | None:
        if isinstance(tool, str):
            return _error("denied", tool)
        if self._args_bytes > self._run.limits.args_bytes:
            return _error("failed", f"the arguments of {self._name} are too large")
        wrong = tool.refuses(args)
        if wrong is not None:
            return _error("failed", f"{self._name}: {wrong}")
        threading.Thread(target=self._work, args=(tool, args), daemon=True).start()
        return None

    def _work(self, tool: Tool, args: Json) -> None:
        try:
            self._end(self._value(tool, tool.call(**args)))
        except ToolFailed as error:
            self._end(_error("failed", f"{self._name}: {str(error)[:500]}"))
        except Exception:
            self._end(_error("failed", f"{self._name} failed"))

    def _value(self, tool: Tool, value: Any) -> Json:
        try:
            text = dump_json(value)
            copy = decode_json(text)
        except (TypeError, ValueError, RecursionError):
            return _error("failed", f"{self._name} returned what is not JSON")
        if len(text.encode("utf-8", "replace")) > self._run.limits.value_bytes:
            return _error("failed", f"{self._name} returned too much")
        if _depth(copy) > _DEEPEST:
            return _error("failed", f"{self._name} returned what is nested too deeply")
        wrong = tool.breaks(copy)
        if wrong is not None:
            return _error("failed", f"{self._name} returned another shape than it promises")
        return {"value": copy}

    def _end(self, outcome: Json) -> None:
        self._outcome = outcome
        self._done.set()

    def answer(self, end: float) -> Json:
        """Return the answer, waiting for it until *end*."""
        if self._done.wait(max(0, end - time.monotonic())):
            outcome = self._outcome
        else:
            seconds = self._run.limits.seconds
            outcome = _error("failed", f"{self._name} took longer than {seconds:g} s")
        if "value" in outcome:
            self.value_bytes = len(dump_json(outcome["value"]).encode("utf-8", "replace"))
        self._run.note(
            {
                "tool": self._name,
                "status": outcome["error"]["code"] if "error" in outcome else "ok",
                "ms": round((time.monotonic() - self._started) * 1000, 1),
                "argsBytes": self._args_bytes,
                "valueBytes": self.value_bytes,
            }
        )
        return outcome


def _error(code: str, message: str) -> Json:
    return {"error": {"code": code, "message": message}}


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            each
            for outer in level
            if isinstance(outer, dict | list)
            for each in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return depth
