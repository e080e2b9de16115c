"""The inputs of a method: the project, and ways to be interrupted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from pybridge.commands.scripts.checking import Reader, open_checker
from pybridge.engines.protocol import Engine
from pybridge.errors import PybridgeError
from pybridge.project.discover import Project
from pybridge.rpc.cancellation import Token
from pybridge.scripts_store.storage.disk import Disk
from pybridge.service.tools import OfferedTools

_PAUSE_S = 0.05


class InterruptibleDisk(Disk):
    """File operations that stop at the next one once the request is cancelled."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def step(self, what: str) -> None:
        """Raise if the request is cancelled."""
        self._token.check()


@dataclass(frozen=True)
class Workbench:
    """The inputs of one request."""

    project: Project
    settings_problems: tuple[PybridgeError, ...]
    """Errors of pybridge.toml, for which earlier settings are used."""
    disk: Disk
    """Reads, until the request is cancelled."""
    checker: Callable[[], AbstractContextManager[Reader]]
    """Opens an engine that reads scripts."""
    send: Callable[[str, dict[str, Any]], None]
    """Sends an event to all listeners."""
    shared_data: Callable[[Project, Callable[[], dict[str, Any]]], dict[str, Any]]
    """Returns the shared data of documents: cached, or from the function."""
    token: Token
    """Says when the request is cancelled."""
    tools: OfferedTools
    """What the client offers to scripts."""


class Checkers:
    """One engine that reads scripts, started on first use, for one request at a time."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._turn = threading.Lock()

    @contextmanager
    def open(self, token: Token) -> Iterator[Reader]:
        """Lend the engine to one request; after a failure the next one gets a new engine."""
        while not self._turn.acquire(timeout=_PAUSE_S):
            token.check()
        try:
            if self._engine is None:
                self._engine = open_checker()
            yield _Interruptible(self._engine, token)
        except PybridgeError:
            self._close()
            raise
        finally:
            self._turn.release()

    def _close(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.close()

    def close(self) -> None:
        """End the engine."""
        with self._turn:
            self._close()


class _Interruptible:
    def __init__(self, engine: Engine, token: Token) -> None:
        self._engine, self._token = engine, token

    def check(self, path: str, content: str) -> dict[str, Any]:
        self._token.check()
        return self._engine.check(path, content)
