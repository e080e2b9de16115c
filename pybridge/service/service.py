"""The service: answers JSON-RPC messages and sends events, independent of the transport."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Self

from pybridge.errors import PybridgeError
from pybridge.project.discover import Project, read_settings
from pybridge.rpc import messages
from pybridge.rpc.cancellation import Token
from pybridge.rpc.connection import Answer, Connection, Job
from pybridge.rpc.log import log
from pybridge.rpc.messages import Message, Request
from pybridge.rpc.outgoing import Outgoing
from pybridge.service.errors import ProjectGone, ServiceClosed
from pybridge.service.methods import METHODS, Method
from pybridge.service.order import Order
from pybridge.service.shared_data import SharedData
from pybridge.service.tools import OfferedTools
from pybridge.service.watching import Watching
from pybridge.service.workbench import Checkers, InterruptibleDisk, Workbench

OnEvent = Callable[[Message], None]

_NEWS = frozenset({"documents.changed", "project.changed", "project.unavailable"})
"""Events that invalidate the shared data of documents."""


class Service:
    """One project's scripts and documents for any number of clients; a context manager."""

    def __init__(self, project: Project, *, watch: bool = True) -> None:
        """Start the service.

        Args:
            project: Which.
            watch: Whether to send events about changes.
        """
        self._root = project.root
        self._project = project
        self._order = Order()
        self._checkers = Checkers()
        self._listeners: list[OnEvent] = []
        self._lock = threading.Lock()
        self._is_closed = False
        self._shared_data = SharedData(is_kept=watch)
        self._shared = self.connection()
        self._watching = Watching(project, self._send) if watch else None
        if self._watching is not None:
            self._order.change(self._watching.wait_until_begun)

    def connection(self, client: Outgoing | None = None) -> Connection[Method]:
        """Return a connection: a client with its own request ids and tools; None cannot be asked for any."""
        return Connection(METHODS, partial(self._start, OfferedTools(client)))

    def handle(self, message: Any) -> Answer:
        """Answer a message or a batch; None for notifications. Thread-safe."""
        return self._shared.handle(message)

    def subscribe(self, on_event: OnEvent) -> Callable[[], None]:
        """Send every event to *on_event*, from any thread; return a function that stops it."""
        with self._lock:
            self._listeners.append(on_event)

        def unsubscribe() -> None:
            with self._lock:
                self._listeners = [each for each in self._listeners if each is not on_event]

        return unsubscribe

    def _send(self, method: str, params: dict[str, Any]) -> None:
        with self._lock:
            listeners = tuple(self._listeners)
        if method in _NEWS:
            self._shared_data.forget()
        for listener in listeners:
            try:
                listener(messages.event(method, params))
            except Exception:  # one failing listener must not stop the others
                log(traceback.format_exc())

    def _start(self, tools: OfferedTools, request: Request, method: Method) -> Job:
        """Queue a request."""
        job = Job(request, method)

        def task() -> None:
            job.carry_out(partial(self._workbench, tools))
            if method.kind == "change":
                self._shared_data.forget()

        with self._lock:
            if self._is_closed:
                raise ServiceClosed
            {
                "read": self._order.read,
                "change": self._order.change,
                "pure": self._order.pure,
                "run": self._order.run,
            }[method.kind](task)
        return job

    def _workbench(self, tools: OfferedTools, token: Token) -> Workbench:
        if not self._root.is_dir():
            raise ProjectGone(self._root)
        project, problems = self._settled()
        disk = InterruptibleDisk(token)
        return Workbench(
            project,
            problems,
            disk,
            lambda: self._checkers.open(token),
            self._send,
            self._shared_data.of,
            token,
            tools,
        )

    def _settled(self) -> tuple[Project, tuple[PybridgeError, ...]]:
        """Return the project with its present settings; invalid ones are ignored and reported."""
        try:
            settings = read_settings(self._root)
        except PybridgeError as error:
            return self._project, (error,)
        if settings != self._project.settings:
            self._project = replace(self._project, settings=settings)
        return self._project, ()

    def close(self) -> None:
        """Finish the queued requests and end; may be called again."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
        if self._watching is not None:
            self._watching.close()
        self._order.close()
        self._checkers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
