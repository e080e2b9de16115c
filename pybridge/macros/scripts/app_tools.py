"""What a script asks its application for: `await tools.search(tag="x")`, without a loop, threads or shared memory.

An awaited call leaves the coroutine with a list of `Ask`; the engine hands it to the host, and the coroutine goes
on with the answers, in the same order. Which tools there are and what may be asked is for the host to decide.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator
    from typing import Any

    Json = dict[str, Any]
    Answers = list[Json]
    Asking = Generator[list["Ask"], Answers, Any]


MOST_AT_ONCE = 1000
"""Calls that cross to the host in one message."""


class Suspended(Exception):
    """An `async` function waited for something: there is no event loop."""


class NoTools(Suspended):
    """An `async` function asked for a tool of the application: there are none, or not for this kind of script."""


class ToolError(Exception):
    """A tool did not answer: it failed, took too long, or does not exist."""


class ToolDenied(ToolError):
    """The script may not use this tool, or not as often."""


class Ask:
    """One call of a tool; nothing happens before it is awaited."""

    __slots__ = ("args", "tool")

    def __init__(self, tool: str, args: Json) -> None:
        self.tool = tool
        self.args = args

    def __await__(self) -> Asking:
        answers = yield [self]
        return _value(answers[0])


class Tools:
    """The application's tools, as attributes: `await tools.name(**args)`."""

    __slots__ = ()

    ToolError = ToolError
    ToolDenied = ToolDenied

    def __getattr__(self, name: str) -> Callable[..., Ask]:
        if name.startswith("_"):
            raise AttributeError(name)

        def call(**args: object) -> Ask:
            return Ask(name, args)

        call.__name__ = call.__qualname__ = name
        return call

    def all(self, *awaitables: Awaitable[Any]) -> All:
        """Return an awaitable of the list of what *awaitables* return, which ask at the same time."""
        return All(awaitables)


class All:
    """Several awaitables that go on together: what they ask crosses to the host in one message."""

    __slots__ = ("_awaitables",)

    def __init__(self, awaitables: tuple[Awaitable[Any], ...]) -> None:
        self._awaitables = awaitables

    def __await__(self) -> Asking:
        """Go on until each has its value; what the first of them raises ends the others."""
        waiting = [(number, each.__await__()) for number, each in enumerate(self._awaitables)]
        values: list[Any] = [None] * len(waiting)
        answers: list[Answers | None] = [None] * len(waiting)
        try:
            while waiting:
                asked: list[tuple[int, Any, list[Ask]]] = []
                for number, each in waiting:
                    given = answers[number]
                    try:
                        asks = next(each) if given is None else each.send(given)
                    except StopIteration as stop:
                        values[number] = stop.value
                    else:
                        if not are_asks(asks):
                            raise Suspended
                        asked.append((number, each, asks))
                waiting = [(number, each) for number, each, _ in asked]
                if asked:
                    got = yield [ask for _, _, asks in asked for ask in asks]
                    at = 0
                    for number, _, asks in asked:
                        answers[number] = got[at : at + len(asks)]
                        at += len(asks)
        finally:
            for _, each in waiting:
                each.close()
        return values


TOOLS = Tools()


def are_asks(value: object) -> bool:
    """Whether what a coroutine waits for are calls of tools, and not, say, a timer of `asyncio`."""
    return type(value) is list and value != [] and all(type(each) is Ask for each in value)


def _value(answer: Json) -> Any:
    error = answer.get("error")
    if error is None:
        return answer["value"]
    raise (ToolDenied if error["code"] == "denied" else ToolError)(error["message"])
