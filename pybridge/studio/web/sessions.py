"""Who may use the service: codes that work once, and the sessions that they open."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pybridge.errors import PybridgeError

CODE_S = 120
"""Seconds in which a code can be used."""
_MOST_CODES = 32
_MOST_SESSIONS = 64
"""The oldest are forgotten."""


@dataclass(eq=False)
class CodeRefused(PybridgeError):
    """The code of an address opens no session."""

    problem: str
    code = "usage"
    hint = "press Enter in the terminal in which `pybridge studio` runs: it prints a new address"

    def what(self) -> str:
        """Return the reason."""
        return self.problem


@dataclass(frozen=True)
class Session:
    """What a browser has to send with every request.

    Browsers send a cookie to all ports of a host, so other servers of this machine can see it. They
    show the key to pages of one port only, but to every script there. Only both together count.
    """

    cookie: str
    key: str


@dataclass
class _Code:
    value: str
    end: float
    session: Session | None = None
    """The session that was opened with it."""


class Sessions:
    """The codes and sessions of one studio; may be used from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._codes: list[_Code] = []
        self._open: list[Session] = []

    def new_code(self) -> str:
        """Return a code that opens one session within `CODE_S` seconds."""
        made = _Code(secrets.token_urlsafe(24), self._clock() + CODE_S)
        with self._lock:
            self._codes = [*self._codes, made][-_MOST_CODES:]
        return made.value

    def exchange(self, code: str, held: Session | None = None) -> Session:
        """Return the session that *code* opens.

        Args:
            code: As given in the address.
            held: The open session of the browser that asks. It keeps it, and uses the code up.

        Raises:
            CodeRefused: when the code is unknown, too old, or was used. Nobody can tell which of
                two users of a code is the right one: the session that the first one opened ends.
        """
        with self._lock:
            found = self._find_code(code)
            if held is not None:
                if found is not None and found.session is None:
                    found.session = held
                return held
            if found is None or found.end < self._clock():
                raise CodeRefused("the code in this address is not valid, or not any more")
            if found.session is not None:
                self._open = [each for each in self._open if each is not found.session]
                raise CodeRefused(
                    "the code in this address was used before; the page that used it is locked"
                )
            found.session = Session(secrets.token_urlsafe(24), secrets.token_urlsafe(24))
            self._open = [*self._open, found.session][-_MOST_SESSIONS:]
            return found.session

    def is_open(self, session: Session) -> bool:
        """Whether the session has not ended."""
        with self._lock:
            return any(each is session for each in self._open)

    def find(self, cookies: Iterable[str], key: str) -> Session | None:
        """Return the open session of a key and one of the cookies; None if there is none."""
        given = list(cookies)
        with self._lock:
            matching = [
                session
                for session in self._open
                for cookie in given
                if _is_same(session.cookie, cookie) & _is_same(session.key, key)
            ]
        return matching[0] if matching else None

    def _find_code(self, code: str) -> _Code | None:
        matching = [each for each in self._codes if _is_same(each.value, code)]
        return matching[0] if matching else None


def _is_same(known: str, given: str) -> bool:
    """Compare in a time that says nothing about *known*."""
    return hmac.compare_digest(known.encode(), given.encode("utf-8", "replace"))
