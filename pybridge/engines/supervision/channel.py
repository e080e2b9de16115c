"""The seam between the supervisor and a worker: text lines, a deadline, a kill."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

LossCode = Literal["timeout", "crash", "memory", "capability"]


class WorkerLost(Exception):
    """The worker is gone, or must go; the code says what the item it ran is charged with."""

    def __init__(self, code: LossCode, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


class Contaminated(WorkerLost):
    """The worker must go: a script changed what others in it rely on."""

    def __init__(self, what: Sequence[str], script: str | None) -> None:
        shown = ", ".join(what[:3])
        super().__init__("capability", f"it changed {shown}, which other scripts rely on")
        self.script = script
        """Path of the script where it ran alone, its outcome being right; None where several ran."""


class Channel(Protocol):
    """A running worker that speaks the engine's wire, one JSON text per message."""

    def send(self, text: str) -> None:
        """Send one message.

        Raises:
            WorkerLost: when the worker is dead.
        """
        ...

    def receive(self, timeout_s: float) -> str:
        """Return the next message.

        Raises:
            TimeoutError: when none comes within *timeout_s* seconds.
            WorkerLost: when the worker is dead.
        """
        ...

    def kill(self) -> None:
        """End the worker at once and free what it held; may be called again."""
        ...


Spawn = Callable[[], Channel]
"""Starts a worker; called again after each loss."""
