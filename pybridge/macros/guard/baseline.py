"""Compares what modules, classes and functions consist of with what they consisted of before scripts ran.

The fast way asks only whether every object is the same one still, some thousands of them in one pass
of C code. When one is not, the slow way finds out which, and whether it matters: modules fill
their caches, and importing one adds it to its package.
"""

from __future__ import annotations

import sys
from itertools import chain
from operator import attrgetter, is_

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    Space = Mapping[str, Any]

_Module = type(sys)
_Function = type(lambda: None)
_CALLED = (_Function, type(len))
_HEAP = 1 << 9
_IMMUTABLE = 1 << 8

_UNWATCHED = frozenset((
    "ast", "dis", "errno", "importlib", "inspect", "ipaddress", "keyword", "numbers", "opcode",
    "posix", "nt", "sre_compile", "sre_constants", "sre_parse", "stat", "token", "tokenize",
    "zipimport", "traceback", "encodings", "test", "idlelib", "pip", "unittest", "doctest", "pdb",
    "asyncio", "logging", "email", "http", "xml", "ctypes", "multiprocessing", "concurrent",
))  # fmt: skip
"""Modules that have nothing to do with what scripts put out, or change as they are used."""
_PRIVATE = frozenset(("_collections_abc", "_datetime", "_pydatetime", "_pydecimal"))
"""The modules with an underscore that are watched; of the others the public ones hold all that matters."""
_FREE = {
    "sys": frozenset((
        "stdin", "stdout", "stderr", "__stdin__", "__stdout__", "__stderr__", "last_exc", "last_type",
        "last_value", "last_traceback", "ps1", "ps2", "path", "meta_path", "path_hooks", "argv",
    )),
    "time": frozenset(("timezone", "altzone", "daylight", "tzname")),
    "warnings": frozenset(("filters", "_filters_version")),
    "string.Template": frozenset(("flags", "pattern")),
    "builtins": frozenset(("_",)),
}  # fmt: skip
"""Members looked after elsewhere, or not at all."""
_CLOSELY = (
    *("json", "re", "html", "random", "string", "textwrap", "functools", "copy", "datetime"),
    *("dataclasses", "urllib", "pybridge"),
)
"""Roots of the modules whose functions are watched inside: their code and defaults."""
_CONTAINERS = (
    ("json.encoder", "ESCAPE_DCT"), ("json.decoder", "BACKSLASH"), ("urllib.parse", "uses_netloc"),
    ("urllib.parse", "uses_relative"), ("html", "_invalid_charrefs"),
)  # fmt: skip
"""Tables that a function's output depends on: their members are counted and compared."""
_INSTANCES = (("json", "_default_encoder"), ("json", "_default_decoder"))
_CACHED = frozenset((
    "__annotations__", "__annotations_cache__", "__annotate_func__", "__annotate__", "__parameters__",
    "__doc__", "_abc_impl", "__protocol_attrs__", "__non_callable_proto_members__", "__warningregistry__",
))  # fmt: skip
_PSEUDO = frozenset(("typing.io", "typing.re"))
_STRICT = frozenset(("builtins", "sys"))
_MOST_NAMED = 20
_ABSENT = object()

_code_of = attrgetter("__code__")
_defaults_of = attrgetter("__defaults__")
_keywords_of = attrgetter("__kwdefaults__")


