"""Decide who may ask: only the page that this server handed out, on this machine."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

_SCHEME = "bearer "


@dataclass(frozen=True)
class Refusal:
    """Why a request is not answered."""

    status: int
    message: str


@dataclass(frozen=True)
class Guard:
    """What a request has to bring with it."""

    port: int
    token: str

    def refusal(self, headers: Mapping[str, str], *, is_public: bool) -> Refusal | None:
        """Return why a request is refused; None when it may pass.

        Args:
            headers: Of the request, names in lower case.
            is_public: Whether anybody on this machine may have the answer: the page's own files.
        """
        if headers.get("host") not in self._hosts:
            return Refusal(421, "this server answers to 127.0.0.1 only")
        origin = headers.get("origin")
        if origin is not None and origin not in {f"http://{host}" for host in self._hosts}:
            return Refusal(403, "another page asked")
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return Refusal(403, "another page asked")
        if not is_public and not self._has_token(headers.get("authorization", "")):
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
