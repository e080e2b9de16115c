"""Namespaces of the baseline: which members of a module, class or table changed, and whether it matters.

Modules fill their caches, and importing a submodule adds it to its package; that is not contamination.
"""

from __future__ import annotations

import sys
from operator import is_

from pybridge.macros.guard.stdlib import CACHED_MEMBERS, FREE_MEMBERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    Members = Mapping[str, Any]

Module = type(sys)
Function = type(lambda: None)
_CALLABLE = (Function, type(len))
_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE
_IMMUTABLE_TYPE = 1 << 8  # Py_TPFLAGS_IMMUTABLETYPE
_ABSENT = object()


class Space:
    """The members of a module, class or table: live, and as they were recorded. Never changed."""

    __slots__ = ("is_lazy", "is_strict", "name", "now", "owner", "then")

    def __init__(self, name: str, owner: object, now: Members, is_strict: bool) -> None:
        self.name = name
        """Its full name."""
        self.owner = owner
        """The module, class or table itself."""
        self.now = now
        """Its live members."""
        self.then = dict(now)
        """Its members when it was recorded."""
        self.is_strict = is_strict
        """Whether any change matters."""
        self.is_lazy = type(owner) is Module and "__getattr__" in now and not is_strict
        """Whether it creates members on first access."""

    def is_same(self) -> bool:
        """Whether every member is the recorded object."""
        now, then = self.now, self.then
        return len(now) == len(then) and all(map(is_, now.values(), then.values()))

    def renewed(self) -> Space:
        """Return the space with its present members."""
        return self if self.is_same() else Space(self.name, self.owner, self.now, self.is_strict)

    def changes(self) -> Iterable[str]:
        """Yield the full names of the members whose change matters."""
        if self.is_same():
            return
        free = FREE_MEMBERS.get(self.name, CACHED_MEMBERS)
        now, then = self.now, self.then
        for member in {**then, **now}:
            old, new = then.get(member, _ABSENT), now.get(member, _ABSENT)
            if old is new or member in free or member in CACHED_MEMBERS:
                continue
            if self._matters(member, old, new):
                yield f"{self.name}.{member}"

    def _matters(self, member: str, old: object, new: object) -> bool:
        if self.name != "builtins" and (old is _ABSENT or old is None) and _is_library_module(new):
            return False
        if self.is_strict or new is _ABSENT:
            return True
        if old is None and member.startswith("_") and type(new) in _CALLABLE:
            return is_of_script(new)  # the library's own functions are fetched on first use
        if old is _ABSENT and self.is_lazy:
            return False
        return not member.startswith("_") or _has_behaviour(old) or _has_behaviour(new)


def open_classes(name: str, module: Any) -> Iterable[type]:
    """Yield the classes that the module *name* defines and that can be changed."""
    for value in [*vars(module).values()]:
        if isinstance(value, type) and _is_open(value) and value.__module__ == name:
            yield value


def script_members(name: str, module: Any) -> Iterable[str]:
    """Yield the members of a newly imported module that a script put there, or the module if it is a fake."""
    if type(module) is not Module:
        yield f"sys.modules[{name!r}]"
        return
    spaces: list[tuple[str, Members]] = [(name, vars(module))]
    spaces += [(f"{name}.{kind.__name__}", vars(kind)) for kind in open_classes(name, module)]
    for inside, members in spaces:
        for member, value in members.items():
            if is_of_script(value):
                yield f"{inside}.{member}"


def is_of_script(value: object) -> bool:
    """Whether a function or method was defined by a script."""
    if type(value) in (classmethod, staticmethod):
        value = value.__func__  # type: ignore[attr-defined]
    elif type(value) is property:
        value = value.fget
    module = value.__globals__.get("__name__") if type(value) is Function else None
    return type(module) is str and (module.startswith("script.") or module == "__main__")


def _is_library_module(value: object) -> bool:
    """Whether a value is a module of the standard library: importing it adds it to its importer."""
    name = vars(value).get("__name__") if type(value) is Module else None
    return type(name) is str and name.partition(".")[0] in sys.stdlib_module_names


def _has_behaviour(value: object) -> bool:
    """Whether a value is callable or a descriptor, and not only data."""
    return callable(value) or hasattr(type(value), "__get__")


def _is_open(kind: type) -> bool:
    """Whether attributes of a class can be set."""
    return bool(kind.__flags__ & _HEAP_TYPE) and not kind.__flags__ & _IMMUTABLE_TYPE
