"""One worker after another: starts it, speaks with it, replaces it when it is lost."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pybridge.engines.channel import Channel, Spawn, WorkerLost
from pybridge.engines.limits import Limits
from pybridge.engines.protocol import JsonObject, Script
from pybridge.errors import BootFailed, RemoteError

SLICE_MS = 10
GRACE_S = 0.25
"""Seconds on top of a deadline, for the way of the messages and the slice's other items."""
MOST_FAILED_STARTS = 3
"""Workers in a row that die before they are ready."""

_LAST_OF = {"loaded", "limited", "checked", "ran", "cancelled", "pong"}


class Worker:
    """The current worker, and what the next one must be told."""

    def __init__(self, name: str, spawn: Spawn, limits: Limits) -> None:
        self._name = name
        self._spawn = spawn
        self._limits = limits
        self._channel: Channel | None = None
        self._loaded: dict[str, Script] = {}
        self._last_id = 0
        self.losses = 0
        """Workers that were lost so far."""

    def start(self) -> None:
        """Start a worker unless one runs.

        Raises:
            BootFailed: when several in a row do not come up.
        """
        failures: list[str] = []
        while self._channel is None:
            try:
                self._start_one()
            except WorkerLost as lost:
                failures.append(lost.message)
                if len(failures) == MOST_FAILED_STARTS:
                    raise BootFailed(self._name, failures[-1]) from lost

    def load(self, scripts: Sequence[Script], timeout_s: float) -> list[JsonObject]:
        """Load scripts, now and after each replacement.

        Raises:
            WorkerLost: when that kills the worker; the next one is not told of these scripts.
        """
        [reply] = self.exchange({"kind": "load", **_sources(scripts)}, timeout_s)
        self._loaded.update((script.path, script) for script in scripts)
        return list(reply["scripts"])

    def exchange(
        self,
        message: Mapping[str, Any] | str,
        timeout_s: float,
        *,
        whole_s: float | None = None,
        handling_s: float = 0,
    ) -> Iterator[JsonObject]:
        """Send a message and yield the replies to it, until the last one.

        Args:
            message: The message without its id; a text holds the members without the braces.
            timeout_s: Seconds for each reply.
            whole_s: Seconds for all of them.
            handling_s: Seconds on top for what is no script's doing, such as reading much text.

        Raises:
            WorkerLost: when the worker dies or a deadline passes; it is gone then.
            RemoteError: when the worker refuses the message.
        """
        self.start()
        yield from self._exchange(message, timeout_s, whole_s, handling_s)

    def stop(self) -> None:
        """End the worker; the next message starts another."""
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.kill()

    def _start_one(self) -> None:
        self._channel = self._spawn()
        limits = {"kind": "limits", "limits": self._limits.to_json()}
        list(self._exchange(limits, self._limits.boot_s))
        if self._loaded:
            scripts = _sources(list(self._loaded.values()))
            list(self._exchange({"kind": "load", **scripts}, self._limits.boot_s))

    def _exchange(
        self,
        message: Mapping[str, Any] | str,
        timeout_s: float,
        whole_s: float | None = None,
        handling_s: float = 0,
    ) -> Iterator[JsonObject]:
        settled = False
        try:
            number = self._send(message)
            end = None if whole_s is None else time.monotonic() + whole_s
            while not settled:
                left = timeout_s + handling_s
                left = left if end is None else min(left, end - time.monotonic())
                reply = self._receive(number, left, whole_s or timeout_s)
                settled = reply["kind"] in _LAST_OF or reply.get("done") is True
                yield reply
        except WorkerLost:
            self.losses += 1
            raise
        except RemoteError:
            settled = True
            raise
        finally:
            if not settled:
                self.stop()  # a job nobody waits for is under way

    def _send(self, message: Mapping[str, Any] | str) -> int:
        self._last_id += 1
        text = message if isinstance(message, str) else json.dumps(message, allow_nan=False)[1:-1]
        if self._channel is None:
            raise WorkerLost("crash", "the worker is gone")
        self._channel.send(f'{{"id":{self._last_id},{text}}}')
        return self._last_id

    def _receive(self, number: int, timeout_s: float, said_s: float) -> JsonObject:
        if self._channel is None:
            raise WorkerLost("crash", "the worker is gone")
        try:
            text = self._channel.receive(max(timeout_s, 0) + GRACE_S)
        except TimeoutError:
            raise WorkerLost("timeout", f"took longer than {said_s:g} s") from None
        return _reply(text, number)


def _reply(text: str, number: int) -> JsonObject:
    try:
        reply = json.loads(text)
        kind, answers = reply["kind"], reply["id"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise WorkerLost("crash", "the worker sent something that is no message") from error
    if kind == "refused":
        raise RemoteError(reply["error"])
    if answers != number:
        raise WorkerLost("crash", "the worker answered another message")
    return dict(reply)


def _sources(scripts: Sequence[Script]) -> JsonObject:
    return {"scripts": [script.to_json() for script in scripts]}
