"""One warm engine that threads share, one job at a time."""

from __future__ import annotations

import functools
import os
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, TypeVar

from pybridge.commands.session import Session, open_session
from pybridge.engines import EngineChoice
from pybridge.engines.limits import Limits
from pybridge.errors import BootFailed, Cancelled, EngineCrashed, UsageError
from pybridge.library.scripts import Scripts, script_files
from pybridge.project.discover import ProjectOrBuiltIns
from pybridge.project.site_data import shared_data

T = TypeVar("T")


class Job:
    """A piece of work that may be cancelled."""

    def __init__(self) -> None:
        self.is_cancelled = False


@dataclass(frozen=True)
class Opened:
    """A session, and what is read once for it."""

    session: Session

    @functools.cached_property
    def data(self) -> dict[str, Any]:
        """The data of the project that all its documents have."""
        project = self.session.project
        return shared_data(project, (), limit=self.session.limits.input_bytes)


class Core:
    """Opens an engine when it is first used, and again after it could not be replaced, or after a fork."""

    def __init__(
        self,
        project: ProjectOrBuiltIns,
        scripts: Scripts | None,
        engine: EngineChoice,
        limits: Limits,
    ) -> None:
        self._project = project
        self._scripts = scripts
        self._engine = engine
        self._limits = limits
        self._thread: ThreadPoolExecutor | None = None
        self._begin()
        _ALL.add(self)

    def use(self, work: Callable[[Opened], T], job: Job | None = None) -> T:
        """Do *work* when it is its turn.

        Raises:
            Cancelled: when *job* was cancelled.
            UsageError: after `close`, or from inside of a callback of the same engine.
            PybridgeError: when the engine does not start.
        """
        if self._thread is None:
            return self._use(work, job or Job())
        if threading.current_thread().name.startswith(self._name):
            raise UsageError(_INSIDE)
        return self._thread.submit(self._use, work, job or Job()).result()

    def cancel(self, job: Job) -> None:
        """End *job*, whether it waits or runs."""
        with self._state:
            job.is_cancelled = True
            if self._current is job and self._opened is not None:
                self._opened.session.engine.cancel()

    def close(self) -> None:
        """End the engine after the work that runs; may be called again."""
        if self._thread is None:
            self._close()
        else:
            self._thread.submit(self._close).result()
            self._thread.shutdown()
            self._thread = None

    def reload(self) -> None:
        """Forget scripts and data: the next job reads them again."""

        def forget(_: Opened) -> None:
            self._end()

        if self._opened is not None:
            self.use(forget)

    def _begin(self) -> None:
        self._turn = threading.RLock()
        self._state = threading.Lock()
        self._stack = ExitStack()
        self._opened: Opened | None = None
        self._current: Job | None = None
        self._is_closed = False
        # The browser may only be used by the thread that opened it.
        self._name = f"pybridge-{id(self)}"
        is_bound = self._engine.name == "browser"
        self._thread = ThreadPoolExecutor(1, self._name) if is_bound else None

    def _use(self, work: Callable[[Opened], T], job: Job) -> T:
        with self._turn:
            if self._current is not None:
                raise UsageError(_INSIDE)
            if self._is_closed:
                raise UsageError("the runtime is closed", "open another one")
            self._current = job
            try:
                opened = self._open()
                self._start(job, opened)
                done = work(opened)
            except (BootFailed, EngineCrashed):
                self._end()
                raise
            finally:
                with self._state:
                    self._current = None
            if job.is_cancelled:
                raise Cancelled
            return done

    def _start(self, job: Job, opened: Opened) -> None:
        with self._state:
            if job.is_cancelled:
                raise Cancelled
            opened.session.engine.resume()

    def _open(self) -> Opened:
        if self._opened is None:
            files = script_files(self._project, self._scripts, self._limits.input_bytes)
            opening = open_session(self._project, self._engine, files, limits=self._limits)
            session = self._stack.enter_context(opening)
            with self._state:
                self._opened = Opened(session)
        assert self._opened is not None
        return self._opened

    def _end(self) -> None:
        with self._state:
            self._opened = None
        self._stack.close()

    def _close(self) -> None:
        with self._turn:
            self._is_closed = True
            self._end()

    def after_fork(self) -> None:
        """Begin again in a forked process: the engine belongs to its parent."""
        is_closed = self._is_closed
        _LEFT.append((self._stack, self._opened, self._thread))
        self._begin()
        self._is_closed = is_closed


_INSIDE = "a runtime was used inside of its own callback"
_ALL: weakref.WeakSet[Core] = weakref.WeakSet()
_LEFT: list[object] = []
"""Engines of the parent process, kept so that nothing ends them here."""


def _after_fork() -> None:
    for core in list(_ALL):
        core.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
