"""A worker that says what it is made to say."""

from __future__ import annotations


class SayingWorker:
    """Takes any message, and answers each with one text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def send(self, text: str) -> None:
        """Take anything."""

    def receive(self, timeout_s: float) -> str:
        """Answer at once."""
        return self._text

    def interrupt(self) -> None:
        self.kill()

    def kill(self) -> None:
        """Nothing to end."""
