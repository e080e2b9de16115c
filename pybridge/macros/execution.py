"""One macro, executed: whatever its script does, an outcome and nothing else comes out."""

from __future__ import annotations

import sys

from pybridge.macros.diagnostics import Failure, describe
from pybridge.macros.invocation import run_body, settle
from pybridge.macros.problems import problem, warning
from pybridge.macros.results import check_result
from pybridge.macros.seeding import Seeded
from pybridge.macros.toasts import Toasts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    from pybridge.macros.limits import Limits
    from pybridge.macros.param_schema import Finding
    from pybridge.macros.registry import Registry
    from pybridge.macros.script import Script
    from pybridge.macros.streams import Streams

    Json = dict[str, Any]
    T = TypeVar("T")


_recursion_limit = sys.getrecursionlimit


class Executor:
    """Runs scripts of a registry under limits, their output captured."""

    __slots__ = ("_limits", "_recursion_limit", "_registry", "_streams", "toasts")

    def __init__(self, registry: Registry, limits: Limits, streams: Streams) -> None:
        self._registry = registry
        self._limits = limits
        self._streams = streams
        self._recursion_limit = _recursion_limit()
        self.toasts = Toasts()
        """What transforms note with `toast(…)`."""

    def execute(
        self, script: Script, context: Json, macro: str, call: Mapping[str, Any] | None
    ) -> Json:
        """Return the outcome.v1 of one macro.

        Args:
            script: The script that answers.
            context: A call.v1 that belongs to the script from now on.
            macro: The macro's name in messages.
            call: Its place in a document, None without one.
        """
        streams = self._streams
        limits = self._limits
        if script.metadata.limits:
            limits = limits.lowered(script.metadata.limits)
            streams.set_limit(limits.stdout_bytes)
        streams.renew()
        warnings: list[Json] = []
        outcome: Json
        try:
            outcome = self._refusal(script, context, macro, call, warnings) or {}
            if not outcome:
                assert script.render is not None
                seed = context["env"].get("seed")
                if seed is None:
                    value = script.render(context)
                else:
                    with Seeded(seed):
                        value = settle(script.render(context))
                if type(value) is not dict:
                    value = settle(value)
                result = check_result(value, limits)
                outcome = {"result": result}
                if "warnings" in result:
                    warnings += [_script_warning(each, macro, call) for each in result["warnings"]]
        except BaseException as error:  # the script's own code ran: nothing of it may get through
            outcome = {"error": self._describe(error, script, context, macro, call)}
        if _recursion_limit() != self._recursion_limit:
            sys.setrecursionlimit(self._recursion_limit)
        outcome["scriptId"] = script.metadata.id
        written = streams.take()
        if written:
            outcome.update(written)
        if warnings:
            outcome["warnings"] = warnings
        if limits is not self._limits:
            streams.set_limit(self._limits.stdout_bytes)
        return outcome

    def attempt(
        self,
        script: Script,
        work: Callable[[], T],
        context: Json,
        macro: str | None = None,
        call: Mapping[str, Any] | None = None,
    ) -> tuple[T | None, Json | None, Mapping[str, str]]:
        """Make *script* ready and do some work of it.

        Returns:
            What the work returned, or the error.v1 of why it did not; and what was printed.
        """
        self._streams.renew()
        value: T | None = None
        error: Json | None
        try:
            error = self._make_ready(script)
            if error is None:
                value = work()
            else:
                placed = {"macro": macro, "call": call}
                error = {**error, **{key: part for key, part in placed.items() if part}}
        except BaseException as failure:  # the script's own code ran: nothing of it may get through
            error = self._describe(failure, script, context, macro, call)
        if _recursion_limit() != self._recursion_limit:
            sys.setrecursionlimit(self._recursion_limit)
        return value, error, self._streams.take()

    def _refusal(
        self,
        script: Script,
        context: Json,
        macro: str,
        call: Mapping[str, Any] | None,
        warnings: list[Json],
    ) -> Json | None:
        """Return the outcome of a macro that cannot be run; else the script is ready."""
        if script.render is None:
            failure = self._make_ready(script)
            if failure:
                placed: Json = {**failure, "macro": macro}
                return {"error": {**placed, "call": call} if call else placed}
        schema = script.metadata.param_schema
        findings = schema.apply(context["params"]) if schema else None
        return self._judge(findings, script, macro, call, warnings) if findings else None

    def _make_ready(self, script: Script) -> Json | None:
        """Run the script's body if it has not run yet; return why it cannot be used."""
        if script.render is not None:
            return None
        if script.failure is None:
            if script.source.problem:
                script.failure = script.source.problem
                return script.failure
            try:
                is_transform = script.metadata.kind == "transform"
                given = {"toast": self.toasts.add} if is_transform else None
                script.render = run_body(script, given)
            except BaseException as error:
                failure = self._describe(error, script, None, None, None)
                if failure["code"] == "memory":
                    return failure  # not the script's fault for ever
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


def _script_warning(value: Any, macro: str, call: Mapping[str, Any] | None) -> Json:
    if isinstance(value, str):
        return warning("script", value, macro, call)
    return warning(value["code"], value["message"], macro, call)
