"""The short text that an editor shows in place of a macro."""

from __future__ import annotations

from pybridge.macros.jobs.calls import complete, too_large
from pybridge.macros.scripts.invocation import settle, taking_context
from pybridge.macros.values.json_text import write
from pybridge.macros.values.problems import tidy
from pybridge.macros.values.results import BadResult
from pybridge.macros.values.shapes import check_call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pybridge.macros.running.execution import Executor
    from pybridge.macros.scripts.registry import Registry
    from pybridge.macros.scripts.script import Script
    from pybridge.macros.values.limits import Limits

    Json = dict[str, Any]

LONGEST = 200
"""Code points of a chip."""
_LONGEST_PARAM = 40


class Previewer:
    """Makes the chips of calls; each on its own."""

    __slots__ = ("_executor", "_limits", "_registry")

    def __init__(self, registry: Registry, executor: Executor, limits: Limits) -> None:
        self._registry = registry
        self._executor = executor
        self._limits = limits

    def preview(self, call: Any, measure: bool) -> str:
        """Return `{text}` or `{error}` for one call, as JSON."""
        return write(self._preview(call, measure))

    def _preview(self, call: Any, measure: bool) -> Json:
        """Return `{text}` or `{error}` for one call.

        A macro without a `preview` is shown by its title and first param, and is not run for it.
        """
        refusal = check_call(call) or (too_large(call, self._limits, "call") if measure else None)
        if refusal:
            return {"error": refusal}
        name: str = call["macro"]["name"]
        script = self._registry.macro(name)
        if script is None:
            return {"text": tidy(f"⚠ {name}", LONGEST)}
        if script.source.problem or script.metadata.has_preview:
            return self._ask(script, call, name)
        return {"text": _default(script, call["params"])}

    def _ask(self, script: Script, call: Json, name: str) -> Json:
        context = complete(call, script.metadata.needs)

        def work() -> str:
            function = (script.namespace or {}).get("preview")
            if not callable(function):
                return _default(script, call["params"])
            text = settle(taking_context(function)(context))
            if isinstance(text, str):
                return tidy(str.__str__(text), LONGEST)
            message = f"preview returned a value of type {tidy(type(text).__name__, 80)}, not text"
            raise BadResult("output-type", message, hint='return a text such as "▶ Video: 42"')

        place = call["macro"].get("position")
        text, error, _ = self._executor.attempt(script, work, context, name, place)
        return {"text": text} if error is None else {"error": error}


def _default(script: Script, params: Json) -> str:
    shown = next((value for value in params.values() if type(value) in (str, int, float)), "")
    if not str(shown):
        return tidy(script.metadata.title, LONGEST)
    return tidy(f"{script.metadata.title}: {tidy(str(shown), _LONGEST_PARAM)}", LONGEST)
