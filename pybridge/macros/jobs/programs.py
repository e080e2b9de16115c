"""Running a script as a program."""

from __future__ import annotations

import sys

from pybridge.macros.running.diagnostics import Failure, describe, exception_line
from pybridge.macros.scripts.invocation import with_tools
from pybridge.macros.scripts.modules import new_module
from pybridge.macros.scripts.suspension import Suspension, begin
from pybridge.macros.values.problems import problem
from pybridge.macros.values.results import BadResult, to_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType
    from typing import Any

    from pybridge.macros.scripts.script import Script
    from pybridge.macros.values.limits import Limits

    Json = dict[str, Any]
    Sources = Callable[[str], Script | None]


class Program:
    """A script that runs as `__main__`. It may be suspended, and go on with what the application's tools answered."""

    def __init__(
        self,
        script: Script,
        args: Sequence[str],
        limits: Limits,
        sources: Sources,
        *,
        has_tools: bool = False,
    ) -> None:
        self.script = script
        self._args = args
        self._argv = [script.path, *args]
        self._module: ModuleType | None = None
        self._limits = limits
        self._sources = sources
        self._has_tools = has_tools
        self._suspension: Suspension | None = None

    @property
    def asks(self) -> list[Json]:
        """The calls that it waits for; empty where it has ended."""
        return [] if self._suspension is None else self._suspension.asks

    def start(self) -> Json:
        """Run it, then its entry point, to the end or up to calls of tools; return status and result.

        The entry point is not called where the script calls it itself, or has a main guard.
        """
        problem_of_source = self.script.source.problem
        return _failed(problem_of_source) if problem_of_source else self._outcome(self._run)

    def go_on(self, answers: list[Json]) -> Json:
        """Go on with an answer to each call that it waits for, as `start` does."""
        suspension = self._suspension
        assert suspension is not None
        return self._outcome(lambda: suspension.go_on(answers))

    def _outcome(self, work: Callable[[], Any]) -> Json:
        self._suspension = None
        argv, main = sys.argv, sys.modules.get("__main__")
        sys.argv = self._argv
        if self._module is not None:
            sys.modules["__main__"] = self._module
        try:
            value = work()
            if type(value) is Suspension:
                self._suspension = value
                return {}
            return {
                "status": "ok",
                "result": to_json(value, self._limits),
                "stdout": "",
                "stderr": "",
            }
        except BadResult as error:
            return _failed(describe(Failure(error, self.script), self._sources))
        except SystemExit as error:
            if error.code is None or (type(error.code) is int and error.code == 0):
                return {"status": "ok", "result": None, "stdout": "", "stderr": ""}
            return _exited(error, self.script, self._sources)
        except BaseException as error:  # the script's own code ran: nothing of it may get through
            return _failed(describe(Failure(error, self.script), self._sources))
        finally:
            sys.argv = argv
            if main is not None:
                sys.modules["__main__"] = main

    def _run(self) -> Any:
        """Run the script's body and its entry point; return its value, or its suspension."""
        script = self.script
        self._module = new_module(script.path, script.source.text, "__main__")
        script.namespace = namespace = self._module.__dict__
        assert script.source.code is not None
        exec(script.source.code, namespace)
        value = _call_entrypoint(script, self._args)
        return begin(value, self._limits, has_tools=self._has_tools)


def _exited(error: SystemExit, script: Script, sources: Sources) -> Json:
    """Report a program that ended itself as failed; as Python does, its last words go to stderr."""
    if not isinstance(error.code, int):
        sys.stderr.write(exception_line(error).removeprefix("SystemExit: ") + "\n")
    failure = describe(Failure(error, script), sources)
    failure.pop("hint", None)
    return _failed(failure)


def _call_entrypoint(script: Script, args: Sequence[str]) -> Any:
    assert script.namespace is not None
    name = script.metadata.entrypoint
    # Macros and transforms are not programs; old headers say render of every script.
    if name in ("render", "transform"):
        name = "main"
    function = script.namespace.get(name)
    if not callable(function) or script.metadata.runs_itself(name):
        return None
    function, names, required, keywords = with_tools(function)
    if required or (names and "*" not in keywords) or keywords == ["*"]:
        return function([*args])
    return function()


def _failed(error: Json) -> Json:
    return {
        "status": "error",
        "code": error["code"],
        "result": None,
        "stdout": "",
        "stderr": "",
        "error": error,
    }


def unknown_script(slug: str, hint: str | None) -> Json:
    """Return the reply to a run of a script that is not loaded."""
    return _failed(problem("not-found", f"no script named {slug!r}", hint=hint))
