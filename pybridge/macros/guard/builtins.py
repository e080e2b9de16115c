"""Puts the built-in functions back the moment a script's code has ended: the engine itself lives on them.

Nothing in `put_back` may look a built-in function up: it could be the script's by then.
"""

from __future__ import annotations

import builtins

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ABSENT = object()
_FREE = "_"
"""What gettext puts there."""


class Builtins:
    """The built-in functions as they were before scripts ran."""

    __slots__ = ("_before", "_now", "_size", "changed")

    def __init__(self) -> None:
        self._now: dict[str, Any] = vars(builtins)
        self._before: dict[str, Any] = {}
        self._size = 0
        self.changed: list[str] = []
        """Full names of what was another thing after a script, since the last verdict."""

    def note(self) -> None:
        """Take what there is as what there should be."""
        self._before = {name: value for name, value in self._now.items() if name != _FREE}
        self._size = len(self._before)

    def put_back(self) -> None:
        """Make each of them what it was, and take away what was added."""
        now, absent = self._now, _ABSENT
        get = now.get
        for name, value in self._before.items():
            if get(name, absent) is not value:
                now[name] = value
                self.changed.append(f"builtins.{name}")
        if now.__len__() > self._size:
            self._take_away(now)

    def _take_away(self, now: dict[str, Any]) -> None:
        for name in [*now]:
            if name != _FREE and name not in self._before:
                del now[name]
                self.changed.append(f"builtins.{name}")
