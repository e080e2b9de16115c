"""Exceptions of scripts as error.v1: the place in the script, and a hint."""

from __future__ import annotations

from gc import collect
from itertools import islice

from pybridge.macros.running.hints import hint_for, is_capability
from pybridge.macros.scripts.app_tools import NoTools, Suspended
from pybridge.macros.scripts.invocation import BrokenHelper, NoEntrypoint
from pybridge.macros.scripts.source import excerpt
from pybridge.macros.values.problems import problem, tidy
from pybridge.macros.values.results import BadResult

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType, TracebackType
    from typing import Any

    from pybridge.macros.scripts.script import Script

    Sources = Callable[[str], Script | None]

_FIRST_FRAMES, _LAST_FRAMES = 5, 15
_CHAINED: Any = [vars(BaseException)[name] for name in ("__context__", "__cause__")]
_NO_TOOLS = "it asks for a tool of the application, which offers none to it"
_AWAIT = "await only what is ready at once"
_SUSPENDED = "the script waits for something, and there is no event loop"


class Failure:
    """What is known when a script failed."""

    __slots__ = ("call", "context", "error", "macro", "script")

    def __init__(
        self,
        error: BaseException,
        script: Script,
        macro: str | None = None,
        call: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> None:
        self.error = error
        self.script = script
        self.macro = macro
        self.call = call
        self.context = context
        """What the script was called with, for hints."""


def describe(failure: Failure, sources: Sources) -> dict[str, Any]:
    """Return the error.v1 of a failed script; *sources* finds a script by the path in a frame.

    After a lack of memory, what the script left in reference cycles is freed: the next one needs it.
    """
    try:
        return _describe(failure, sources)
    except BaseException:  # an exception made to be unreadable: looking at it runs its code
        message = f"{failure.script.path} raised an error that cannot be read"
        return problem("exception", message, macro=failure.macro, call=failure.call)
    finally:
        if issubclass(type(failure.error), MemoryError):
            for chained in _CHAINED:  # no assignment, which may run code of the script
                chained.__set__(failure.error, None)
            collect()


def _describe(failure: Failure, sources: Sources) -> dict[str, Any]:
    error = failure.error
    frames, innermost = _user_frames(error.__traceback__, sources)
    error.__traceback__ = None  # it keeps every local of the script alive
    place = _place(frames, failure.script)
    known: dict[str, Any] = {"macro": failure.macro, "script": place, "call": failure.call}
    rows = _excerpt(place, sources, failure.script)
    if isinstance(error, BadResult):
        known.update(pointer=error.pointer, hint=error.hint, excerpt=rows)
        return problem(error.code, error.message, **known)
    if isinstance(error, BrokenHelper):
        shown = {"macro": failure.macro, "call": failure.call, "frames": frames or None}
        return {**error.problem, **{key: value for key, value in shown.items() if value}}
    if isinstance(error, NoEntrypoint):
        message = f"{failure.script.path} defines no function {tidy(str(error), 80)!r}"
        return problem("schema", message, hint="is its name written differently?", **known)
    known.update(frames=frames or None, excerpt=rows)
    if isinstance(error, Suspended):
        said, hint = (_NO_TOOLS, None) if isinstance(error, NoTools) else (_SUSPENDED, _AWAIT)
        return problem("capability", said, hint=hint, **known)
    hint = _guarded_hint(failure, innermost, frames)
    return problem(_code(error), exception_line(error), type=_type_name(error), hint=hint, **known)


def exception_line(error: BaseException) -> str:
    """Return type and text of an exception as Python prints them, on one line."""
    try:
        text = tidy(str(error))
    except BaseException:
        text = "(its text cannot be had: str() of it fails)"
    return f"{_type_name(error)}: {text}" if text else _type_name(error)


def _type_name(error: BaseException) -> str:
    return tidy(str(type.__getattribute__(type(error), "__name__")), 80)


def _code(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "memory"
    return "capability" if is_capability(error) else "exception"


def _user_frames(
    traceback: TracebackType | None, sources: Sources
) -> tuple[list[dict[str, Any]], FrameType | None]:
    """Return the traceback's frames in scripts, outermost first, and the innermost one itself.

    Of a long recursion the first and last ones are kept.
    """
    found: list[tuple[Script, TracebackType]] = []
    while traceback is not None:
        script = sources(traceback.tb_frame.f_code.co_filename)
        if script is not None:
            found.append((script, traceback))
        traceback = traceback.tb_next
    innermost = found[-1][1].tb_frame if found else None
    if len(found) > _FIRST_FRAMES + _LAST_FRAMES:
        found[_FIRST_FRAMES:-_LAST_FRAMES] = []
    return [_frame(*each) for each in found], innermost


def _frame(script: Script, traceback: TracebackType) -> dict[str, Any]:
    code, line = traceback.tb_frame.f_code, traceback.tb_lineno or 1
    frame: dict[str, Any] = {"path": script.path, "line": max(1, line), "name": code.co_name}
    lines = script.source.lines
    if 1 <= line <= len(lines):
        text = lines[line - 1]
        position = next(islice(code.co_positions(), traceback.tb_lasti // 2, None), None)
        if position and position[0] == line and position[2] is not None:
            before = text.encode("utf-8", "replace")[: position[2]]
            frame["column"] = len(before.decode("utf-8", "ignore")) + 1
        frame["text"] = tidy(text.strip(), 200)
    return frame


def _place(frames: list[dict[str, Any]], script: Script) -> dict[str, Any]:
    """Return the innermost place in a script; without frames, where its entry point is defined."""
    if frames:
        last = frames[-1]
        return {key: last[key] for key in ("path", "line", "column") if key in last}
    function = (script.namespace or {}).get(script.metadata.entrypoint)
    code = getattr(function, "__code__", None)
    line = getattr(code, "co_firstlineno", 1) if code is not None else 1
    return {"path": script.path, "line": line}


def _excerpt(place: Mapping[str, Any], sources: Sources, script: Script) -> str | None:
    found = sources(place["path"]) or script
    return excerpt(found.source.lines, place["line"])


def _guarded_hint(
    failure: Failure, innermost: FrameType | None, frames: list[dict[str, Any]]
) -> str | None:
    text = frames[-1].get("text", "") if frames else ""
    try:
        return hint_for(failure.error, failure.context, innermost, text)
    except BaseException:  # objects of the script are looked at: whatever they do, no hint then
        return None
