"""What the studio's server answers without a session: the page's own files, nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybridge.studio.web.app import Folders, create_app
from pybridge.studio.web.guard import PUBLIC_FILES, SESSION, Guard, is_public
from pybridge.studio.web.sessions import Session, Sessions

PORT = 4321
COOKIE = f"pybridge-studio-{PORT}"
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


Headers = Callable[[Session], dict[str, str]]


def in_session(session: Session) -> dict[str, str]:
    return {"cookie": f"{COOKIE}={session.cookie}", "authorization": f"Bearer {session.key}"}


def nothing(_: Session) -> dict[str, str]:
    return {}


def ask(
    folders: Folders, raw: str, method: str, headers_of: Headers = nothing
) -> tuple[int, Recorder]:
    """Send one request as uvicorn would hand it over: the path decoded once."""
    service = Recorder()
    sessions = Sessions()
    session = sessions.exchange(sessions.new_code())
    app = create_app(service, Guard(PORT, sessions), folders)
    headers = [(b"host", f"127.0.0.1:{PORT}".encode()), (b"content-type", b"application/json")]
    given = headers_of(session)
    headers += [(name.encode(), value.encode("latin-1")) for name, value in given.items()]
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
def test_nothing_of_the_project_is_answered_without_a_session(
    folders: Folders, path: str, method: str
) -> None:
    status, service = ask(folders, path, method)
    assert status in (401, 404, 405)
    assert service.reached == []


@given(st.text(st.characters(codec="utf-8"), max_size=12), st.sampled_from(["/rpc", "/events"]))
def test_no_spelling_is_public(tail: str, path: str) -> None:
    assert not is_public(path + tail)
    assert not is_public(SESSION + path + tail)
    assert not is_public(tail + path) or (tail + path).startswith("/runtime/")


@pytest.mark.parametrize("path", sorted(PUBLIC_FILES))
def test_the_pages_files_need_no_session(folders: Folders, path: str) -> None:
    status, _ = ask(folders, path, "GET")
    assert status in (200, 404)


@pytest.mark.parametrize(
    "path",
    ["/runtime/%00", "/runtime/a%00.wasm", "/%00", "/media/%00", "/media/a%0Ab", "/runtime/%0a"],
)
def test_odd_bytes_are_not_found_and_no_error(folders: Folders, path: str) -> None:
    assert ask(folders, path, "GET", in_session)[0] == 404
    assert ask(folders, path, "GET")[0] in (401, 404)


def test_a_session_lets_the_service_answer(folders: Folders) -> None:
    status, service = ask(folders, "/rpc", "POST", in_session)
    assert (status, service.reached) == (200, ["rpc"])


HALVES: dict[str, Headers] = {
    "cookie-alone": lambda it: {"cookie": f"{COOKIE}={it.cookie}"},
    "key-alone": lambda it: {"authorization": f"Bearer {it.key}"},
    "wrong-key": lambda it: {**in_session(it), "authorization": f"Bearer {it.key}x"},
    "key-as-cookie": lambda it: {**in_session(it), "cookie": f"{COOKIE}={it.key}"},
    "cookie-as-key": lambda it: {**in_session(it), "authorization": f"Bearer {it.cookie}"},
    "another-port": lambda it: {**in_session(it), "cookie": f"pybridge-studio-1={it.cookie}"},
    "another-case": lambda it: {**in_session(it), "cookie": f"{COOKIE.upper()}={it.cookie}"},
    "in-quotes": lambda it: {**in_session(it), "cookie": f'{COOKIE}="{it.cookie}"'},
    "joined-by-comma": lambda it: {**in_session(it), "cookie": f"a=b,{COOKIE}={it.cookie}"},
    "empty": lambda it: {**in_session(it), "cookie": f"{COOKIE}=", "authorization": "Bearer "},
    "another-scheme": lambda it: {**in_session(it), "authorization": f"Basic {it.key}"},
    "not-ascii": lambda it: {**in_session(it), "authorization": "Bearer \xff"},
}


@pytest.mark.parametrize("headers_of", HALVES.values(), ids=HALVES)
def test_half_a_session_is_none(folders: Folders, headers_of: Headers) -> None:
    status, service = ask(folders, "/rpc", "POST", headers_of)
    assert (status, service.reached) == (401, [])


@pytest.mark.parametrize("around", ["{0}=x; {0}={1}", "{0}={1}; {0}=x", "a=b;{0}={1};", "{0}={1}"])
def test_cookies_that_another_port_added_lock_nobody_out(folders: Folders, around: str) -> None:
    def headers(session: Session) -> dict[str, str]:
        return {**in_session(session), "cookie": around.format(COOKIE, session.cookie)}

    assert ask(folders, "/rpc", "POST", headers)[0] == 200
