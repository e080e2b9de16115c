"""Access control: only this server's own page, on this machine, may use the service."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

_SCHEME = "bearer "

PUBLIC_FILES = frozenset(
    {
        *("/", "/preview.html", "/page.css", "/preview.css"),
        *("/studio.js", "/studio.css", "/icon.svg", "/favicon.ico"),
    }
)
"""The page's own files: the same for every client, without content of the project."""
_PUBLIC_FOLDER = re.compile(r"/runtime/[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*")
"""The built folder that the page loads."""


def is_public(path: str) -> bool:
    """Whether a decoded request path needs no token. All other paths need one."""
    return path in PUBLIC_FILES or _PUBLIC_FOLDER.fullmatch(path) is not None


@dataclass(frozen=True)
class Refusal:
    """Why a request is refused."""

    status: int
    message: str


@dataclass(frozen=True)
class Guard:
    """Checks host, origin and token of a request."""

    port: int
    token: str

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
        if not is_public(path) and not self._has_token(headers.get("authorization", "")):
            return Refusal(401, "open the address that `pybridge studio` printed")
        return None

    @property
    def _hosts(self) -> frozenset[str]:
        return frozenset({f"127.0.0.1:{self.port}", f"localhost:{self.port}"})

    def _has_token(self, authorization: str) -> bool:
        if not authorization.lower().startswith(_SCHEME):
            return False
        given = authorization[len(_SCHEME) :].encode("utf-8", "replace")
        return hmac.compare_digest(given, self.token.encode())
