"""Absurd addresses: never an error of the server, never a file from elsewhere."""

from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pybridge.studio.web.app import Folders
from tests.amounts import amount
from tests.unit.studio.test_guard import ask, in_session, nothing

ODD = [
    *("..", ".", "", "~", "%", "%%", "%zz", "%00", "%0a", "%0d%0a", "%7f", "%c2%85", "%e2%80%ae"),
    *("%ff", "%ed%a0%80", "%f0%9f%98%80", "%2e%2e", "%2f", "%5c", "%255c", "%252e%252e", "..%2f"),
    *(
        "con",
        "aux.png",
        "nul",
        "c:",
        "c%3a",
        "\\\\?\\c:",
        "file:",
        "http:",
        "a.wasm",
        "a.png",
        ";",
        "*",
    ),
    *(
        "a" * 255,
        "a" * 256,
        "%c3%a4" * 100,
        "a" * 5000,
        "%F0%9F%92%A9" * 64,
        "\u202e",
        "a.png%00.txt",
    ),
]
PIECES = st.one_of(st.sampled_from(ODD), st.text(max_size=6).map(quote))
PATHS = st.builds(
    lambda start, pieces, end: start + "/".join(pieces) + end,
    st.sampled_from(["/", "/runtime/", "/media/", "/session/", "/rpc/", "/events/", "//", ""]),
    st.lists(PIECES, max_size=8),
    st.sampled_from(["", "/", "?", "?a=%00", "#", "%20", ".png", ";a"]),
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    root = tmp_path_factory.mktemp("urls") / "served"
    root.mkdir()
    (root.parent / "a.png").write_bytes(b"outside")
    for name in ("index.html", "preview.html", "a.wasm"):
        (root / name).write_text("a file of the page", "utf-8")
    return Folders(page=root, bundle=root, runtime=root, pages=root, project=root)


@settings(max_examples=amount(300, 20_000), deadline=None)
@given(
    PATHS, st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "OPTIONS", "\u2603"])
)
@example("/runtime/" + "a" * 256, "GET")
@example("/media/" + "a" * 256 + ".png", "GET")
@example("/media/" + "a/" * 2000 + "b.png", "GET")
@example("/runtime/%00", "GET")
@example("/" + "a" * 100_000, "GET")
def test_every_address_has_an_answer(folders: Folders, path: str, method: str) -> None:
    for headers in (in_session, nothing):
        status, _ = ask(folders, path, method, headers)
        assert status in (200, 204, 307, 400, 401, 404, 405, 413), path


def test_a_name_that_is_too_long_leaves_no_trace_in_the_log(
    folders: Folders, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert ask(folders, "/runtime/" + "a" * 300, "GET", in_session)[0] == 404
    assert ask(folders, "/media/" + "a" * 300 + ".png", "GET", in_session)[0] == 404
    assert [each for each in caplog.records if each.levelno >= logging.WARNING] == []


def test_no_file_from_elsewhere(folders: Folders, tmp_path: Path) -> None:
    for up in ("..", "%2e%2e", "%2E.", "..%2f..", "....//", "..%5c", "%252e%252e"):
        for start in ("/runtime/", "/media/", "/", "/runtime/x/"):
            assert ask(folders, f"{start}{up}/a.png", "GET", in_session)[0] == 404
