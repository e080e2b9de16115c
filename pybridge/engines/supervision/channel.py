"""The interface between the supervisor and a worker: text lines, a deadline, a kill."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from pybridge.engines.protocol import JsonObject

LossCode = Literal["timeout", "crash", "memory", "capability"]


class WorkerLost(Exception):
    """The worker has ended, or must be ended; *code* and *message* are the error of the item it ran."""

    def __init__(self, code: LossCode, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    @property
    def error(self) -> JsonObject:
        """The loss as error.v1."""
        return {"code": self.code, "message": self.message}


class Contaminated(WorkerLost):
    """The worker must be ended: a script changed objects that other scripts rely on."""

    def __init__(self, what: Sequence[str], script: str | None) -> None:
        shown = ", ".join(what[:3])
        super().__init__("capability", f"it changed {shown}, which other scripts rely on")
        self.script = script
        """Path of the script if it ran alone, its outcome being right; None if several ran."""


class Channel(Protocol):
    """A running worker that speaks the engine's protocol, one JSON text per message."""

    def send(self, text: str) -> None:
        """Send one message.

        Raises:
            WorkerLost: when the worker has ended.
        """
        ...

    def receive(self, timeout_s: float) -> str:
        """Return the next message.

        Raises:
            TimeoutError: when none comes within *timeout_s* seconds.
            WorkerLost: when the worker has ended.
        """
        ...

    def interrupt(self) -> None:
        """End the worker, so that `receive` raises; another thread may call this."""
        ...

    def kill(self) -> None:
        """End the worker at once and free its resources; may be called again."""
        ...


Spawn = Callable[[], Channel]
"""Starts a worker; called again after each loss."""

IsGone = Callable[[Channel], bool]
"""Returns whether a worker that was not at work ended with another one; it is replaced, and nobody is charged."""
