"""The elements that are open while HTML is read. The same rules: web_worker/host/html/open_elements.js."""

from __future__ import annotations

from collections.abc import Set

_LIMITS = frozenset({"caption", "table", "td", "th"})
"""End tags inside of one of them end nothing around it."""


class TooDeep(Exception):
    """More elements are open at once than the policy's bound."""


class OpenElements:
    """A stack that knows where each name is: every question takes the same time, however deep it is."""

    def __init__(self, most: int) -> None:
        """Start empty, for *most* elements."""
        self.names: list[str] = []
        self._most = most
        self._places: dict[str, list[int]] = {}
        self._limits: list[int] = []

    def push(self, name: str) -> None:
        """Open an element.

        Raises:
            TooDeep: there are too many.
        """
        place = len(self.names)
        if place >= self._most:
            raise TooDeep
        self.names.append(name)
        self._places.setdefault(name, []).append(place)
        if name in _LIMITS:
            self._limits.append(place)

    def pop(self) -> str:
        """Close the innermost element."""
        name = self.names.pop()
        self._places[name].pop()
        if name in _LIMITS:
            self._limits.pop()
        return name

    def place(self, name: str) -> int:
        """Return where the innermost element of this name is, -1 if none is open."""
        places = self._places.get(name)
        return places[-1] if places else -1

    def innermost(self, names: Set[str]) -> int:
        """Return where the innermost element with one of these names is, -1 if none is open."""
        return max(map(self.place, names))

    def in_scope(self, name: str) -> int:
        """Return where the innermost element of this name is, -1 if none is in the same table cell."""
        place = self.place(name)
        return place if place >= self.limit else -1

    @property
    def limit(self) -> int:
        """Where the innermost table, cell or caption is, 0 outside of all."""
        return self._limits[-1] if self._limits else 0

    @property
    def current(self) -> str:
        """The innermost element, "" if none is open."""
        return self.names[-1] if self.names else ""
