"""Requests to the client: each is answered, given up after its time, or ends with the connection."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import Any

from pybridge.rpc import messages
from pybridge.rpc.cancellation import Token
from pybridge.rpc.log import log
from pybridge.rpc.messages import Message

_GONE = "the application has disconnected"


class NotAnswered(Exception):
    """The client did not answer, or with what is not an answer; the message says which."""


class Outgoing:
    """The requests to one client that it has not answered yet; several threads may ask."""

    def __init__(
        self,
        send: Callable[[Message, float], bool],
        give_up: Callable[[str], object] = lambda _: None,
    ) -> None:
        """Ask nothing yet.

        Args:
            send: Sends a message within so many seconds; False when it could not.
            give_up: Called with the id of a request whose answer nobody waits for any more.
        """
        self._send = send
        self._give_up = give_up
        self._pending: dict[str, Future[Message]] = {}
        self._lock = threading.Lock()
        self._last = 0
        self._is_closed = False
        self._has_told = False

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is awaited."""
        return bool(self._pending)

    def ask(self, method: str, params: Mapping[str, Any], seconds: float, until: Token) -> Any:
        """Return the result of a request.

        Args:
            method: What is asked for.
            params: Its params.
            seconds: How long to wait.
            until: Ends the waiting when it is cancelled.

        Raises:
            ErrorAnswer: when the answer is an error.
            NotAnswered: when there is none within *seconds*, or it is malformed, or the client has disconnected.
        """
        end = time.monotonic() + seconds
        number, answer = self._begin()
        forget = until.on_cancel(lambda: _fail(answer, "the run was cancelled"))
        try:
            if not self._send(messages.request(number, method, params), seconds):
                raise NotAnswered("the application does not read")
            return messages.result_of(self._awaited(number, answer, end))
        except TimeoutError:
            raise NotAnswered(f"no answer within {seconds:g} s") from None
        except messages.AnswerInvalid as error:
            raise NotAnswered(str(error)) from None
        finally:
            forget()
            with self._lock:
                self._pending.pop(number, None)

    def _awaited(self, number: str, answer: Future[Message], end: float) -> Message:
        try:
            return answer.result(max(0.0, end - time.monotonic()))
        except (TimeoutError, NotAnswered):
            self._give_up(number)
            raise

    def _begin(self) -> tuple[str, Future[Message]]:
        with self._lock:
            if self._is_closed:
                raise NotAnswered(_GONE)
            self._last += 1
            number = f"call-{self._last}"
            answer = self._pending[number] = Future()
        return number, answer

    def settle(self, message: Message) -> None:
        """Take an answer; one that no request waits for is ignored, and the first of those is logged."""
        number = message.get("id")
        with self._lock:
            answer = self._pending.pop(number, None) if isinstance(number, str) else None
            is_first = answer is None and not self._has_told
            self._has_told = self._has_told or is_first
        if answer is not None:
            _settle(lambda: answer.set_result(message))
        elif is_first:
            log("pybridge: an answer to no open request was ignored; further ones are not logged")

    def close(self) -> None:
        """End all requests: the client has disconnected."""
        with self._lock:
            self._is_closed = True
            pending, self._pending = list(self._pending.values()), {}
        for answer in pending:
            _fail(answer, _GONE)


def _fail(answer: Future[Message], reason: str) -> None:
    _settle(lambda: answer.set_exception(NotAnswered(reason)))


def _settle(settle: Callable[[], object]) -> None:
    with suppress(InvalidStateError):  # a cancellation and an answer may come at once
        settle()
