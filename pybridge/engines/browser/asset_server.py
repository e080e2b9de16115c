"""Serve the built folder to a headless browser, on loopback, with a log of every request."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

_TYPES = {
    ".htm": "text/html; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
}

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; frame-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'none'; img-src 'none'; style-src 'none'"
)
"""The policy of a careful application's page: no eval, no inline script, no WebAssembly."""

WORKER_POLICY = (
    "default-src 'none'; script-src 'wasm-unsafe-eval'; connect-src 'none'; worker-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types pb"
)
"""The policy that worker.bin needs at isolation level `worker`; at `origin` it is not run from here."""

Answer = tuple[int, Mapping[str, str], bytes]


class AssetServer:
    """A loopback server over fixed folders, by URL prefix; a context manager."""

    def __init__(
        self, mounts: Mapping[str, Path], *, headers: Mapping[str, str] | None = None
    ) -> None:
        """Serve each folder of *mounts* under its prefix (`"/pybridge/"`); the longest prefix wins.

        *headers* go on every answer, over the default ones.
        """
        self.requests: list[str] = []
        """Method and path of every request, in order of arrival."""
        self.overrides: dict[str, Callable[[], Answer]] = {}
        """Answers by path, for tests with missing or damaged assets."""
        self._mounts = dict(sorted(mounts.items(), key=lambda item: -len(item[0])))
        self._headers = {"Content-Security-Policy": PAGE_POLICY, **(headers or {})}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Request, self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    @property
    def url(self) -> str:
        """Return the address, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, path: str) -> Answer:
        """Return status, headers and body for a GET of *path*."""
        if path in self.overrides:
            return self.overrides[path]()
        file = self._file(path)
        if file is None:
            return HTTPStatus.NOT_FOUND, {}, b""
        kind = _TYPES.get(file.suffix, "application/octet-stream")
        # The frame brings its own policy; a page's would only be added to it.
        headers = dict(self._headers)
        if file.name == "frame.htm":
            del headers["Content-Security-Policy"]
        if file.name == "worker.bin":
            headers["Content-Security-Policy"] = WORKER_POLICY
            kind = _TYPES[".js"]
        return HTTPStatus.OK, {**headers, "Content-Type": kind}, file.read_bytes()

    def _file(self, path: str) -> Path | None:
        for prefix, folder in self._mounts.items():
            if path.startswith(prefix):
                name = unquote(path.removeprefix(prefix)) or "index.html"
                file = (folder / name).resolve()
                return file if file.is_relative_to(folder.resolve()) and file.is_file() else None
        return None


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, owner: AssetServer, *args: object) -> None:
        self._owner = owner
        super().__init__(*args)  # type: ignore[arg-type]

    def handle(self) -> None:
        """Serve one connection; ignore clients that disconnect."""
        with suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self._owner.requests.append(f"GET {self.path}")
        status, headers, body = self._owner.answer(path)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        if "Cache-Control" not in headers:
            self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """Refuse data, but log the attempt."""
        self._owner.requests.append(f"POST {self.path}")
        self.send_error(HTTPStatus.METHOD_NOT_ALLOWED)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing: the log is `AssetServer.requests`."""