class Baseline:
    """What everything consisted of when it was last looked at and found in order."""

    def __init__(self) -> None:
        self._spaces: list[_Space] = []
        self._known: set[int] = set()
        self._values: list[Any] = []
        self._views: list[Iterable[Any]] = []
        self._modules: dict[str, Any] = {}
        self._functions: list[Any] = []
        self._codes: list[Any] = []
        self._callees: list[Any] = []
        self._defaults: list[Any] = []
        self._keywords: list[Any] = []
        self._tables: list[Any] = []
        self._sizes: list[int] = []
        self._count = 0

    @property
    def has_noted(self) -> bool:
        """Whether there is something to compare with."""
        return bool(self._modules)

    def note(self) -> None:
        """Take what there is as what there should be."""
        self.__init__()  # type: ignore[misc] # as new
        self._adopt(_modules())

    def is_intact(self) -> bool:
        """Whether every object is still the same."""
        return (
            len(sys.modules) == self._count
            and all(map(is_, map(sys.modules.get, self._modules), self._modules.values()))
            and all(map(is_, chain.from_iterable(self._views), self._values))
            and all(map(is_, map(_code_of, self._functions), self._codes))
            and all(map(is_, map(_defaults_of, self._callees), self._defaults))
            and all(map(is_, map(_keywords_of, self._callees), self._keywords))
            and [*map(len, self._tables)] == self._sizes
        )

    def findings(self) -> list[str]:
        """Return the names of what is another thing than before, and take the rest as it is."""
        if self.is_intact():
            return []
        found = [
            *(
                f"sys.modules[{name!r}]"
                for name, module in self._modules.items()
                if sys.modules.get(name) is not module
            ),
            *chain.from_iterable(space.changes() for space in self._spaces),
            *self._rewritten(),
            *("html.entities.html5" for _ in [0] if [*map(len, self._tables)] != self._sizes),
        ]
        fresh = {name: module for name, module in _modules().items() if name not in self._modules}
        found += chain.from_iterable(_strangers(name, fresh[name]) for name in fresh)
        if not found:
            self._refresh(fresh)
        return found[:_MOST_NAMED]

    def _rewritten(self) -> Iterable[str]:
        """Yield the functions whose code or defaults were exchanged."""
        pairs = (
            (self._functions, self._codes, _code_of),
            (self._callees, self._defaults, _defaults_of),
            (self._callees, self._keywords, _keywords_of),
        )
        for functions, before, part in pairs:
            for function, known in zip(functions, before, strict=True):
                if part(function) is not known:
                    yield f"{function.__module__}.{function.__qualname__}"

    def _refresh(self, fresh: dict[str, Any]) -> None:
        """Go on with the members that were added, and with modules that are new."""
        for space in self._spaces:
            if not space.is_same():
                space.before = dict(space.now)
        self._adopt(fresh)

    def _adopt(self, modules: Mapping[str, Any]) -> None:
        self._modules.update(modules)
        for name, module in modules.items():
            if type(module) is not _Module:
                continue
            strict = name in _STRICT or name.startswith("pybridge.")
            self._watch(module, _Space(name, vars(module), strict, vars(module)))
            for value in [*vars(module).values()]:
                if isinstance(value, type) and _is_open(value) and value.__module__ == name:
                    inside = f"{name}.{value.__name__}"
                    self._watch(value, _Space(inside, vars(value), strict, {}))
        for name, member in (*_CONTAINERS, *_INSTANCES):
            value = getattr(modules.get(name), member, None)
            table = getattr(value, "__dict__", value)
            if isinstance(table, dict):
                self._watch(table, _Space(f"{name}.{member}", table, True, {}))
        html5 = getattr(modules.get("html.entities"), "html5", None)
        if html5 is not None:  # too large to compare
            self._tables.append(html5)
            self._sizes.append(len(html5))
        # Views of the living members; the end is one of them, so that a missing or added one is found.
        self._views = [*(space.now.values() for space in self._spaces), (_ABSENT,)]
        self._values = [*chain.from_iterable(self._views)]
        self._count = len(sys.modules)

    def _watch(self, owner: object, space: _Space) -> None:
        if id(owner) in self._known:
            return
        self._known.add(id(owner))
        self._spaces.append(space)
        if space.name.partition(".")[0] in _CLOSELY:
            for value in space.before.values():
                if type(value) is _Function and id(value) not in self._known:
                    self._known.add(id(value))
                    self._look_into(value)

    def _look_into(self, function: Any) -> None:
        self._functions.append(function)
        self._codes.append(function.__code__)
        if not function.__module__.startswith("pybridge."):
            self._callees.append(function)
            self._defaults.append(function.__defaults__)
            self._keywords.append(function.__kwdefaults__)


