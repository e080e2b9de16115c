"""The process that holds the interpreters of one engine, as the supervision's channels: one for each interpreter."""

from __future__ import annotations

import time
from collections.abc import Callable

from pybridge.engines.supervision.channel import Channel, WorkerLost
from pybridge.engines.supervision.child_process import ChildProcess

_ENDS, _MORE, _PRINTED, _LOST = ".", "+", ",", "!"
"""Marks of a line; see `child`."""


class InterpreterChannel:
    """The channel to one interpreter; only one of a host is used at a time."""

    def __init__(self, process: ChildProcess, number: int) -> None:
        """Make the interpreter.

        Raises:
            WorkerLost: when the process has ended.
        """
        self._process = process
        self._number = number
        self._lost: WorkerLost | None = None
        self._is_busy = False
        self._is_ended = False
        process.send(f"{number} +")

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def is_gone(self) -> bool:
        """Whether it ended because its process did, for something that it had no part in."""
        return not self._is_busy and not self._process.is_running

    def send(self, text: str) -> None:
        """Send one message."""
        if self._lost is not None:
            raise self._lost
        self._is_busy = True
        self._process.send(f"{self._number} {text}")

    def receive(self, timeout_s: float) -> str:
        """Return the next message."""
        ends = time.monotonic() + timeout_s
        while self._lost is None:
            line = self._process.receive(max(ends - time.monotonic(), 0))
            message = self._taken(line)
            if message:
                return message
        raise self._lost

    def interrupt(self) -> None:
        """End the process, so that `receive` raises: an interpreter at work cannot be ended alone."""
        self._process.interrupt()

    def kill(self) -> None:
        """End the interpreter: alone, unless it is at work."""
        if self._is_ended:
            return
        self._is_ended = True
        if self._is_busy:
            self._process.kill()
        elif self._lost is None and self._process.is_running:
            try:
                self._process.send(f"{self._number} -")
            except WorkerLost:
                self._process.kill()

    def _taken(self, line: str) -> str:
        """Return the message in a line; empty if there is none for this interpreter."""
        head = str(self._number)
        if not line.startswith(head) or line[len(head) : len(head) + 1].isdigit():
            return ""  # what an interpreter that was given up replied in the end
        mark, message = line[len(head) : len(head) + 1], line[len(head) + 1 :]
        self._is_busy = mark in (_MORE, _PRINTED)
        if mark == _LOST:
            self._lost = WorkerLost("crash", f"the interpreter ended: {message}")
        return "" if mark == _LOST else message


class InterpreterHost:
    """Starts the process when it is needed, and again after it was killed."""

    def __init__(self, start: Callable[[], ChildProcess]) -> None:
        self._start = start
        self._process: ChildProcess | None = None
        self._count = 0

    def spawn(self) -> Channel:
        """Make an interpreter.

        Raises:
            WorkerLost: when the process cannot be started.
        """
        if self._process is not None and not self._process.is_running:
            self.close()
        if self._process is None:
            self._process = self._start()
        self._count += 1
        return InterpreterChannel(self._process, self._count)

    def close(self) -> None:
        """End the process and with it all interpreters."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()


def is_gone(channel: Channel) -> bool:
    """Return whether a channel's interpreter ended for something that it had no part in."""
    return isinstance(channel, InterpreterChannel) and channel.is_gone
