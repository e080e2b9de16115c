"""Fetch the files of a registry over HTTP: no other scheme, no cookies, no password, and an end in time."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Iterator

from tuf.api.exceptions import DownloadError, DownloadHTTPError, SlowRetrievalError
from tuf.ngclient import FetcherInterface

_SILENCE_S = 30
"""Without a byte."""
_LONGEST_S = 900
"""For a file, however steadily it comes."""
_PIECE_BYTES = 256 * 1024

_HANDLERS = (
    urllib.request.ProxyHandler,
    urllib.request.HTTPHandler,
    urllib.request.HTTPSHandler,
    urllib.request.HTTPRedirectHandler,
    urllib.request.HTTPDefaultErrorHandler,
    urllib.request.HTTPErrorProcessor,
    urllib.request.UnknownHandler,
)
"""Not those of `file:`, `ftp:` and `data:`, to which an answer could redirect."""


class HttpFetcher(FetcherInterface):
    """What tuf fetches with; the connection is closed with each answer."""

    def __init__(self, longest_s: float = _LONGEST_S) -> None:
        self._longest_s = longest_s
        self._opener = urllib.request.OpenerDirector()
        self._opener.addheaders = [("User-Agent", "pybridge")]
        for handler in _HANDLERS:
            self._opener.add_handler(handler())

    def _fetch(self, url: str) -> Iterator[bytes]:
        end = time.monotonic() + self._longest_s
        try:
            with self._opener.open(url, timeout=_SILENCE_S) as answer:
                while piece := answer.read1(_PIECE_BYTES):
                    if time.monotonic() > end:
                        raise SlowRetrievalError(f"{url}: took longer than {self._longest_s:g} s")
                    yield piece
        except urllib.error.HTTPError as error:
            with error:
                raise DownloadHTTPError(f"{url}: HTTP {error.code}", error.code) from error
        except OSError as error:
            raise DownloadError(f"{url}: {error}") from error
