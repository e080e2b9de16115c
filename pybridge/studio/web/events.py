"""Events of the service as server-sent events; a reader that falls behind is told to look again."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

Event = Mapping[str, Any]
Subscribe = Callable[[Callable[[Event], None]], Callable[[], None]]
"""Takes who listens, gives what ends it."""

_KEPT = 256
_QUIET_S = 15
"""Seconds after which something is said, so that a connection that is gone is noticed."""

LOST = {"jsonrpc": "2.0", "method": "events.lost", "params": {}}


class EventStream:
    """What one browser tab is told; events arrive from any thread."""

    def __init__(self, subscribe: Subscribe) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[Event] = deque()
        self._arrived = asyncio.Event()
        self._unsubscribe = subscribe(self._tell)

    def _tell(self, event: Event) -> None:
        self._loop.call_soon_threadsafe(self._keep, event)

    def _keep(self, event: Event) -> None:
        if len(self._waiting) >= _KEPT:
            self._waiting.clear()
            event = LOST
        self._waiting.append(event)
        self._arrived.set()

    async def texts(self) -> AsyncIterator[str]:
        """Yield each event as a server-sent event, until nobody listens any more."""
        try:
            yield ": here\n\n"
            while True:
                yield await self._next()
        finally:
            self._unsubscribe()

    async def _next(self) -> str:
        try:
            async with asyncio.timeout(_QUIET_S):
                await self._arrived.wait()
        except TimeoutError:
            return ": still here\n\n"
        pieces = [f"data: {json.dumps(event)}\n\n" for event in self._waiting]
        self._waiting.clear()
        self._arrived.clear()
        return "".join(pieces)
