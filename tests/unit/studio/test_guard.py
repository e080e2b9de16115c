"""What the studio's server answers without its token: the page's own files, nothing else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybridge.studio.web.app import Folders, create_app
from pybridge.studio.web.guard import PUBLIC_FILES, Guard, is_public

PORT = 4321
TOKEN = "the-token"
RPC = b'{"jsonrpc":"2.0","id":1,"method":"scripts.list","params":{}}'


class Recorder:
    """A service that notes whether anything reached it."""

    def __init__(self) -> None:
        self.reached: list[str] = []

    def handle(self, message: Any) -> Any:
        self.reached.append("rpc")
        return {"jsonrpc": "2.0", "id": message["id"], "result": None}

    def subscribe(self, _: Any) -> Any:
        self.reached.append("events")
        return lambda: None


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    root = tmp_path_factory.mktemp("studio")
    media = root / "media"
    media.mkdir()
    (media / "secret.png").write_bytes(b"\x89PNG\r\n\x1a\nsecret")
    for name in ("index.html", "preview.html", "studio.js", "studio.css", "page.css", "a.wasm"):
        (root / name).write_text("a file of the page", "utf-8")
    return Folders(page=root, bundle=root, runtime=root, pages=root, project=root)


def ask(folders: Folders, raw: str, method: str, token: str | None) -> tuple[int, Recorder]:
    """Send one request as uvicorn would hand it over: the path decoded once."""
    service = Recorder()
    app = create_app(service, Guard(PORT, TOKEN), folders)
    headers = [(b"host", f"127.0.0.1:{PORT}".encode()), (b"content-type", b"application/json")]
    if token is not None:
        headers.append((b"authorization", f"Bearer {token}".encode()))
    path, _, query = raw.partition("?")
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode("ascii", "replace"),
        "query_string": query.encode("ascii", "replace"),
        "root_path": "",
        "headers": headers,
        "server": ("127.0.0.1", PORT),
        "client": ("127.0.0.1", 5),
    }
    return asyncio.run(_answered(app, scope)), service


async def _answered(app: Any, scope: dict[str, Any]) -> int:
    status: list[int] = []
    parts = iter([{"type": "http.request", "body": RPC, "more_body": False}])

    async def receive() -> dict[str, Any]:
        return next(parts, {"type": "http.disconnect"})

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            status.append(message["status"])

    await app(scope, receive, send)
    return status[0]


def variants(path: str) -> Iterator[str]:
    """Yield other spellings of *path* that some router might take for it."""
    ends = (
        "",
        "%0A",
        "%0D",
        "%0D%0A",
        "%00",
        "%20",
        "%09",
        "/",
        "//",
        "/.",
        "%2F",
        ";",
        "?",
        "#",
        "%3F",
    )
    for end in ends:
        yield path + end
    yield from ("/" + path, "/." + path, "/x/.." + path, path.upper(), "%0A" + path)
    yield from ("/runtime/.." + path, "/runtime/%2e%2e" + path, path.replace("/", "%2F"))


GUARDED = [*variants("/rpc"), *variants("/events"), *variants("/media/secret.png")]


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
@pytest.mark.parametrize("path", GUARDED)
def test_nothing_of_the_project_is_answered_without_the_token(
    folders: Folders, path: str, method: str
) -> None:
    status, service = ask(folders, path, method, None)
    assert status in (401, 404, 405)
    assert service.reached == []


@given(st.text(st.characters(codec="utf-8"), max_size=12), st.sampled_from(["/rpc", "/events"]))
def test_no_spelling_is_public(tail: str, path: str) -> None:
    assert not is_public(path + tail)
    assert not is_public(tail + path) or (tail + path).startswith("/runtime/")


@pytest.mark.parametrize("path", sorted(PUBLIC_FILES))
def test_the_pages_files_need_no_token(folders: Folders, path: str) -> None:
    status, _ = ask(folders, path, "GET", None)
    assert status in (200, 404)


@pytest.mark.parametrize(
    "path",
    ["/runtime/%00", "/runtime/a%00.wasm", "/%00", "/media/%00", "/media/a%0Ab", "/runtime/%0a"],
)
def test_odd_bytes_are_not_found_and_no_error(folders: Folders, path: str) -> None:
    assert ask(folders, path, "GET", TOKEN)[0] == 404
    assert ask(folders, path, "GET", None)[0] in (401, 404)


def test_the_token_lets_the_service_answer(folders: Folders) -> None:
    status, service = ask(folders, "/rpc", "POST", TOKEN)
    assert (status, service.reached) == (200, ["rpc"])
    assert json.loads(RPC)["method"] == "scripts.list"
    assert ask(folders, "/rpc", "POST", TOKEN + "x")[0] == 401
