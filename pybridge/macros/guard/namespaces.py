"""Functions and classes of scripts and helpers: a script may replace its own, but not another's."""

from __future__ import annotations

from operator import is_

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_Function = type(lambda: None)


class Namespaces:
    """The members of scripts' namespaces after their bodies ran, by path or module name."""

    __slots__ = ("_members", "_unwatched")

    def __init__(self) -> None:
        self._members: dict[str, tuple[Mapping[str, Any], dict[str, Any], list[Any]]] = {}
        self._unwatched: set[str] = set()

    def note(self, name: str, space: Mapping[str, Any]) -> None:
        """Record the functions and classes in *space*, the namespace *name*."""
        known = self._members.get(name)
        if name in self._unwatched or (known is not None and known[0] is space):
            return
        members = {
            member: value
            for member, value in space.items()
            if type(value) is _Function or isinstance(value, type)
        }
        self._members[name] = space, members, [*map(_code, members.values())]

    def changes(self, own: str | None) -> list[str]:
        """Return the functions and classes that were replaced.

        A script may replace its own: if *own* did, its namespace is not compared from then on.
        """
        found = []
        for path, (space, members, codes) in [*self._members.items()]:
            if all(map(is_, map(space.get, members), members.values())) and all(
                map(is_, map(_code, members.values()), codes)
            ):
                continue
            if path == own:
                self._unwatched.add(path)
                del self._members[path]
                continue
            found += [
                f"{path}: {name}"
                for (name, value), code in zip(members.items(), codes, strict=True)
                if space.get(name) is not value or _code(value) is not code
            ]
        return found


def _code(value: Any) -> Any:
    return value.__code__ if type(value) is _Function else None
