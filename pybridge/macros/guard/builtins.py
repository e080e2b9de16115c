"""Restores the built-in functions as soon as a script's code has ended: the engine itself uses them.

`put_back` must not look up a built-in function: a script may have replaced it.
"""

from __future__ import annotations

import builtins

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ABSENT = object()
_FREE = "_"
"""The function that gettext installs."""


class Builtins:
    """The built-in functions as they were before scripts ran."""

    __slots__ = ("_before", "_now", "_size", "changed")

    def __init__(self) -> None:
        self._now: dict[str, Any] = vars(builtins)
        self._before: dict[str, Any] = {}
        self._size = 0
        self.changed: list[str] = []
        """Full names of the built-ins that scripts changed since the last verdict."""

    def note(self) -> None:
        """Record the current built-ins."""
        self._before = {name: value for name, value in self._now.items() if name != _FREE}
        self._size = len(self._before)

    def put_back(self) -> None:
        """Restore each built-in and remove those that were added."""
        now, absent = self._now, _ABSENT
        get = now.get
        for name, value in self._before.items():
            if get(name, absent) is not value:
                now[name] = value
                self.changed.append(f"builtins.{name}")
        if now.__len__() > self._size:
            self._remove_added(now)

    def _remove_added(self, now: dict[str, Any]) -> None:
        for name in [*now]:
            if name != _FREE and name not in self._before:
                del now[name]
                self.changed.append(f"builtins.{name}")
