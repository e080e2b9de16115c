"""Access control: only this server's own page, on this machine, may use the service."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pybridge.studio.web.sessions import Session, Sessions

_SCHEME = "bearer "

PUBLIC_FILES = frozenset(
    {
        *("/", "/preview.html", "/page.css", "/preview.css"),
        *("/studio.js", "/studio.css", "/icon.svg", "/favicon.ico"),
    }
)
"""The page's own files: the same for every client, without content of the project."""
SESSION = "/session"
"""Takes the code of an address, and opens a session."""
_PUBLIC_FOLDER = re.compile(r"/runtime/[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*")
"""The built folder that the page loads."""


def is_public(path: str) -> bool:
    """Whether a decoded request path needs no session. All other paths need one."""
    return path in PUBLIC_FILES or path == SESSION or _PUBLIC_FOLDER.fullmatch(path) is not None


@dataclass(frozen=True)
class Refusal:
    """Why a request is refused."""

    status: int
    message: str


@dataclass(frozen=True)
class Guard:
    """Checks host, origin and session of a request."""

    port: int
    sessions: Sessions

    def refusal(self, path: str, headers: Mapping[str, str]) -> Refusal | None:
        """Return why a request is refused; None if it is allowed.

        Args:
            path: The request's path, decoded.
            headers: The request's headers; names in lower case.
        """
        if headers.get("host") not in self._hosts:
            return Refusal(421, "this server accepts requests for 127.0.0.1 only")
        origin = headers.get("origin")
        if origin is not None and origin not in {f"http://{host}" for host in self._hosts}:
            return Refusal(403, "the request comes from another page")
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return Refusal(403, "the request comes from another page")
        if not is_public(path) and self.session(headers) is None:
            return Refusal(401, "open an address that `pybridge studio` printed")
        return None

    @property
    def cookie_name(self) -> str:
        """The name of the session's cookie. All ports share one jar, so it has the port in it."""
        return f"pybridge-studio-{self.port}"

    def session(self, headers: Mapping[str, str]) -> Session | None:
        """Return the open session that a request belongs to; None without one."""
        authorization = headers.get("authorization", "")
        if not authorization.lower().startswith(_SCHEME):
            return None
        return self.sessions.find(self._cookies(headers), authorization[len(_SCHEME) :])

    def _cookies(self, headers: Mapping[str, str]) -> Iterator[str]:
        """Yield every cookie of our name: another server of this host can add some."""
        for piece in headers.get("cookie", "").split(";"):
            name, _, value = piece.strip().partition("=")
            if name == self.cookie_name:
                yield value

    @property
    def _hosts(self) -> frozenset[str]:
        return frozenset({f"127.0.0.1:{self.port}", f"localhost:{self.port}"})