class _Space:
    """The members of a module, class or table, now and before."""

    __slots__ = ("before", "is_lazy", "is_strict", "name", "now")

    def __init__(self, name: str, now: Space, is_strict: bool, module: Space) -> None:
        self.name = name
        self.now = now
        self.before = dict(now)
        self.is_strict = is_strict
        """Whether any change matters."""
        self.is_lazy = "__getattr__" in module and not is_strict
        """Whether it makes members when they are first asked for."""

    def is_same(self) -> bool:
        """Whether every member is the same object as before."""
        now, before = self.now, self.before
        return len(now) == len(before) and all(map(is_, now.values(), before.values()))

    def changes(self) -> Iterable[str]:
        """Yield the full names of the members whose change matters."""
        if self.is_same():
            return
        free = _FREE.get(self.name, _CACHED)
        now, before = self.now, self.before
        for member in {**before, **now}:
            old, new = before.get(member, _ABSENT), now.get(member, _ABSENT)
            if old is new or member in free or member in _CACHED:
                continue
            if self._matters(member, old, new):
                yield f"{self.name}.{member}"

    def _matters(self, member: str, old: object, new: object) -> bool:
        if self.name != "builtins" and (old is _ABSENT or old is None) and _is_imported(new):
            return False
        if self.is_strict or new is _ABSENT:
            return True
        if old is None and member.startswith("_") and type(new) in _CALLED:
            return _is_of_script(new)  # else the library's own, fetched when it was needed
        if old is _ABSENT and self.is_lazy:
            return False
        return not member.startswith("_") or _does(old) or _does(new)


def _is_imported(value: object) -> bool:
    """Whether a value is a module of the standard library, imported when it was needed."""
    name = vars(value).get("__name__") if type(value) is _Module else None
    return type(name) is str and name.partition(".")[0] in sys.stdlib_module_names


def _does(value: object) -> bool:
    """Whether a value is something that acts, and not only a datum."""
    return callable(value) or hasattr(type(value), "__get__")


def _is_open(kind: type) -> bool:
    """Whether a class can be changed at all."""
    return bool(kind.__flags__ & _HEAP) and not kind.__flags__ & _IMMUTABLE


def _modules() -> dict[str, Any]:
    return {
        name: module
        for name, module in [*sys.modules.items()]
        if _is_watched(name) and module is not None
    }


def _is_watched(name: str) -> bool:
    if name in _PRIVATE:
        return True
    root = name.partition(".")[0]
    if root == "pybridge":
        return name.startswith("pybridge.macros.")
    known = root in sys.stdlib_module_names and root not in _UNWATCHED
    return known and not name.startswith("_") and name not in _PSEUDO


def _strangers(name: str, module: Any) -> Iterable[str]:
    """Yield what in a module that was imported just now is a script's, if not the module itself."""
    if type(module) is not _Module:
        yield f"sys.modules[{name!r}]"
        return
    spaces: list[tuple[str, Space]] = [(name, vars(module))]
    for value in vars(module).values():
        if isinstance(value, type) and _is_open(value) and value.__module__ == name:
            spaces.append((f"{name}.{value.__name__}", vars(value)))
    for inside, space in spaces:
        for member, value in space.items():
            if _is_of_script(value):
                yield f"{inside}.{member}"


def _is_of_script(value: object) -> bool:
    if type(value) in (classmethod, staticmethod):
        value = value.__func__  # type: ignore[attr-defined]
    elif type(value) is property:
        value = value.fget
    home = value.__globals__.get("__name__") if type(value) is _Function else None
    return type(home) is str and (home.startswith("script.") or home == "__main__")
