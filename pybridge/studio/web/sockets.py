"""Connections of the studio's server: few at a time, and none that waits for ever.

Any program of this machine can open connections. Those that belong to no session make room for new
ones, oldest first; so they cannot keep the page from its server.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

TRUST = "trust_connection"
"""The key in a request's state of a function that marks its connection as one of a session."""


@dataclass(frozen=True)
class Bounds:
    """How many connections, and how long they may take."""

    connections: int = 128
    head_s: float = 10.0
    """Seconds from the first byte of a request to the end of its headers."""
    body_s: float = 60.0
    """Seconds for the rest of a request, whether it is read or not."""


class Connections:
    """The open connections of one server, for its event loop's thread."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self._open: dict[BoundedProtocol, bool] = {}
        """In the order they were opened; whether each belongs to a session."""

    def protocol(self, **arguments: Any) -> BoundedProtocol:
        """Return the protocol of a new connection, as uvicorn asks for it."""
        return BoundedProtocol(self, **arguments)

    def add(self, connection: BoundedProtocol) -> None:
        """Add a new connection; end another one if there are too many."""
        if len(self._open) >= self.bounds.connections:
            self._oldest().abort()
        self._open[connection] = False

    def _oldest(self) -> BoundedProtocol:
        """Return the oldest connection without a session; the oldest of all if each has one."""
        of_none = (each for each, is_trusted in self._open.items() if not is_trusted)
        return next(of_none, None) or next(iter(self._open))

    def trust(self, connection: BoundedProtocol) -> None:
        """Note that a connection belongs to a session."""
        if connection in self._open:
            self._open[connection] = True

    def discard(self, connection: BoundedProtocol) -> None:
        """Forget a connection that has ended."""
        self._open.pop(connection, None)


class BoundedProtocol(H11Protocol):
    """One connection, with a deadline for each part of a request."""

    def __init__(self, connections: Connections, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._all = connections
        self._part: object = None
        self._deadline: asyncio.TimerHandle | None = None
        self.app_state = {**self.app_state, TRUST: partial(connections.trust, self)}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin: the first request has to come."""
        super().connection_made(transport)
        self._all.add(self)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Read; bytes that finish no part of a request do not extend its deadline."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """End an answer; the next request may begin."""
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        super().connection_lost(exc)
        self._all.discard(self)
        self._stop()

    def abort(self) -> None:
        """End at once; what was not sent is lost."""
        self._all.discard(self)
        self.transport.abort()

    def _watch(self) -> None:
        """Start the deadline of the part that is awaited, unless it runs."""
        state = self.conn.their_state
        part = (state, self.cycle)
        if part == self._part:
            return
        self._part = part
        self._stop()
        bounds = self._all.bounds
        seconds = {h11.IDLE: bounds.head_s, h11.SEND_BODY: bounds.body_s}.get(state)
        if seconds is not None and not self.transport.is_closing():
            self._deadline = self.loop.call_later(seconds, self.abort)

    def _stop(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
