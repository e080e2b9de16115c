"""A small S3 server: one bucket in memory, with what the store asks of it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

BUCKET = "bundles"


@contextmanager
def s3_server() -> Iterator[str]:
    """Serve an empty bucket; give its address."""
    objects: dict[str, bytes] = {}
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            if not self.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 "):
                return self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
            with lock:
                if self.headers.get("If-None-Match") == "*" and self._key() in objects:
                    return self._answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
                objects[self._key()] = content
            return self._answer(200, b"", content)

        def do_GET(self) -> None:
            content = objects.get(self._key())
            if content is None:
                return self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
            return self._answer(200, content, content)

        do_HEAD = do_GET

        def _key(self) -> str:
            return unquote(urlsplit(self.path).path)

        def _answer(self, status: int, body: bytes, content: bytes | None = None) -> None:
            self.send_response(status)
            if content is not None:
                self.send_header("ETag", f'"{hashlib.md5(content).hexdigest()}"')
                self.send_header("Last-Modified", "Mon, 30 Nov 2026 12:00:00 GMT")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
