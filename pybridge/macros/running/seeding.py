"""`env.seed`: one call's own sequence of random numbers."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Seeded:
    """Makes random numbers repeatable for the length of a `with` block; the state before is restored.

    `random` continues from the seed. What asks the system for randomness, `uuid4` and `secrets`, gets
    a second sequence of the same seed.
    """

    __slots__ = ("_seed", "_state", "_system")

    def __init__(self, seed: int | float | str) -> None:
        """Take a seed; a whole number counts as such even where JSON made a float of it."""
        self._seed = int(seed) if isinstance(seed, float) else seed

    def __enter__(self) -> None:
        import random

        self._state = random.getstate()
        self._system = os.urandom
        random.seed(self._seed)
        self._lend(random.Random(f"system {self._seed}").randbytes)

    def __exit__(self, *_: Any) -> None:
        import random

        self._lend(self._system)
        try:
            random.setstate(self._state)
        except Exception:  # a script changed the module; only its own numbers suffer
            random.seed()

    def _lend(self, system: Any) -> None:
        import random

        # SystemRandom, and with it secrets, has its own name for the same function.
        os.urandom = random._urandom = system  # type: ignore[attr-defined]
