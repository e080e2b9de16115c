"""Compares modules, classes and functions with a record of them made before scripts ran.

`is_intact` only asks whether every object is still the same one: some thousands of them, in a few
passes of C code, for it runs after every slice. `changes` is slower and names what differs.
"""

from __future__ import annotations

import sys
from itertools import chain
from operator import attrgetter, is_

from pybridge.macros.guard.spaces import Function, Module, Space, open_classes, script_members
from pybridge.macros.guard.stdlib import LARGE_TABLES, TABLES, is_inspected, is_strict, is_watched

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    Modules = Mapping[str, Any]
    Column = tuple[Callable[[Any], Any], list[Any], list[Any]]

_MOST_NAMED = 20

_END = object()
_code_of = attrgetter("__code__")
_defaults_of = attrgetter("__defaults__")
_kwdefaults_of = attrgetter("__kwdefaults__")


class FunctionState:
    """The code and the defaults of a function when it was recorded. Never changed."""

    __slots__ = ("code", "defaults", "function", "kwdefaults")

    def __init__(self, function: Any) -> None:
        self.function = function
        self.code = function.__code__
        self.defaults = function.__defaults__
        self.kwdefaults = function.__kwdefaults__

    @property
    def name(self) -> str:
        """The function's full name."""
        return f"{self.function.__module__}.{self.function.__qualname__}"

    @property
    def has_relevant_defaults(self) -> bool:
        """Whether defaults are compared: added to an engine function without any, they have no effect."""
        if self.defaults is not None or self.kwdefaults is not None:
            return True
        return not self.function.__module__.startswith("pybridge.")

    def is_same(self) -> bool:
        """Whether every part is the recorded object."""
        function = self.function
        if function.__code__ is not self.code:
            return False
        is_same = (
            function.__defaults__ is self.defaults and function.__kwdefaults__ is self.kwdefaults
        )
        return is_same or not self.has_relevant_defaults


class LargeTable:
    """A dict of which only the number of members is recorded. Never changed."""

    __slots__ = ("name", "size", "table")

    def __init__(self, name: str, table: Mapping[Any, Any]) -> None:
        self.name = name
        self.table = table
        self.size = len(table)


class Baseline:
    """A record of the watched modules, and of what is in them. Never changed: see `renewed`."""

    __slots__ = (
        "_columns", "_functions", "_live", "_module_count", "_modules", "_recorded", "_spaces", "_tables",
    )  # fmt: skip

    def __init__(
        self,
        modules: Modules,
        spaces: Sequence[Space],
        functions: Sequence[FunctionState],
        tables: Sequence[LargeTable],
    ) -> None:
        self._modules = modules
        self._module_count = len(sys.modules)
        self._spaces = spaces
        self._functions = functions
        self._tables = tables
        # The same once more, flat, for `is_intact`. The end mark shows a member too few or too many.
        self._live = [*(space.now.values() for space in spaces), (_END,)]
        self._recorded = [*chain.from_iterable(space.then.values() for space in spaces), _END]
        self._columns = _columns(functions)

    def is_intact(self) -> bool:
        """Whether every recorded object is still in its place, and none was added."""
        modules = self._modules
        return (
            len(sys.modules) == self._module_count
            and all(map(is_, map(sys.modules.get, modules), modules.values()))
            and all(map(is_, chain.from_iterable(self._live), self._recorded))
            and all(all(map(is_, map(read, live), then)) for read, live, then in self._columns)
            and all(len(each.table) == each.size for each in self._tables)
        )

    def changes(self) -> list[str]:
        """Return the names of what was replaced, added or removed, as far as it matters; at most 20."""
        found = [
            f"sys.modules[{name!r}]"
            for name, module in self._modules.items()
            if sys.modules.get(name) is not module
        ]
        found += chain.from_iterable(space.changes() for space in self._spaces)
        found += [state.name for state in self._functions if not state.is_same()]
        found += [each.name for each in self._tables if len(each.table) != each.size]
        for name, module in self._new_modules().items():
            found += script_members(name, module)
        return found[:_MOST_NAMED]

    def renewed(self) -> Baseline:
        """Return the baseline with the members and the modules that were added since."""
        recorder = _Recorder([space.renewed() for space in self._spaces], self._functions)
        fresh = self._new_modules()
        recorder.add(fresh)
        tables = [*self._tables, *_large_tables(fresh)]
        return Baseline({**self._modules, **fresh}, recorder.spaces, recorder.functions, tables)

    def _new_modules(self) -> Modules:
        return {
            name: module for name, module in _watched_modules().items() if name not in self._modules
        }


def record() -> Baseline:
    """Record everything that is watched."""
    modules = _watched_modules()
    recorder = _Recorder([], [])
    recorder.add(modules)
    return Baseline(modules, recorder.spaces, recorder.functions, _large_tables(modules))


def _columns(functions: Sequence[FunctionState]) -> list[Column]:
    """Return how to read each part of functions, the functions, and the recorded parts."""
    states = [state for state in functions if state.has_relevant_defaults]
    defaulted = [state.function for state in states]
    return [
        (_code_of, [state.function for state in functions], [state.code for state in functions]),
        (_defaults_of, defaulted, [state.defaults for state in states]),
        (_kwdefaults_of, defaulted, [state.kwdefaults for state in states]),
    ]


class _Recorder:
    """Collects spaces and functions, each once: modules share classes and functions."""

    __slots__ = ("_known", "functions", "spaces")

    def __init__(self, spaces: Iterable[Space], functions: Iterable[FunctionState]) -> None:
        self.spaces = [*spaces]
        self.functions = [*functions]
        self._known = {id(space.owner) for space in self.spaces}
        self._known.update(id(state.function) for state in self.functions)

    def add(self, modules: Modules) -> None:
        """Record *modules*, their classes, and the tables in them."""
        for name, module in modules.items():
            if type(module) is Module:
                self._add_module(name, module)
        for name, member in TABLES:
            value = getattr(modules.get(name), member, None)
            table = getattr(value, "__dict__", value)
            if isinstance(table, dict):
                self._add_space(Space(f"{name}.{member}", table, table, True))

    def _add_module(self, name: str, module: Any) -> None:
        strict = is_strict(name)
        self._add_space(Space(name, module, vars(module), strict))
        for kind in open_classes(name, module):
            self._add_space(Space(f"{name}.{kind.__name__}", kind, vars(kind), strict))

    def _add_space(self, space: Space) -> None:
        if self._is_known(space.owner):
            return
        self.spaces.append(space)
        if is_inspected(space.name):
            for value in space.then.values():
                if type(value) is Function and not self._is_known(value):
                    self.functions.append(FunctionState(value))

    def _is_known(self, value: object) -> bool:
        is_known = id(value) in self._known
        self._known.add(id(value))
        return is_known


def _large_tables(modules: Modules) -> list[LargeTable]:
    """Return the large tables that *modules* hold."""
    found = []
    for name, member in LARGE_TABLES:
        table = getattr(modules.get(name), member, None)
        if table is not None:
            found.append(LargeTable(f"{name}.{member}", table))
    return found


def _watched_modules() -> Modules:
    return {
        name: module
        for name, module in [*sys.modules.items()]
        if is_watched(name) and module is not None
    }
