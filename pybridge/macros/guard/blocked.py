"""Functions that scripts do not get: what they start would outlive the script that called them."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_TAKEN = {
    "sys": (
        *("addaudithook", "settrace", "setprofile", "call_tracing", "monitoring"),
        *("_current_frames", "_current_exceptions", "_settraceallthreads", "_setprofileallthreads"),
    ),
    "threading": ("settrace", "setprofile", "settrace_all_threads", "setprofile_all_threads"),
    "gc": ("get_objects", "get_referrers", "get_referents"),
}


class TakenAway(RuntimeError):
    """A script used what no script gets."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is taken away from scripts: it reaches into others")


class _Missing:
    """Stands for a function or namespace that was taken away."""

    __slots__ = ("_constants", "_name")

    def __init__(self, name: str, original: object) -> None:
        self._name = name
        self._constants = _constants(original)

    def __call__(self, *_: object, **__: object) -> None:
        raise TakenAway(self._name)

    def __getattr__(self, member: str) -> Any:
        if member in self._constants:
            return self._constants[member]
        raise TakenAway(self._name)


def _constants(original: object) -> dict[str, Any]:
    """Return the numbers of a namespace: `bdb` reads those of sys.monitoring as it is imported, for doctest and pdb."""
    if type(original) is not type(sys):
        return {}
    found = {key: value for key, value in vars(original).items() if type(value) is int}
    events = getattr(original, "events", None)
    return found if events is None else {**found, "events": type(events)(**vars(events))}


def _have_threading() -> None:
    """Import what a script would import to get round the door."""
    try:
        import threading  # noqa: F401
    except ImportError:
        return


def _forgotten(function: Callable[..., Any], *_: object, **__: object) -> Callable[..., Any]:
    """Stand for `atexit.register`: a worker's end is no time to run anything."""
    return function


class BlockedFunctions:
    """Takes the functions away for as long as scripts run."""

    __slots__ = ("_originals", "_stand_ins")

    def __init__(self) -> None:
        self._originals: list[tuple[dict[str, Any], str, Any]] = []
        self._stand_ins: dict[str, _Missing] = {}

    def enter(self) -> None:
        """Put what refuses in their places, in the modules that are loaded by now."""
        if self._originals:
            return
        _have_threading()
        for module, names in _TAKEN.items():
            space = getattr(sys.modules.get(module), "__dict__", {})
            for name in names:
                if name in space:
                    self._put(space, name, self._missing(f"{module}.{name}", space[name]))
        space = getattr(sys.modules.get("atexit"), "__dict__", {})
        if "register" in space:
            self._put(space, "register", _forgotten)

    def leave(self) -> None:
        """Put the functions back, unless a script put something there: that is to be seen."""
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
