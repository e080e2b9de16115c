"""Functions that are blocked for scripts: their effects would last beyond the call, or reach other scripts."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_BLOCKED = {
    "sys": (
        *("addaudithook", "settrace", "setprofile", "call_tracing", "monitoring"),
        *("_current_frames", "_current_exceptions", "_settraceallthreads", "_setprofileallthreads"),
    ),
    "threading": ("settrace", "setprofile", "settrace_all_threads", "setprofile_all_threads"),
    "gc": ("get_objects", "get_referrers", "get_referents"),
    "codecs": ("register", "unregister", "register_error"),
    "_codecs": ("register", "unregister", "register_error"),
}


class FunctionBlocked(RuntimeError):
    """A script used a blocked function."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is blocked: it reaches into other scripts")


class _Missing:
    """Takes the place of a blocked function or namespace."""

    __slots__ = ("_constants", "_name")

    def __init__(self, name: str, original: object) -> None:
        self._name = name
        self._constants = _constants(original)

    def __call__(self, *_: object, **__: object) -> None:
        raise FunctionBlocked(self._name)

    def __getattr__(self, member: str) -> Any:
        if member in self._constants:
            return self._constants[member]
        raise FunctionBlocked(self._name)


def _constants(original: object) -> dict[str, Any]:
    """Return the numbers of a namespace: `bdb` reads those of sys.monitoring as it is imported, for doctest and pdb."""
    if type(original) is not type(sys):
        return {}
    found = {key: value for key, value in vars(original).items() if type(value) is int}
    events = getattr(original, "events", None)
    return found if events is None else {**found, "events": type(events)(**vars(events))}


def _import_threading() -> None:
    """Import `threading` before a script does: its functions must be blocked too."""
    try:
        import threading  # noqa: F401
    except ImportError:
        return


def _forgotten(function: Callable[..., Any], *_: object, **__: object) -> Callable[..., Any]:
    """Take the place of `atexit.register`: scripts run no code when a worker exits."""
    return function


class BlockedFunctions:
    """Blocks the functions while scripts run."""

    __slots__ = ("_originals", "_stand_ins")

    def __init__(self) -> None:
        self._originals: list[tuple[dict[str, Any], str, Any]] = []
        self._stand_ins: dict[str, _Missing] = {}

    def enter(self) -> None:
        """Replace the functions in the modules that are loaded."""
        if self._originals:
            return
        _import_threading()
        for module, names in _BLOCKED.items():
            space = getattr(sys.modules.get(module), "__dict__", {})
            for name in names:
                if name in space:
                    self._put(space, name, self._missing(f"{module}.{name}", space[name]))
        space = getattr(sys.modules.get("atexit"), "__dict__", {})
        if "register" in space:
            self._put(space, "register", _forgotten)

    def leave(self) -> None:
        """Restore the functions, unless a script replaced one: the baseline must see that."""
        originals, self._originals = self._originals, []
        for space, name, original in originals:
            if type(space.get(name)) is _Missing or space.get(name) is _forgotten:
                space[name] = original

    def _put(self, space: dict[str, Any], name: str, value: Any) -> None:
        self._originals.append((space, name, space[name]))
        space[name] = value

    def _missing(self, name: str, original: object) -> _Missing:
        if name not in self._stand_ins:
            self._stand_ins[name] = _Missing(name, original)
        return self._stand_ins[name]
