"""Requests to the server of a registry: a token that goes to it alone, and bounds for what it answers."""

from __future__ import annotations

import http.client
import ipaddress
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from pybridge import abi
from pybridge.bundles.archive import layout
from pybridge.bundles.registry.client import RegistryUnreachable
from pybridge.errors import JsonUnreadable, RemoteError, UsageError

_SILENCE_S = 60
_MOST_ANSWER_BYTES = 8 * 1024 * 1024
_NOT_FOUND = 404
_REDIRECTED = 300


class RegistryRefused(RemoteError):
    """The server of a registry refused a request; the error is the server's."""

    def __init__(self, url: str, status: int, value: Mapping[str, Any]) -> None:
        super().__init__({**value, "message": f"{url}: {value['message']}"})
        self.status = status


@dataclass(frozen=True)
class Server:
    """The server of a registry."""

    url: str
    token: str | None

    @classmethod
    def of(cls, url: str, token: str | None) -> Server:
        """Return the server at an address.

        Raises:
            UsageError: when it is not such an address, or the token would go over a network as plain text.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise UsageError(
                f"not the address of a registry: {url!r}", "such as https://example.org/"
            )
        if token and parts.scheme == "http" and not _is_loopback(parts.hostname):
            raise UsageError(f"{url}: a token is not sent without TLS", "use https://")
        return cls(url.rstrip("/"), token)

    def fetch(self, path: str, most: int = layout.MOST_BYTES) -> bytes | None:
        """Return a file; None where there is none.

        Raises:
            RegistryUnreachable: when the server does not answer, or with more than *most* bytes.
            RegistryRefused: when it refuses.
        """
        status, content = self._ask("GET", path, None, {}, most)
        if status == _NOT_FOUND:
            return None
        if status >= _REDIRECTED:
            self._require(status, content)
        return content

    def size(self, path: str) -> int | None:
        """Return how many bytes a file has that was sent before; None where there is none.

        Raises:
            RegistryUnreachable: when the server does not answer.
            RegistryRefused: when it refuses.
        """
        status, content = self._ask("GET", path, None, {}, _MOST_ANSWER_BYTES)
        if status == _NOT_FOUND:
            return None
        found = self._require(status, content).get("size")
        return found if isinstance(found, int) else None

    def call(self, method: str, path: str, value: Any = None) -> Any:
        """Send JSON, and return the JSON of the answer.

        Raises:
            RegistryUnreachable: when the server does not answer.
            RegistryRefused: when it refuses.
        """
        body = None if value is None else json.dumps(value).encode("utf-8")
        kind = {} if body is None else {"Content-Type": "application/json"}
        status, content = self._ask(method, path, body, kind, _MOST_ANSWER_BYTES)
        return self._require(status, content)

    def upload(self, path: str, content: bytes) -> Any:
        """Send a file, and return the JSON of the answer.

        Raises:
            RegistryUnreachable: when the server does not answer.
            RegistryRefused: when it refuses.
        """
        kind = {"Content-Type": "application/octet-stream"}
        status, answer = self._ask("PUT", path, content, kind, _MOST_ANSWER_BYTES)
        return self._require(status, answer)

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], most: int) -> tuple[int, bytes]:  # fmt: skip
        parts = urlsplit(self.url)
        token = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        target = f"{parts.path.rstrip('/')}/{quote(path, safe='/?=&')}"
        try:
            connection = _connection(parts.scheme, str(parts.hostname), parts.port)
            try:
                connection.request(
                    method, target, body, {**headers, **token, "User-Agent": "pybridge"}
                )
                answer = connection.getresponse()
                content = answer.read(most + 1)
                if len(content) > most:
                    raise RegistryUnreachable(self.url, f"an answer of more than {most:,} bytes")
                return answer.status, content
            finally:
                connection.close()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise RegistryUnreachable(self.url, str(error) or type(error).__name__) from error

    def _require(self, status: int, content: bytes) -> Any:
        """Return the JSON of an answer; raise what it refuses with."""
        try:
            value = abi.parse_json(content.decode("utf-8"), self.url)
        except (UnicodeDecodeError, JsonUnreadable):
            value = None
        if status < _REDIRECTED and isinstance(value, dict | list):
            return value
        error = value.get("error") if isinstance(value, dict) else None
        if error is not None and not abi.validate("error", error):
            raise RegistryRefused(self.url, status, error)
        raise RegistryUnreachable(self.url, f"HTTP {status}")


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    """Return a connection that follows no redirect: the token is for this server."""
    if scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=_SILENCE_S, context=context)
    return http.client.HTTPConnection(host, port, timeout=_SILENCE_S)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
