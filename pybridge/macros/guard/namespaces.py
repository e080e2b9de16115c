"""Functions and classes of scripts and helpers: a script may exchange its own, not another's."""

from __future__ import annotations

from operator import is_

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_Function = type(lambda: None)


class Namespaces:
    """What the namespaces of scripts held once their bodies had run, by path or module name."""

    __slots__ = ("_members", "_restless")

    def __init__(self) -> None:
        self._members: dict[str, tuple[Mapping[str, Any], dict[str, Any], list[Any]]] = {}
        self._restless: set[str] = set()

    def note(self, home: str, space: Mapping[str, Any]) -> None:
        """Remember the functions and classes in *space*."""
        known = self._members.get(home)
        if home in self._restless or (known is not None and known[0] is space):
            return
        members = {
            name: value
            for name, value in space.items()
            if type(value) is _Function or isinstance(value, type)
        }
        self._members[home] = space, members, [*map(_code, members.values())]

    def changes(self, own: str | None) -> list[str]:
        """Return what was exchanged, but for what the script *own* may do: it is not watched any more."""
        found = []
        for home, (space, members, codes) in [*self._members.items()]:
            if all(map(is_, map(space.get, members), members.values())) and all(
                map(is_, map(_code, members.values()), codes)
            ):
                continue
            if home == own:
                self._restless.add(home)
                del self._members[home]
                continue
            found += [
                f"{home}: {name}"
                for (name, value), code in zip(members.items(), codes, strict=True)
                if space.get(name) is not value or _code(value) is not code
            ]
        return found


def _code(value: Any) -> Any:
    return value.__code__ if type(value) is _Function else None
