"""Coroutines of scripts, driven up to what they ask their application for."""

from __future__ import annotations

from pybridge.macros.scripts.app_tools import MOST_AT_ONCE, NoTools, Suspended, ToolError, are_asks
from pybridge.macros.scripts.invocation import is_coroutine
from pybridge.macros.values.results import BadResult, to_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pybridge.macros.values.limits import Limits

    Json = dict[str, Any]


def begin(value: Any, limits: Limits, *, has_tools: bool) -> Any:
    """Return what a coroutine returns, or its suspension where it asks; other values as they are.

    Raises:
        Suspended: It waits for something else, or there are no tools.
        BaseException: Whatever it raises.
    """
    if not is_coroutine(value):
        return value
    return Suspension(value, limits, has_tools=has_tools).go_on(None)


class Suspension:
    """A coroutine that waits for answers."""

    __slots__ = ("_coroutine", "_has_tools", "_limits", "asks")

    def __init__(self, coroutine: Any, limits: Limits, *, has_tools: bool) -> None:
        self._coroutine = coroutine
        self._limits = limits
        self._has_tools = has_tools
        self.asks: list[Json] = []
        """What it asks for: `{tool, args}` each, in JSON's own types."""

    def go_on(self, answers: list[Json] | None) -> Any:
        """Go on with an answer to each call, None at the start; return the value, or this where it asks again.

        Raises:
            Suspended: It waits for something else, or there are no tools.
            BaseException: Whatever the coroutine raises.
        """
        wrong: Exception | None = None
        while True:
            try:
                asks = self._coroutine.throw(wrong) if wrong else self._coroutine.send(answers)
            except StopIteration as stop:
                return stop.value
            if not self._has_tools or not are_asks(asks):
                self._coroutine.close()
                raise NoTools if are_asks(asks) else Suspended
            try:
                self.asks = [
                    {"tool": ask.tool, "args": to_json(ask.args, self._limits)} for ask in asks
                ]
                if len(asks) <= MOST_AT_ONCE:
                    return self
                wrong = ToolError(f"at most {MOST_AT_ONCE:,} calls cross at once")
            except BadResult as error:
                wrong = TypeError(f"a tool takes JSON: {error.message}")
