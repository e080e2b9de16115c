"""Running a script's body and calling its functions."""

from __future__ import annotations

from pybridge.macros.scripts.app_tools import TOOLS, NoTools, Suspended, are_asks
from pybridge.macros.scripts.modules import module_name, new_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import CodeType
    from typing import Any

    from pybridge.macros.scripts.script import Script

    Context = dict[str, Any]

_Function = type(lambda: None)


async def _coroutine() -> None:
    """Give its type a sample."""


_sample = _coroutine()
_Coroutine = type(_sample)
_sample.close()
_VARARGS = 0x04


class NoEntrypoint(Exception):
    """A script does not define the function it should."""


class BrokenHelper(SyntaxError):
    """A script imports a helper that does not compile."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error.get("message", "the helper does not compile"))
        self.problem = error


def run_body(script: Script, given: Mapping[str, Any] | None = None) -> Callable[..., Any]:
    """Run the script's body in a namespace of its own and return its entry point.

    Args:
        script: The script.
        given: Names its namespace has from the start.

    Raises:
        NoEntrypoint: The body ran, but there is no such function.
        BaseException: Whatever the body raises.
    """
    code: CodeType | None = script.source.code
    assert code is not None
    name = module_name(script.path)
    namespace: Context = new_module(script.path, script.source.text, name).__dict__
    script.namespace = namespace
    namespace.update(given or {})
    exec(code, namespace)
    function = namespace.get(script.metadata.entrypoint)
    if not callable(function):
        raise NoEntrypoint(script.metadata.entrypoint)
    is_transform = script.metadata.kind == "transform"
    return taking_post(function) if is_transform else taking_context(function)


def taking_context(function: Callable[..., Any]) -> Callable[[Context], Any]:
    """Return *function* as one that takes the context alone, decided from its signature."""
    function, names, required, keyword_only = with_tools(function)
    if len(names) >= 2 and (required >= 2 or names[1] == "post"):
        return lambda context: function(context, context["post"])
    if "post" in keyword_only:
        return lambda context: function(context, post=context["post"])
    if not names and "*" not in keyword_only:
        return lambda context: function()
    return function


def taking_post(function: Callable[..., Any]) -> Callable[[Context, Context], Any]:
    """Return *function* as one that takes post and context, decided from its signature."""
    function, names, _, keyword_only = with_tools(function)
    if len(names) >= 2 or "*" in keyword_only:
        return function
    if "context" in keyword_only:
        return lambda post, context: function(post, context=context)
    return lambda post, context: function(post)


def with_tools(
    function: Callable[..., Any],
) -> tuple[Callable[..., Any], list[str], int, list[str]]:
    """Return *function* with the application's tools bound to its parameter of that name, and its other parameters.

    The first parameter is never taken for it. The parameters are those of `parameters_of`.
    """
    names, required, keyword_only = parameters_of(function)
    if "tools" not in (*names[1:], *keyword_only):
        return function, names, required, keyword_only

    def bound(*args: Any, **keywords: Any) -> Any:
        return function(*args, tools=TOOLS, **keywords)

    required -= "tools" in names[:required]
    others = [[name for name in some if name != "tools"] for some in (names, keyword_only)]
    return bound, others[0], required, others[1]


def parameters_of(function: Any) -> tuple[list[str], int, list[str]]:
    """Return names of the positional parameters, how many are required, and the required keywords.

    `*args` is reported as a keyword `*`. What has no Python signature is taken to want one argument.
    """
    bound = 0
    for _ in range(20):  # a chain of wrappers, but no circle
        if type(function) is _Function and not hasattr(function, "__wrapped__"):
            return _read_signature(function, bound)
        if hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        elif hasattr(function, "__func__"):
            function, bound = function.__func__, bound + 1
        elif isinstance(function, type):
            function, bound = vars(function).get("__init__", object.__init__), bound + 1
        elif hasattr(function, "func") and hasattr(function, "args"):
            function, bound = function.func, bound + len(function.args)
        elif type(type(function).__dict__.get("__call__")) is _Function:
            function, bound = type(function).__dict__["__call__"], bound + 1
        else:
            break
    return ["context"], 1, []


def _read_signature(function: Any, bound: int) -> tuple[list[str], int, list[str]]:
    code = function.__code__
    names = list(code.co_varnames[: code.co_argcount])
    required = len(names) - len(function.__defaults__ or ())
    defaults = function.__kwdefaults__ or {}
    last = code.co_argcount + code.co_kwonlyargcount
    keywords = [name for name in code.co_varnames[code.co_argcount : last] if name not in defaults]
    if code.co_flags & _VARARGS:
        keywords.append("*")
    return names[bound:], max(0, required - bound), keywords


def is_coroutine(value: Any) -> bool:
    """Whether *value* is what an `async` function returned."""
    return type(value) is _Coroutine


def settle(value: Any) -> Any:
    """Return what a coroutine returns, driven without an event loop; other values as they are.

    Raises:
        Suspended: It waits for something that is not there yet.
    """
    if type(value) is not _Coroutine:
        return value
    try:
        waits = value.send(None)
    except StopIteration as stop:
        return stop.value
    value.close()
    raise NoTools if are_asks(waits) else Suspended
