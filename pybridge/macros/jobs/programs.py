"""Running a script as a program."""

from __future__ import annotations

import sys

from pybridge.macros.running.diagnostics import Failure, describe, exception_line
from pybridge.macros.scripts.invocation import parameters_of, settle
from pybridge.macros.scripts.modules import new_module
from pybridge.macros.values.problems import problem
from pybridge.macros.values.results import BadResult, to_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from pybridge.macros.running.streams import Emit, Streams
    from pybridge.macros.scripts.script import Script
    from pybridge.macros.values.limits import Limits

    Json = dict[str, Any]
    Sources = Callable[[str], Script | None]


def run_program(
    script: Script,
    args: Sequence[str],
    streams: Streams,
    limits: Limits,
    sources: Sources,
    emit: Emit | None,
) -> Json:
    """Run *script* as `__main__`, then its entry point; return status, result and output.

    The entry point is not called where the script calls it itself, or has a main guard.
    """
    if script.source.problem:
        return _failed(script.source.problem)
    streams.install(emit)
    try:
        outcome = _outcome(script, args, limits, sources)
        is_truncated = streams.is_truncated
        written = streams.take()
    finally:
        streams.restore()
    outcome.update(written)
    return {**outcome, "truncated": True} if is_truncated else outcome


def _outcome(script: Script, args: Sequence[str], limits: Limits, sources: Sources) -> Json:
    try:
        return {
            "status": "ok",
            "result": to_json(_run(script, args), limits),
            "stdout": "",
            "stderr": "",
        }
    except BadResult as error:
        return _failed(describe(Failure(error, script), sources))
    except SystemExit as error:
        if error.code is None or (type(error.code) is int and error.code == 0):
            return {"status": "ok", "result": None, "stdout": "", "stderr": ""}
        return _exited(error, script, sources)
    except BaseException as error:  # the script's own code ran: nothing of it may get through
        return _failed(describe(Failure(error, script), sources))


def _exited(error: SystemExit, script: Script, sources: Sources) -> Json:
    """Report a program that ended itself as failed; as Python does, its last words go to stderr."""
    if not isinstance(error.code, int):
        sys.stderr.write(exception_line(error).removeprefix("SystemExit: ") + "\n")
    failure = describe(Failure(error, script), sources)
    failure.pop("hint", None)
    return _failed(failure)


def _run(script: Script, args: Sequence[str]) -> Any:
    argv, main = sys.argv, sys.modules.get("__main__")
    sys.argv = [script.path, *args]
    try:
        namespace = new_module(script.path, script.source.text, "__main__").__dict__
        script.namespace = namespace
        assert script.source.code is not None
        exec(script.source.code, namespace)
        return _call_entrypoint(script, namespace, args)
    finally:
        sys.argv = argv
        if main is not None:
            sys.modules["__main__"] = main


def _call_entrypoint(script: Script, namespace: Json, args: Sequence[str]) -> Any:
    name = script.metadata.entrypoint
    if name in (
        "render",
        "transform",
    ):  # not a program's; old headers say render of every script
        name = "main"
    function = namespace.get(name)
    if not callable(function) or script.metadata.runs_itself(name):
        return None
    names, required, keywords = parameters_of(function)
    if required or (names and "*" not in keywords) or keywords == ["*"]:
        return settle(function([*args]))
    return settle(function())


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
