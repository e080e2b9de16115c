"""One client: its requests, their ids and answers."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from pybridge import abi
from pybridge.errors import InternalError, Invalid, PybridgeError
from pybridge.macros.values.problems import closest
from pybridge.rpc import messages
from pybridge.rpc.cancellation import Interrupted, Token
from pybridge.rpc.errors import Cancelled, MethodUnknown, RequestInvalid, SystemRefused
from pybridge.rpc.log import log
from pybridge.rpc.messages import Message, Request

MOST_IN_BATCH = 1000
"""Requests in one batch."""

Answer = Message | list[Message] | None


class Method(Protocol):
    """The implementation of one method."""

    def run(self, bench: Any, params: Mapping[str, Any], /) -> Any:
        """Run it and return the result, as JSON values."""

    @property
    def is_interruptible(self) -> bool:
        """Whether a running request may be cancelled."""


M = TypeVar("M", bound=Method)


class Job:
    """One running request."""

    def __init__(self, request: Request, method: Method) -> None:
        self.answer: Future[Message] = Future()
        self._request, self._method = request, method
        self._token = Token()

    def cancel(self) -> bool:
        """Cancel the request; False when it is too late."""
        if self.answer.cancel():
            return True
        if self.answer.done() or not self._method.is_interruptible:
            return False
        self._token.cancel()
        return True

    def carry_out(self, workbench: Callable[[Token], Any]) -> None:
        """Run the request and settle `answer`; nothing is raised.

        Args:
            workbench: returns what the method runs with; it checks the token it gets.
        """
        if self.answer.set_running_or_notify_cancel():
            self.answer.set_result(self._answered(workbench))

    def _answered(self, workbench: Callable[[Token], Any]) -> Message:
        request = self._request
        try:
            result = self._method.run(workbench(self._token), request.params)
        except PybridgeError as error:
            return messages.failure(request.id, error)
        except Interrupted:
            return messages.failure(request.id, Cancelled(request.method))
        except OSError as error:
            return messages.failure(request.id, SystemRefused(request.method, error))
        except Exception as error:  # a bug in one method must not end the service
            log(traceback.format_exc())
            detail = f"{type(error).__name__} in {request.method}: {error}"
            return messages.failure(request.id, InternalError(detail))
        return messages.answer(request.id, result)


class Connection(Generic[M]):
    """A client with its own request ids."""

    def __init__(self, methods: Mapping[str, M], start: Callable[[Request, M], Job]) -> None:
        """Answer requests.

        Args:
            methods: what can be asked for; the params of each are `rpc/<name>` in the schemas.
            start: has a request carried out when its turn comes.
        """
        self._methods = methods
        self._start = start
        self._jobs: dict[messages.Id, Job] = {}
        self._lock = threading.Lock()

    def handle(self, message: Any) -> Answer:
        """Answer a message or a batch; None for notifications."""
        return self.submit(message).result()

    def submit(self, message: Any) -> Future[Answer]:
        """Start to answer; never blocks, and the future never fails."""
        done: Future[Answer] = Future()
        if not isinstance(message, list):
            self._each(message, done.set_result)
        elif not message or len(message) > MOST_IN_BATCH:
            words = f"a batch holds 1 to {MOST_IN_BATCH:,} requests, this one {len(message):,}"
            done.set_result(messages.failure(None, RequestInvalid(words)))
        else:
            self._batch(message, done)
        return done

    def _batch(self, batch: list[Any], done: Future[Answer]) -> None:
        answers: list[Message | None] = [None] * len(batch)
        left = [len(batch)]
        lock = threading.Lock()

        def settle(index: int, answer: Message | None) -> None:
            answers[index] = answer
            with lock:
                left[0] -= 1
                is_last = left[0] == 0
            if is_last:
                done.set_result([each for each in answers if each is not None] or None)

        for index, message in enumerate(batch):
            self._each(message, partial(settle, index))

    def _each(self, message: Any, then: Callable[[Message | None], None]) -> None:
        """Answer one message; *then* gets the answer, now or later."""
        try:
            request = messages.read_request(message)
        except Invalid as error:
            then(messages.failure(messages.id_of(message), error, messages.BAD_PARAMS))
            return
        except PybridgeError as error:
            then(messages.failure(messages.id_of(message), error))
            return
        answer = self._begin(request)
        if isinstance(answer, Job):
            self._settle_later(request, answer, then)
        else:
            then(None if request.is_notification else answer)

    def _begin(self, request: Request) -> Job | Message:
        """Start a request, or answer it at once."""
        if request.method != "cancel" and request.method not in self._methods:
            near = closest(request.method, [*self._methods, "cancel"])
            return messages.failure(request.id, MethodUnknown(request.method, near))
        try:
            abi.require(f"rpc/{request.method}/properties/params", request.params)
            messages.require_unicode(request.params)
        except Invalid as error:
            shown = Invalid(f"params of {request.method}", error.problems)
            return messages.failure(request.id, shown, messages.BAD_PARAMS)
        if request.method == "cancel":
            return messages.answer(request.id, {"cancelled": self._cancel(request.params["id"])})
        try:
            return self._start(request, self._methods[request.method])
        except PybridgeError as error:
            return messages.failure(request.id, error)

    def cancel_all(self) -> None:
        """Cancel all requests; changes that have started are finished."""
        with self._lock:
            jobs = list(self._jobs.values())
        for job in jobs:
            job.cancel()

    def _cancel(self, request_id: messages.Id) -> bool:
        with self._lock:
            job = self._jobs.get(request_id)
        return job is not None and job.cancel()

    def _settle_later(
        self, request: Request, job: Job, then: Callable[[Message | None], None]
    ) -> None:
        if not request.is_notification:
            with self._lock:
                self._jobs[request.id] = job

        def settle(answer: Future[Message]) -> None:
            with self._lock:
                if self._jobs.get(request.id) is job:
                    del self._jobs[request.id]
            if request.is_notification:
                then(None)
            elif answer.cancelled():
                then(messages.failure(request.id, Cancelled(request.method)))
            else:
                then(answer.result())

        job.answer.add_done_callback(settle)
