"""The limits of one item that the engine itself enforces."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Limits:
    """The limits of limits.v1 that concern the engine; the host enforces the others."""

    __slots__ = (
        "batch_items",
        "input_bytes",
        "input_depth",
        "output_bytes",
        "output_depth",
        "stdout_bytes",
    )

    def __init__(self) -> None:
        self.input_bytes = 16 * 1024 * 1024
        """Bytes of one call, or of one document with its data."""
        self.input_depth = 64
        """Levels of nesting in a call or document, and of paired macros in one another."""
        self.output_bytes = 4 * 1024 * 1024
        """Bytes of one result."""
        self.output_depth = 64
        """Levels of nesting in a result."""
        self.stdout_bytes = 256 * 1024
        """Bytes of both output streams together, for one item or run."""
        self.batch_items = 200_000
        """Items of one batch."""

    def lowered(self, asked: Mapping[str, Any]) -> Limits:
        """Return the limits for a script that asks for lower ones; it cannot raise them."""
        own = Limits()
        for name in self.__slots__:
            wanted = asked.get(_camel(name))
            limit = getattr(self, name)
            setattr(own, name, limit if wanted is None else min(int(wanted), limit))
        return own

    def update(self, limits: Mapping[str, Any]) -> str | None:
        """Set the known ones of *limits*; return the name of one that is not a valid number."""
        known = {_camel(name): name for name in self.__slots__}
        for key, value in limits.items():
            if key in known and (type(value) is not int or value < 0):
                return key
        for key, name in known.items():
            if key in limits:
                setattr(self, name, limits[key])
        return None


def _camel(name: str) -> str:
    first, _, second = name.partition("_")
    return first + second.capitalize()
