"""Caches of the standard library: a script could leave wrong entries there, which other scripts would get.

The patterns in those of `re` are compiled again, once each; the others are emptied. `re` keeps most patterns in two
caches under the same keys: what was compiled for one of them stands for both.
"""

from __future__ import annotations

import functools
import sys

from pybridge.macros.guard.stdlib import is_watched

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PATTERNS = ("_cache", "_cache2")
_LONGEST = 2000
"""Characters of a pattern that is kept; compiling a longer one again takes long."""
_MOST_KNOWN = 2000

_Wrapper: Any = type(functools.lru_cache(len))


class Caches:
    """The caches of the modules that are loaded."""

    __slots__ = ("_dates", "_dicts", "_flags", "_known", "_module_count", "_wrappers")

    def __init__(self) -> None:
        self._dates: dict[str, str] = {}
        self._known: dict[tuple[Any, ...], Any] = {}
        self._dicts: dict[str, dict[Any, Any]] = {}
        self._flags: tuple[type, ...] = (int,)
        """Types of the flags in a key: `re.sub` of newer versions of Python has one for flags that are not given."""
        self._wrappers: list[Any] = []
        self._module_count = 0

    def note(self) -> None:
        """Find the caches, where modules were imported since.

        Patterns that are there the first time, before a watched script ran, are known to be right.
        """
        if self._module_count == len(sys.modules):
            return
        is_first, self._module_count = not self._module_count, len(sys.modules)
        space = getattr(sys.modules.get("re"), "__dict__", {})
        if is_first and type(not_given := space.get("_ZeroSentinel")) is type:
            self._flags = int, not_given
        for name in _PATTERNS:
            cache = space.get(name)
            if type(cache) is not dict:
                continue
            self._dicts.setdefault(name, cache)
            if is_first:
                self._known.update((key, cache[key]) for key in cache if self._is_plain(key))
        self._wrappers = [
            value
            for name, module in [*sys.modules.items()]
            if is_watched(name) and type(module) is type(sys)
            for value in vars(module).values()
            if type(value) is _Wrapper
        ]

    def put_back(self) -> list[str]:
        """Empty or correct the caches; return the names of those that held something wrong."""
        for wrapper in self._wrappers:
            wrapper.cache_clear()
        wrong = [*self._correct_patterns(), *self._correct_dates()]
        self.note()
        return wrong

    def _correct_patterns(self) -> list[str]:
        space = getattr(sys.modules.get("re"), "__dict__", {})
        wrong = []
        for name in _PATTERNS:
            if name not in space:
                continue
            cache = space[name]
            own = self._dicts.get(name, cache)
            if cache is not own or type(cache) is not dict:
                space[name] = own if type(own) is dict else {}
                wrong.append(f"re.{name}")
            elif not self._is_known(cache) and not self._correct(cache, space):
                wrong.append(f"re.{name}")
        return wrong

    def _correct_dates(self) -> list[str]:
        """Empty the patterns of `strptime`, and compare the parts that they are made of."""
        space = getattr(sys.modules.get("_strptime"), "__dict__", {})
        parts = space.get("_TimeRE_cache")
        if parts is None:
            return []
        space["_regex_cache"] = {}
        if not self._dates:
            self._dates.update(space["TimeRE"]())
        if type(parts) is space["TimeRE"] and dict(parts) == self._dates:
            return []
        space["_TimeRE_cache"] = space["TimeRE"]()
        return ["_strptime._TimeRE_cache"]

    def _is_known(self, cache: dict[Any, Any]) -> bool:
        """Whether every entry was seen before: keys that a script made are not compared with any."""
        known = self._known
        return all(
            self._is_plain(key) and known.get(key) is value for key, value in [*cache.items()]
        )

    def _is_plain(self, key: Any) -> bool:
        """Whether it is a key as `re` makes them: type, pattern and flags."""
        if type(key) is not tuple or len(key) != 3:
            return False
        kind, pattern, flags = key
        return (
            (kind is str or kind is bytes) and type(pattern) is kind and type(flags) in self._flags
        )

    def _correct(self, cache: dict[Any, Any], space: dict[str, Any]) -> bool:
        """Replace the entries by patterns that were compiled here; return whether all were right."""
        good, is_right = {}, True
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        for key, value in [*cache.items()]:
            if not self._is_plain(key):
                is_right = False
            elif key in self._known or len(key[1]) <= _LONGEST:
                own = self._known.get(key) or _compiled(key, space)
                is_right = is_right and own is not None and (own is value or _is_same(own, value))
                if own is not None:
                    good[key] = self._known[key] = own
        cache.clear()
        cache.update(good)
        return is_right


def _compiled(key: tuple[Any, ...], space: dict[str, Any]) -> Any:
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return space["_compiler"].compile(key[1], key[2])
    except Exception:  # it was never compiled, or took more memory than there is now
        return None


def _is_same(fresh: Any, value: Any) -> bool:
    return (
        type(value) is type(fresh)
        and type(value.pattern) is type(fresh.pattern)
        and fresh == value
        and fresh.groups == value.groups
        and dict(fresh.groupindex) == dict(value.groupindex)
    )
