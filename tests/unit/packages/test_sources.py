"""Package indexes, as a server on this machine plays them."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pybridge.packages.downloads import download, require_address
from pybridge.packages.errors import SourceFailed
from pybridge.packages.sources import Folder, Index
from tests.wheels import Wheel

WHEEL = Wheel("six-1.0-py3-none-any.whl")
HASH = hashlib.sha256(WHEEL.content()).hexdigest()


class _Server(ThreadingHTTPServer):
    pages: dict[str, tuple[int, bytes]]
    asked: list[str]


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        status, content = self.server.pages.get(self.path, (404, b""))
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", content.decode())
            content = b""
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Server]:
    monkeypatch.setenv("PYBRIDGE_CACHE", str(tmp_path / "cache"))
    found = _Server(("127.0.0.1", 0), _Handler)
    found.pages, found.asked = {}, []
    thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    found.shutdown()
    found.server_close()
    thread.join()


def address(server: _Server) -> str:
    return f"http://127.0.0.1:{server.server_port}/simple"


def page(**changes: Any) -> bytes:
    file = {"filename": WHEEL.file_name, "url": "../../files/six.whl", "hashes": {"sha256": HASH}}
    return json.dumps({"files": [{**file, **changes}]}).encode()


def test_a_wheel_is_fetched_by_its_hash(server: _Server) -> None:
    server.pages = {"/simple/six/": (200, page()), "/files/six.whl": (200, WHEEL.content())}
    index = Index(address(server))
    [file] = index.files("six")
    assert (file.file_name, file.sha256) == (WHEEL.file_name, HASH)
    assert index.content(file) == WHEEL.content()
    assert index.files("absent") == []


def test_a_wheel_with_another_hash_is_refused(server: _Server) -> None:
    server.pages = {"/simple/six/": (200, page()), "/files/six.whl": (200, b"other")}
    index = Index(address(server))
    with pytest.raises(SourceFailed, match="does not have the hash"):
        index.content(index.files("six")[0])


@pytest.mark.parametrize(
    "changes",
    [
        {"yanked": True},
        {"yanked": "broken"},
        {"hashes": {}},
        {"hashes": {"sha256": "0"}},
        {"hashes": {"md5": "0" * 64}},
        {"filename": "six-1.0.tar.gz"},
        {"url": None},
    ],
    ids=str,
)
def test_a_file_that_is_withdrawn_or_cannot_be_verified_is_left_out(
    server: _Server, changes: dict[str, Any]
) -> None:
    server.pages = {"/simple/six/": (200, page(**changes))}
    assert Index(address(server)).files("six") == []


@pytest.mark.parametrize(
    "answer",
    [(200, b"<html>"), (200, b"[]"), (200, b'{"files": 1}'), (200, b'{"files": [{}]}'), (500, b"")],
    ids=str,
)
def test_what_is_not_an_index_is_told(server: _Server, answer: tuple[int, bytes]) -> None:
    server.pages = {"/simple/six/": answer}
    with pytest.raises(SourceFailed):
        Index(address(server)).files("six")


@pytest.mark.parametrize(
    "wrong",
    [
        "file:///etc/passwd",
        "ftp://x.invalid/",
        "http://x.invalid/",
        "https://user:secret@x.invalid/",
        "x",
        "",
        "https://",
        "http://[",
    ],
)
def test_an_address_that_is_not_of_the_web_or_not_encrypted_is_refused(wrong: str) -> None:
    with pytest.raises(SourceFailed) as told:
        require_address(wrong)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("to", ["file:///etc/passwd", "http://x.invalid/", "ftp://127.0.0.1/"])
def test_a_redirection_leads_to_allowed_addresses_only(server: _Server, to: str) -> None:
    server.pages = {"/simple/six/": (302, to.encode())}
    with pytest.raises(SourceFailed):
        Index(address(server)).files("six")
    server.pages = {"/simple/six/": (302, b"/other/"), "/other/": (200, page())}
    assert len(Index(address(server)).files("six")) == 1


def test_an_answer_that_is_too_long_is_refused(server: _Server) -> None:
    server.pages = {"/simple/": (200, b"x" * 11)}
    assert download(address(server) + "/", most=11) == b"x" * 11
    with pytest.raises(SourceFailed, match="larger than 10 bytes"):
        download(address(server) + "/", most=10)


def test_a_folder_has_wheels_by_normalised_name(tmp_path: Path) -> None:
    for name in ("A_b.c-1.0-py3-none-any.whl", "x.txt"):
        (tmp_path / name).write_bytes(b"x")
    folder = Folder(tmp_path)
    [file] = folder.files("a-b-c")
    assert folder.content(file) == b"x"
    with pytest.raises(SourceFailed):
        Folder(tmp_path / "absent")
