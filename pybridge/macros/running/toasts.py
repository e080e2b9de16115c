"""`toast(message)`: the short notes that transforms have for the author."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_PER_SCRIPT = 5
MOST = 20
LONGEST = 300
"""Code points; longer ones are cut."""


class Toasts:
    """Collects the notes of one transform after the other."""

    __slots__ = ("_kept", "_pending")

    def __init__(self) -> None:
        self._kept: list[str] = []
        self._pending: list[str] = []

    def add(self, message: object = "") -> None:
        """Note *message*, a text or anything that has one; empty and surplus ones are dropped."""
        text = str.strip(message if isinstance(message, str) else str(message))
        if text and len(self._pending) < MOST_PER_SCRIPT:
            self._pending.append(text[:LONGEST].encode("utf-8", "replace").decode("utf-8"))

    def begin(self) -> None:
        """Drop the notes since the last `keep`."""
        self._pending = []

    def keep(self) -> None:
        """Keep the notes of the current script, up to the limit."""
        self._kept += self._pending[: MOST - len(self._kept)]
        self._pending = []

    def take(self) -> Sequence[str]:
        """Return the kept notes and start again."""
        kept, self._kept, self._pending = self._kept, [], []
        return kept
