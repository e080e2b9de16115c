"""A conversation with one worker: requests with deadlines, replies that must fit."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pybridge.engines.protocol import JsonObject, Script
from pybridge.engines.supervision.channel import Channel, Contaminated, LossCode, WorkerLost
from pybridge.errors import RemoteError

GRACE_S = 0.25
"""Seconds on top of a deadline, for the way of the messages and the slice's other items."""

_LAST_OF = {"loaded", "limited", "checked", "ran", "cancelled", "pong"}
_BROKEN: dict[str, LossCode] = {"memory": "memory", "internal": "crash"}
"""What a worker reports that is no good any more, and what that is to the item it ran."""

Message = Mapping[str, Any] | str
"""A message without its id; a text holds the members without the braces."""


Seconds = float | Callable[[], float]
"""Seconds, or what tells them when they are needed."""


class Link:
    """A worker, and what it was told."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.told: dict[str, Script] = {}
        """The scripts it has loaded, by path."""

    def load(self, scripts: Sequence[Script], timeout_s: float) -> list[JsonObject]:
        """Load scripts; return script.v1 of each.

        Raises:
            WorkerLost: when that kills the worker.
        """
        sources = [script.to_json() for script in scripts]
        [reply] = self.exchange({"kind": "load", "scripts": sources}, timeout_s)
        self.told.update((script.path, script) for script in scripts)
        return list(reply["scripts"])

    def exchange(
        self,
        message: Message,
        timeout_s: Seconds,
        *,
        whole_s: float | None = None,
        handling_s: float = 0,
        patience: Patience | None = None,
    ) -> Iterator[JsonObject]:
        """Send a message and yield the replies to it, until the last one.

        Args:
            message: The message.
            timeout_s: Seconds for each reply, asked for again before each if it is a function.
            whole_s: Seconds for all of them.
            handling_s: Seconds on top for what is no script's doing, such as reading much text.
            patience: What to do when a reply takes its time.

        Raises:
            WorkerLost: when the worker dies or a deadline passes.
            Contaminated: when it must go; behind the reply, if that holds.
            RemoteError: when the worker refuses the message.
        """
        number = self._send(message)
        end = None if whole_s is None else time.monotonic() + whole_s
        is_last = False
        while not is_last:
            limit_s = timeout_s() if callable(timeout_s) else timeout_s
            left = limit_s + handling_s
            left = left if end is None else min(left, end - time.monotonic())
            reply = self._receive(number, left, whole_s or limit_s, patience)
            is_last = reply["kind"] in _LAST_OF or reply.get("done") is True
            spoilt = reply.pop("contaminated", None)
            if spoilt is None:
                yield reply
                continue
            if "script" in spoilt:
                yield reply
            raise Contaminated(spoilt["what"], spoilt.get("script"))

    def _send(self, message: Message) -> int:
        # Nobody knows the number before it is in use: no worker can answer a message ahead of it.
        number = secrets.randbelow(2**52) + 1
        text = message if isinstance(message, str) else json.dumps(message, allow_nan=False)[1:-1]
        self.channel.send(f'{{"id":{number},{text}}}')
        return number

    def _receive(
        self, number: int, timeout_s: float, said_s: float, patience: Patience | None
    ) -> JsonObject:
        left = max(timeout_s, 0) + GRACE_S
        try:
            text = patience.receive(self.channel, left) if patience else self.channel.receive(left)
        except TimeoutError:
            raise WorkerLost("timeout", f"took longer than {said_s:g} s") from None
        return _reply(text, number)


class Patience:
    """Waits, and after a while does something useful meanwhile."""

    def __init__(self, seconds: float, meanwhile: Callable[[], None]) -> None:
        self._seconds = seconds
        self._meanwhile = meanwhile

    def receive(self, channel: Channel, timeout_s: float) -> str:
        """Return the next message, as `Channel.receive` does."""
        if timeout_s <= self._seconds:
            return channel.receive(timeout_s)
        started = time.monotonic()
        try:
            return channel.receive(self._seconds)
        except TimeoutError:
            self._meanwhile()
        return channel.receive(max(timeout_s - (time.monotonic() - started), 0))


def _reply(text: str, number: int) -> JsonObject:
    try:
        reply = json.loads(text)
        kind, answers = reply["kind"], reply["id"]
        refusal = _refusal(reply["error"]) if kind == "refused" else None
        if type(kind) is not str or not _is_verdict(reply.get("contaminated")):
            raise TypeError(kind)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise WorkerLost("crash", "the worker sent something that is no message") from error
    if refusal is not None:
        raise refusal
    if answers != number:
        raise WorkerLost("crash", "the worker answered another message")
    return dict(reply)


def _is_verdict(value: Any) -> bool:
    if value is None:
        return True
    if not isinstance(value, dict) or not isinstance(value.get("what"), list):
        return False
    return type(value.get("script", "")) is str and all(type(each) is str for each in value["what"])


def _refusal(error: Mapping[str, Any]) -> WorkerLost | RemoteError:
    code, message = error["code"], error["message"]
    broken = _BROKEN.get(code)
    return WorkerLost(broken, f"the engine broke down: {message}") if broken else RemoteError(error)
