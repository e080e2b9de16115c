"""One worker's messages: requests with deadlines, and replies that are checked."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from pybridge.engines.protocol import JsonObject, Script
from pybridge.engines.supervision.channel import Channel, Contaminated, LossCode, WorkerLost
from pybridge.engines.supervision.checks.replies import (
    ReplyUnfit,
    check_kind,
    check_single,
    kind_of,
)
from pybridge.engines.supervision.checks.shapes import is_error, is_name
from pybridge.errors import RemoteError

GRACE_S = 0.25
"""Seconds on top of a deadline, for sending messages and for the slice's other items."""

_LAST_OF = {"loaded", "limited", "checked", "ran", "asks"}
_BATCHES = {"render", "documents", "transform"}
"""Requests whose replies are checked by what knows their items."""
_BROKEN: dict[str, LossCode] = {"memory": "memory", "internal": "crash"}
"""Errors after which a worker cannot be used, and the code for the item that it ran."""

Message = Mapping[str, Any] | str
"""A message without its id; a string holds the members without the braces."""


Seconds = float | Callable[[], float]
"""Seconds, or a function that returns them when they are needed."""


class WorkerLink:
    """A worker, and the scripts that it has loaded."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.loaded: dict[str, Script] = {}
        """Its scripts, by path."""

    def load(self, scripts: Sequence[Script], timeout_s: float) -> list[JsonObject]:
        """Load scripts; return script.v1 of each.

        Raises:
            WorkerLost: when that ends the worker.
        """
        sources = [script.to_json() for script in scripts]
        [reply] = self.exchange({"kind": "load", "scripts": sources}, timeout_s)
        self.loaded.update((script.path, script) for script in scripts)
        return list(reply["scripts"])

    def exchange(
        self,
        message: Message,
        timeout_s: Seconds,
        *,
        whole_s: float | None = None,
        handling_s: float = 0,
        most_bytes: int | None = None,
        waiting: WhileWaiting | None = None,
    ) -> Iterator[JsonObject]:
        """Send a message and yield the replies to it, up to the last one.

        A reply of another kind or shape than the message asks for is a crash; the caller checks those to a
        batch, of which it knows the items.

        Args:
            message: The message.
            timeout_s: Seconds for each reply, asked for again before each if it is a function.
            whole_s: Seconds for all of them.
            handling_s: Seconds on top for the engine's own work, such as reading long texts.
            most_bytes: Bytes of all replies together.
            waiting: What to do when a reply takes long.

        Raises:
            WorkerLost: when the worker ends or a deadline passes.
            Contaminated: when it must be ended; after the reply, if that is valid.
            RemoteError: when the worker refuses the message.
        """
        number = self._send(message)
        end = None if whole_s is None else time.monotonic() + whole_s
        counted = _Counted(most_bytes)
        is_last = False
        while not is_last:
            limit_s = timeout_s() if callable(timeout_s) else timeout_s
            left = limit_s + handling_s
            left = left if end is None else min(left, end - time.monotonic())
            reply = counted.reply(self._receive(left, whole_s or limit_s, waiting), number)
            _check(message, reply)
            is_last = reply["kind"] in _LAST_OF or reply.get("done") is True
            verdict = reply.pop("contaminated", None)
            if verdict is None:
                yield reply
                continue
            if "script" in verdict:
                yield reply
            raise Contaminated(verdict["what"], verdict.get("script"))

    def _send(self, message: Message) -> int:
        # A number that cannot be guessed: a worker cannot reply to a message before it has come.
        number = secrets.randbelow(2**52) + 1
        text = message if isinstance(message, str) else json.dumps(message, allow_nan=False)[1:-1]
        self.channel.send(f'{{"id":{number},{text}}}')
        return number

    def _receive(self, timeout_s: float, limit_s: float, waiting: WhileWaiting | None) -> str:
        left = timeout_s + GRACE_S
        try:
            if left <= 0:  # also while messages wait: they may never end
                raise TimeoutError
            left = max(left, GRACE_S)
            return waiting.receive(self.channel, left) if waiting else self.channel.receive(left)
        except TimeoutError:
            raise WorkerLost("timeout", f"took longer than {limit_s:g} s") from None


class _Counted:
    """Counts the bytes of the replies to one message."""

    def __init__(self, most_bytes: int | None) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0

    def reply(self, text: str, number: int) -> JsonObject:
        """Return the next reply as an object; its members are not checked yet."""
        self._bytes += len(text)
        if self._most_bytes is not None and self._bytes > self._most_bytes:
            raise WorkerLost("crash", f"the worker sent more than {self._most_bytes:,} bytes")
        return _reply(text, number)


class WhileWaiting:
    """Waits for a reply; after a delay, calls a function once and waits on."""

    def __init__(self, after_s: float, action: Callable[[], None]) -> None:
        self._after_s = after_s
        self._action = action

    def receive(self, channel: Channel, timeout_s: float) -> str:
        """Return the next message, as `Channel.receive` does."""
        if timeout_s <= self._after_s:
            return channel.receive(timeout_s)
        started = time.monotonic()
        try:
            return channel.receive(self._after_s)
        except TimeoutError:
            self._action()
        return channel.receive(max(timeout_s - (time.monotonic() - started), 0))


def _check(message: Message, reply: JsonObject) -> None:
    kind = kind_of(message)
    try:
        check_kind(kind, reply)
        if kind not in _BATCHES:
            assert not isinstance(message, str)
            verdict = reply.pop("contaminated", None)
            check_single(message, reply)
            if verdict is not None:
                reply["contaminated"] = verdict
    except ReplyUnfit as unfit:
        raise misfit(unfit) from unfit


def misfit(unfit: ReplyUnfit) -> WorkerLost:
    """Return the loss of a worker whose reply does not fit its request."""
    return WorkerLost("crash", f"the worker's reply does not fit: {unfit}")


def _reply(text: str, number: int) -> JsonObject:
    try:
        reply = _DECODER.decode(text)
        kind, replies_to = reply["kind"], reply["id"]
        refusal = _refusal(reply["error"]) if kind == "refused" else None
        if type(kind) is not str or not _is_verdict(reply):
            raise TypeError(kind)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise WorkerLost("crash", "the worker sent something that is not a message") from error
    if replies_to != number and (refusal is None or replies_to is not None):
        raise WorkerLost("crash", "the worker replied to another message")
    if refusal is not None:
        raise refusal
    return dict(reply)


def _finite(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError(text)
    return value


def _no_constant(name: str) -> None:
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_no_constant)
"""Refuses numbers that JSON does not have."""


def _is_verdict(reply: JsonObject) -> bool:
    if "contaminated" not in reply:
        return True
    value = reply["contaminated"]
    if type(value) is not dict or not {"what"} <= value.keys() <= {"what", "script"}:
        return False
    what = value["what"]
    if type(what) is not list or not what or not all(type(each) is str for each in what):
        return False
    return is_name(value.get("script", "-"))


def _refusal(error: Mapping[str, Any]) -> WorkerLost | RemoteError:
    if not is_error(error):
        raise TypeError("error")
    code, message = error["code"], error["message"]
    broken = _BROKEN.get(code)
    return WorkerLost(broken, f"the engine failed: {message}") if broken else RemoteError(error)
