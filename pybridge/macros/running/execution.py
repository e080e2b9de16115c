"""Run one macro; any result or exception becomes an outcome."""

from __future__ import annotations

import sys

from pybridge.macros.running.diagnostics import Failure, describe
from pybridge.macros.running.outcome import Outcome
from pybridge.macros.running.seeding import Seeded
from pybridge.macros.running.toasts import Toasts
from pybridge.macros.scripts.invocation import settle
from pybridge.macros.values.problems import problem, warning
from pybridge.macros.values.results import check_result, plain_html

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    from pybridge.macros.guard.guard import Guard
    from pybridge.macros.running.streams import Streams
    from pybridge.macros.scripts.param_schema import Finding
    from pybridge.macros.scripts.registry import Registry
    from pybridge.macros.scripts.script import Script
    from pybridge.macros.values.limits import Limits

    Json = dict[str, Any]
    Place = tuple[str | None, int, int]
    T = TypeVar("T")


_recursion_limit = sys.getrecursionlimit


class Executor:
    """Runs scripts of a registry under limits, their output captured."""

    __slots__ = ("_guard", "_limits", "_recursion_limit", "_registry", "_streams", "toasts")

    def __init__(self, registry: Registry, limits: Limits, streams: Streams, guard: Guard) -> None:
        self._registry = registry
        self._guard = guard
        self._limits = limits
        self._streams = streams
        self._recursion_limit = _recursion_limit()
        self.toasts = Toasts()
        """The notes that transforms make with `toast(…)`."""

    def execute(self, script: Script, context: Json, macro: str, call: Place | None) -> Outcome:
        """Run one macro; whatever its script returns or raises becomes an outcome.

        Args:
            script: The script that answers.
            context: A call.v1 that belongs to the script from now on.
            macro: The macro's name in messages.
            call: Its place in a document – path, line, column –, None without one.
        """
        limits = self._limits
        if script.metadata.limits:
            limits = limits.lowered(script.metadata.limits)
            self._streams.set_limit(limits.stdout_bytes)
        warnings: list[Json] = []
        try:
            refused = None if script.render is not None else self._ready(script, macro, call)
            if refused is None and script.metadata.param_schema is not None:
                refused = self._check_params(script, context, macro, call, warnings)
            if refused is None:
                seed = context["env"].get("seed")
                render: Any = script.render
                value = render(context) if seed is None else _seeded(render, context, seed)
                html = plain_html(value, limits)
                outcome = (
                    Outcome(html)
                    if html is not None
                    else self._checked(value, limits, macro, call, warnings)
                )
            else:
                outcome = Outcome(None, refused)
        except BaseException as error:  # the script's own code ran: nothing of it may get through
            place = _written_out(call)
            outcome = Outcome(None, {"error": self._describe(error, script, context, macro, place)})
        if _recursion_limit() != self._recursion_limit:
            sys.setrecursionlimit(self._recursion_limit)
        written = self._streams.settle()
        if limits is not self._limits:
            self._streams.set_limit(self._limits.stdout_bytes)
        if outcome.rest is None and not written and not warnings:
            return outcome
        return _extended(script, outcome, written, warnings)

    def _ready(self, script: Script, macro: str, call: Place | None) -> Json | None:
        """Make the script ready; return the outcome of a macro that cannot be run."""
        failure = self._make_ready(script)
        if failure is None:
            return None
        placed: Json = {**failure, "macro": macro}
        return {"error": {**placed, "call": _written_out(call)} if call else placed}

    def _check_params(
        self, script: Script, context: Json, macro: str, call: Place | None, warnings: list[Json]
    ) -> Json | None:
        """Apply the script's PARAMS; return the outcome of a macro that must not run with these."""
        schema = script.metadata.param_schema
        assert schema is not None
        findings = schema.apply(context["params"])
        if not findings:
            return None
        return self._judge(findings, script, macro, _written_out(call), warnings)

    def _checked(
        self,
        value: object,
        limits: Limits,
        macro: str,
        call: Place | None,
        warnings: list[Json],
    ) -> Outcome:
        """Return what a script returned as its outcome."""
        if type(value) is not dict:
            value = settle(value)
            html = plain_html(value, limits)
            if html is not None:
                return Outcome(html)
        result = check_result(value, limits)
        if "warnings" in result:
            place = _written_out(call)
            warnings += [_script_warning(each, macro, place) for each in result["warnings"]]
        return Outcome(None, {"result": result})

    def attempt(
        self,
        script: Script,
        work: Callable[[], T],
        context: Json,
        macro: str | None = None,
        call: Mapping[str, Any] | None = None,
    ) -> tuple[T | None, Json | None, Mapping[str, str]]:
        """Make *script* ready and call one of its functions.

        Returns:
            The value that the work returned, or an error.v1; and the output.
        """
        self._streams.renew()
        value: T | None = None
        error: Json | None
        try:
            error = self._make_ready(script)
            if error is None:
                self._guard.due()
                value = work()
            else:
                placed = {"macro": macro, "call": call}
                error = {**error, **{key: part for key, part in placed.items() if part}}
        except BaseException as failure:  # the script's own code ran: nothing of it may get through
            error = self._describe(failure, script, context, macro, call)
        if _recursion_limit() != self._recursion_limit:
            sys.setrecursionlimit(self._recursion_limit)
        return value, error, self._streams.take()

    def _make_ready(self, script: Script) -> Json | None:
        """Run the script's body if it has not run yet; return why it cannot be used."""
        if script.render is not None:
            return None
        if script.failure is None:
            if script.source.problem or script.is_foreign:
                script.failure = script.source.problem or _not_here(script)
                return script.failure
            try:
                is_transform = script.metadata.kind == "transform"
                given = {"toast": self.toasts.add} if is_transform else None
                script.render = self._guard.run_body(script, given)
            except BaseException as error:
                failure = self._describe(error, script, None, None, None)
                if failure["code"] == "memory":
                    return failure  # the next attempt may have more memory
                script.failure = failure
        return script.failure

    def _describe(
        self,
        error: BaseException,
        script: Script,
        context: Json | None,
        macro: str | None,
        call: Any,
    ) -> Json:
        return describe(Failure(error, script, macro, call, context), self._registry.at)

    def _judge(
        self,
        findings: list[Finding],
        script: Script,
        macro: str,
        call: Mapping[str, Any] | None,
        warnings: list[Json],
    ) -> Json | None:
        """Sort *findings*: a project's script is not run with params missing or of a wrong type.

        A default script copes with anything, as it always has, and its author is only warned.
        """
        for found in findings:
            message = f"{found.message}, {found.hint}" if found.hint else found.message
            warnings.append(warning("params", message, macro, call, found.pointer))
        if script.origin == "default":
            return None
        wrong = next((found for found in findings if found.is_wrong_type), None)
        if wrong is None:
            return None
        warnings[:] = [each for each in warnings if each["pointer"] != wrong.pointer]
        return {
            "error": problem(
                "schema",
                wrong.message,
                macro=macro,
                call=call,
                hint=wrong.hint,
                pointer=wrong.pointer,
            )
        }


def _seeded(render: Callable[..., Any], context: Json, seed: Any) -> Any:
    with Seeded(seed):
        return settle(render(context))


def _extended(script: Script, outcome: Outcome, written: Json, warnings: list[Json]) -> Outcome:
    """Return it with the script's output and warnings."""
    rest: Json = {"result": {"html": outcome.html}} if outcome.rest is None else outcome.rest
    rest["scriptId"] = script.metadata.id
    rest.update(written)
    if warnings:
        rest["warnings"] = warnings
    return Outcome(None, rest)


def _written_out(place: Place | None) -> Json | None:
    """Return a place as error.v1 has it."""
    if place is None:
        return None
    path, line, column = place
    found = {"line": line, "column": column}
    return found if path is None else {"path": path, **found}


def _script_warning(value: Any, macro: str, call: Mapping[str, Any] | None) -> Json:
    if isinstance(value, str):
        return warning("script", value, macro, call)
    return warning(value["code"], value["message"], macro, call)


def _not_here(script: Script) -> Json:
    message = f"{script.path} has another interpreter and does not run here"
    return problem("internal", message)
