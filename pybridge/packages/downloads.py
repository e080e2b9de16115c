"""Fetch a file of a package index, within bounds: by HTTPS, or without it from this machine."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from pybridge.packages.errors import SourceFailed

TIMEOUT_S = 60
"""Seconds without a byte."""

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_ABSENT = 404


def require_address(address: str) -> None:
    """Return if files may be fetched from *address*.

    Raises:
        SourceFailed: it is not one of the web, is not encrypted, or has a user in it.
    """
    try:
        parts = urlsplit(address)
        host, scheme = parts.hostname, parts.scheme
    except ValueError as error:
        raise SourceFailed("the address of an index", f"invalid: {error}") from error
    if "@" in parts.netloc:
        raise SourceFailed(f"{scheme}://…@{host}", "an address with a user in it")
    if not host or (scheme != "https" and not (scheme == "http" and host in _LOOPBACK)):
        raise SourceFailed(address, "not an address that begins with https://")


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirections to addresses that may be fetched."""

    def redirect_request(self, *arguments: Any) -> urllib.request.Request | None:
        """Check the last of the arguments, the new address."""
        require_address(arguments[-1])
        return super().redirect_request(*arguments)


def download(address: str, *, most: int, accept: str = "*/*") -> bytes | None:
    """Return the bytes at an address; None where the server has none.

    Raises:
        SourceFailed: the server cannot be reached, refuses, or sends more than *most* bytes.
    """
    require_address(address)
    request = urllib.request.Request(address, headers={"Accept": accept})
    try:
        with _opener().open(request, timeout=TIMEOUT_S) as answer:
            content: bytes = answer.read(most + 1)
    except urllib.error.HTTPError as error:
        if error.code == _ABSENT:
            return None
        raise SourceFailed(address, f"the server answered {error.code}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise SourceFailed(address, str(getattr(error, "reason", error))) from error
    if len(content) > most:
        raise SourceFailed(address, f"larger than {most:,} bytes")
    return content


def _opener() -> urllib.request.OpenerDirector:
    """Return an opener for the web alone: that of the standard library reads local files, too."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Redirects(),
    ):
        opener.add_handler(handler)
    return opener
