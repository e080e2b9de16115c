"""`env.seed`: one call's own sequence of random numbers."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Seeded:
    """Seeds `random` for the length of a `with` block; its state before is restored behind it."""

    __slots__ = ("_seed", "_state")

    def __init__(self, seed: int | float | str) -> None:
        """Take a seed; a whole number counts as such even where JSON made a float of it."""
        self._seed = int(seed) if isinstance(seed, float) else seed

    def __enter__(self) -> None:
        import random

        self._state = random.getstate()
        random.seed(self._seed)

    def __exit__(self, *_: Any) -> None:
        import random

        try:
            random.setstate(self._state)
        except Exception:  # a script tampered with the module: it harms itself
            random.seed()
