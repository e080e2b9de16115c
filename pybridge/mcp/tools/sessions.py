"""The sessions of a server, by the names that clients give them."""

from __future__ import annotations

import threading
import time

from pybridge.errors import UsageError
from pybridge.mcp.runs.request import CodeRun, RunLimits
from pybridge.mcp.runs.session import Session, SessionRun
from pybridge.processes import Processes

MOST_SESSIONS = 8
IDLE_S = 1800.0
"""Seconds after which a session that is not used ends."""


def _require_same(name: str, its: RunLimits, wanted: RunLimits) -> None:
    """Return if a session keeps the limits of a run that have to hold for its whole life.

    Raises:
        UsageError: when it began with others.
    """
    names = ("memory_bytes", "files_bytes", "file_count")
    if any(getattr(its, each) != getattr(wanted, each) for each in names):
        hint = "keep to one policy in a session, or use another session"
        raise UsageError(f"the session {name} began under a policy with other limits", hint)


class Sessions:
    """Living interpreters; any number of threads may use them."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()

    def start(self, name: str, run: CodeRun) -> tuple[SessionRun, bool]:
        """Start a run in a session; also return whether the session is new.

        Raises:
            UsageError: when there are too many sessions, or it is busy.
        """
        with self._lock:
            self._sweep()
            session = self._sessions.get(name)
            is_new = session is None
            if session is None:
                if len(self._sessions) >= MOST_SESSIONS:
                    names = ", ".join(sorted(self._sessions))
                    hint = f"end one by `end_session`: {names}"
                    raise UsageError(f"there are {MOST_SESSIONS} sessions already", hint)
                session = self._sessions[name] = Session(self._processes, run.limits)
            _require_same(name, session.limits, run.limits)
            return session.start(run), is_new

    def is_alive(self, name: str) -> bool:
        """Whether there is a session of this name."""
        with self._lock:
            self._sweep()
            return name in self._sessions

    def end(self, name: str) -> bool:
        """End a session; return whether there was one."""
        with self._lock:
            session = self._sessions.pop(name, None)
        if session is not None:
            session.end()
        return session is not None

    def close(self) -> None:
        """End all sessions."""
        for name in list(self._sessions):
            self.end(name)

    def _sweep(self) -> None:
        """Forget the sessions that have ended, and end those that are not used."""
        for name, session in list(self._sessions.items()):
            if not session.is_alive:
                del self._sessions[name]
            elif time.monotonic() > session.used + IDLE_S:
                del self._sessions[name]
                session.end()
