"""Data shared by many macros, of which each gets its own copy.

Small values are copied at once. Large ones – a site's media, say – are copied when a script first
touches them, key by key: most macros never do.
"""

from __future__ import annotations

import marshal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

_SMALL = 4096  # bytes; below, copying costs less than being clever
_pack = marshal.dumps
_unpack = marshal.loads
_SCALARS = (str, int, float, bool, type(None))


class LazyObject(dict):  # type: ignore[type-arg]
    """A dict that holds large values packed, as bytes, until they are asked for.

    JSON knows no bytes, so nothing else can be mistaken for one. To a script it is a plain dict.
    """

    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        value = dict.__getitem__(self, key)
        if type(value) is bytes:
            value = _unpack(value)
            dict.__setitem__(self, key, value)
        return value

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the value under *key*, else *default*."""
        try:
            return self[key]
        except KeyError:
            return default

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """Return the value under *key*, which is *default* if there was none."""
        if key not in self:
            dict.__setitem__(self, key, default)
        return self[key]

    def __iter__(self) -> Any:
        return dict.__iter__(self)  # its mere presence makes dict(self) ask __getitem__

    def __reduce__(self) -> Any:
        return dict, (unpacked(self),)


def unpacked(value: LazyObject) -> dict[str, Any]:
    """Return a plain dict with everything in *value*, its members shared with it."""
    return {key: value[key] for key in value}


def _unpacking(name: str) -> Callable[..., Any]:
    original = getattr(dict, name)

    def method(self: LazyObject, *args: Any, **kwargs: Any) -> Any:
        for key in [*dict.__iter__(self)]:
            self[key]
        return original(self, *args, **kwargs)

    method.__name__ = name
    return method


for _method in (
    "items", "values", "pop", "popitem", "copy", "__eq__", "__ne__", "__or__", "__ror__", "__ior__",
    "__repr__",
):  # fmt: skip
    setattr(LazyObject, _method, _unpacking(_method))


class Shared:
    """A JSON object of which every caller gets a copy of its own."""

    __slots__ = ("_is_flat", "_members")

    def __init__(self, value: Mapping[str, Any]) -> None:
        self._members = {
            key: member if type(member) in _SCALARS else _pack(member)
            for key, member in value.items()
        }
        self._is_flat = bytes not in map(type, self._members.values())

    def copy(self, keys: Iterable[str] | None = None) -> dict[str, Any]:
        """Return a copy of the members under *keys* that exist, by default of all."""
        members = self._members
        if not members or (self._is_flat and keys is None):
            return members.copy()
        wanted = members if keys is None else [key for key in keys if key in members]
        copied = {key: members[key] for key in wanted}
        lazy = False
        for key, member in copied.items():
            if type(member) is bytes:
                if len(member) > _SMALL:
                    lazy = True
                else:
                    copied[key] = _unpack(member)
        return LazyObject(copied) if lazy else copied
