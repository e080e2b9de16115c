"""Events of the service as server-sent events; a slow reader gets `events.lost` instead."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

Event = Mapping[str, Any]
Subscribe = Callable[[Callable[[Event], None]], Callable[[], None]]
"""Takes a listener, returns a function that unsubscribes it."""

_KEPT = 256
_QUIET_S = 15
"""Seconds without events before a comment is sent, which detects a lost connection."""

LOST = {"jsonrpc": "2.0", "method": "events.lost", "params": {}}


class EventStream:
    """The events of one browser tab; they may come from any thread."""

    def __init__(self, subscribe: Subscribe, is_open: Callable[[], bool]) -> None:
        """Begin to keep events.

        Args:
            subscribe: Of the service.
            is_open: Whether the reader may still have them, asked before each message.
        """
        self._is_open = is_open
        self._loop = asyncio.get_running_loop()
        self._pending: deque[Event] = deque()
        self._arrived = asyncio.Event()
        self._unsubscribe = subscribe(self._receive)

    def _receive(self, event: Event) -> None:
        self._loop.call_soon_threadsafe(self._keep, event)

    def _keep(self, event: Event) -> None:
        if len(self._pending) >= _KEPT:
            self._pending.clear()
            event = LOST
        self._pending.append(event)
        self._arrived.set()

    async def texts(self) -> AsyncIterator[str]:
        """Yield each event as a server-sent event until the reader disconnects or its session ends."""
        try:
            yield ": connected\n\n"
            while True:
                text = await self._next()
                if not self._is_open():
                    return
                yield text
        finally:
            self._unsubscribe()

    async def _next(self) -> str:
        try:
            async with asyncio.timeout(_QUIET_S):
                await self._arrived.wait()
        except TimeoutError:
            return ": keep-alive\n\n"
        pieces = [f"data: {json.dumps(event)}\n\n" for event in self._pending]
        self._pending.clear()
        self._arrived.clear()
        return "".join(pieces)
