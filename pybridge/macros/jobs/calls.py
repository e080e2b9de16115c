"""A batch of calls, rendered item by item."""

from __future__ import annotations

from pybridge.macros.values import json_text
from pybridge.macros.values.problems import problem
from pybridge.macros.values.shapes import check_call
from pybridge.macros.values.sharing import Shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from pybridge.macros.running.execution import Executor
    from pybridge.macros.running.outcome import Outcome
    from pybridge.macros.scripts.registry import Registry
    from pybridge.macros.scripts.script import Script
    from pybridge.macros.values.limits import Limits

    Json = dict[str, Any]
    Complete = Callable[[Json, Sequence[str] | None], Json]


class Renderer:
    """Renders calls; each is checked, run and reported on its own."""

    __slots__ = ("_executor", "_last", "_limits", "_registry")

    def __init__(self, registry: Registry, executor: Executor, limits: Limits) -> None:
        self._registry = registry
        self._executor = executor
        self._limits = limits
        self._last: tuple[Outcome, Script] | None = None

    def render(self, call: Any, measure: bool) -> str:
        """Return the outcome.v1 of one call as JSON.

        Args:
            call: The call.
            measure: Whether to measure its size and depth, as a large batch demands.
        """
        return self._render(call, measure, complete)

    def sharing(self, shared: Json) -> Callable[[Any, bool], str]:
        """Return `render` for the calls of a batch that share env, post or data."""
        merge = SharedContext(shared).complete
        return lambda call, measure: self._render(call, measure, merge)

    def _render(self, call: Any, measure: bool, complete: Complete) -> str:
        refusal = check_call(call) or (too_large(call, self._limits, "call") if measure else None)
        if refusal:
            return json_text.write({"error": _named(refusal, call)})
        macro = call["macro"]
        name: str = macro["name"]
        position = macro.get("position")
        registry = self._registry
        script = (registry.remembered.get(name) or registry.called(name))[1]
        if script is None:
            message, hint = registry.explain(name)
            error = problem("not-found", message, macro=name, call=position, hint=hint)
            return json_text.write({"error": error})
        context = complete(call, script.metadata.needs)
        place = None
        if position is not None:
            place = position.get("path"), position["line"], position["column"]
        outcome = self._executor.execute(script, context, name, place)
        self._last = outcome, script
        return outcome.write(script)

    def warned(self, warning: Json) -> str:
        """Return the outcome of the last macro that ran, as JSON, with one more warning."""
        assert self._last is not None
        outcome, script = self._last
        return outcome.warned(script, warning).write(script)


class SharedContext:
    """The values that the calls of a batch share, merged under each call key by key."""

    __slots__ = ("_data", "_env", "_post")

    def __init__(self, shared: Json) -> None:
        self._env: Json = {"isPreview": False, **shared.get("env", {})}
        post, data = shared.get("post"), shared.get("data")
        self._post = None if post is None else Shared(post)
        self._data = Shared(data) if data else None

    def complete(self, call: Json, needs: Sequence[str] | None) -> Json:
        """Return the context of a call; it shares no mutable value with another one."""
        env = {**self._env, **call["env"]}
        if "source" in env:
            env["source"] = {**env["source"]}
        post = call.get("post")
        if self._post is not None:
            post = _over(self._post.copy(), post)
        data = call.get("data") or {}
        if data and needs is not None:
            data = {key: data[key] for key in needs if key in data}
        return {
            "abi": 1,
            "macro": call["macro"],
            "params": call["params"],
            "body": call.get("body"),
            "env": env,
            "post": post,
            "data": data if self._data is None else _over(self._data.copy(needs), data),
        }


def _over(copy: Json, own: Json | None) -> Json:
    if own:
        copy.update(own)
    return copy


def complete(call: Json, needs: Sequence[str] | None) -> Json:
    """Return the context of a call: absent members are empty, `data` holds the keys the script needs."""
    data = call.get("data") or {}
    if data and needs is not None:
        data = {key: data[key] for key in needs if key in data}
    env = call["env"]
    if "isPreview" not in env:
        env = {"isPreview": False, **env}
    return {
        "abi": 1,
        "macro": call["macro"],
        "params": call["params"],
        "body": call.get("body"),
        "env": env,
        "post": call.get("post"),
        "data": data,
    }


def too_large(value: Any, limits: Limits, what: str) -> Json | None:
    """Return an `input-limit` error if *value* is over its size or depth."""
    try:
        text = json_text.write(value)
    except ValueError:  # such as 1e999, which is read as infinite
        return problem("schema", f"the {what} holds a number too large for JSON")
    if json_text.is_deeper(text, limits.input_depth):
        message = f"the {what} nests more than {limits.input_depth} levels"
        return problem("input-limit", message, hint="pass less deeply nested data")
    if len(text) > limits.input_bytes and _utf8_size(text) > limits.input_bytes:
        message = f"the {what} has more than {limits.input_bytes} bytes"
        return problem("input-limit", message, hint="split it, or pass less data")
    return None


def _utf8_size(text: str) -> int:
    """Return a lower bound for the size of an ASCII-only JSON text written as UTF-8."""
    return len(text) - 4 * text.count("\\u")


def _named(refusal: Json, call: Any) -> Json:
    macro = call.get("macro") if isinstance(call, dict) else None
    name = macro.get("name") if isinstance(macro, dict) else None
    return {**refusal, "macro": name} if isinstance(name, str) and name else refusal
