"""The address opens the page once; tabs and reloads share the session; nothing else gets in."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from e2e.studio.conftest import WINDOW, OpenStudio, make_project
from e2e.studio.running import Running, code_of, exchange, running_studio

LOCKED = "This page is locked"
PATIENT_MS = 60_000


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_studio(make_project(tmp_path_factory.mktemp("sessions"))) as running:
        yield running


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    return without_python(context)


def without_python(context: BrowserContext) -> BrowserContext:
    """Pages that open sooner: nothing here runs a script."""
    context.route("**/runtime/**", lambda route: route.abort())
    return context


def see(context: BrowserContext, address: str, heading: str) -> Page:
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("heading", name=heading)).to_be_visible(timeout=PATIENT_MS)
    return page


def opens(context: BrowserContext, address: str) -> Page:
    return see(context, address, "Choose a script")


@contextmanager
def another(browser: Browser) -> Iterator[BrowserContext]:
    """Another browser: it shares nothing with the first."""
    context = browser.new_context(**WINDOW)
    yield without_python(context)
    context.close()


def plain(studio: Running) -> str:
    return f"http://127.0.0.1:{studio.port}/"


def test_the_first_address_is_a_fresh_one(project: Path, open_studio: OpenStudio) -> None:
    studio = open_studio(project)
    codes = [code_of(address) for address in (studio.first, studio.address(), studio.address())]
    assert len(set(codes)) == 3
    assert all(len(code) >= 32 for code in codes)
    assert exchange(studio.port, codes[0])[0] == 200


def test_the_cookie_is_for_this_host_and_hidden_from_scripts(
    studio: Running, context: BrowserContext
) -> None:
    page = opens(context, studio.address())
    [cookie] = context.cookies()
    assert {name: cookie[name] for name in ("name", "domain", "path", "httpOnly", "sameSite")} == {
        "name": f"pybridge-studio-{studio.port}",
        "domain": "127.0.0.1",
        "path": "/",
        "httpOnly": True,
        "sameSite": "Strict",
    }
    assert cookie["expires"] == -1
    assert page.evaluate("document.cookie") == ""
    _, _, header = exchange(studio.port, code_of(studio.address()))
    assert "domain" not in header.lower()


def test_tabs_and_reloads_go_on_without_an_address(
    studio: Running, context: BrowserContext
) -> None:
    first = opens(context, studio.address())
    second = opens(context, plain(studio))
    first.reload()
    expect(first.get_by_role("heading", name="Choose a script")).to_be_visible(timeout=PATIENT_MS)
    third = opens(context, studio.address())  # a new address, and the other tabs go on
    for page in (first, second, third):
        page.reload()
        expect(page.get_by_role("heading", name="Choose a script")).to_be_visible(
            timeout=PATIENT_MS
        )


def test_the_code_is_in_no_request_line_no_log_and_leaves_the_address(
    studio: Running, context: BrowserContext
) -> None:
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    address = studio.address()
    page.goto(address)
    expect(page.get_by_role("heading", name="Choose a script")).to_be_visible(timeout=PATIENT_MS)
    assert page.url == plain(studio)
    assert page.evaluate("history.length") <= 2
    assert asked
    secrets = [code_of(address), *studio.session.values()]
    assert not any(secret in url for url in asked for secret in secrets if url != address)
    assert not any(secret in line for line in studio.talk for secret in secrets)


def test_the_same_address_again_works_in_this_browser_and_locks_another(
    studio: Running, context: BrowserContext, browser: Browser
) -> None:
    address = studio.address()
    page = opens(context, address)
    opens(context, address)
    with another(browser) as stranger:
        see(stranger, address, LOCKED)
    # Nobody can tell which of the two read it where it should not.
    see(context, plain(studio), LOCKED)
    banner = page.get_by_role("alert").filter(has_text="this page was locked")
    expect(banner).to_be_visible(timeout=PATIENT_MS)
    opens(context, studio.address())


@pytest.mark.parametrize("tail", ["", "#", "#code=", "#code=wrong", "#token=wrong", "?code=wrong"])
def test_without_a_valid_code_the_page_says_where_to_get_one(
    studio: Running, browser: Browser, tail: str
) -> None:
    with another(browser) as context:
        page = see(context, plain(studio) + tail, LOCKED)
        expect(page.get_by_role("main")).to_contain_text("Press Enter in the terminal")


def test_a_cookie_and_key_of_an_earlier_start_open_nothing(
    open_studio: OpenStudio, project: Path, context: BrowserContext
) -> None:
    first = open_studio(project)
    opens(context, first.address()).close()
    old = dict(first.session)
    first.stop()
    second = open_studio(project)
    assert second.port == first.port
    assert old != second.session
    page = see(context, plain(second), LOCKED)
    page.goto(second.address())
    expect(page.get_by_role("heading", name="Choose a script")).to_be_visible(timeout=PATIENT_MS)


def test_two_studios_do_not_disturb_each_other(
    studio: Running, open_studio: OpenStudio, project: Path, context: BrowserContext
) -> None:
    other = open_studio(project)
    one = opens(context, studio.address())
    two = opens(context, other.address())
    for page in (one, two, one):
        page.reload()
        expect(page.get_by_role("heading", name="Choose a script")).to_be_visible(
            timeout=PATIENT_MS
        )
    assert len(context.cookies()) == 2


def test_another_server_of_this_machine_sees_the_cookie_but_cannot_use_it(
    studio: Running, context: BrowserContext
) -> None:
    seen: list[str] = []

    class Eavesdropper(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers.get("Cookie") or "")
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    opens(context, studio.address())
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Eavesdropper)
    threading.Thread(target=server.serve_forever).start()
    try:
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.server_address[1]}/")
        stored = page.evaluate("JSON.stringify({...localStorage})")
    finally:
        server.shutdown()
        server.server_close()
    assert f"pybridge-studio-{studio.port}=" in seen[0], "browsers send cookies to all ports"
    assert json.loads(stored) == {}
    assert refused(studio, {"Cookie": seen[0]})
    assert refused(studio, {"Cookie": seen[0], "Authorization": "Bearer "})
    value = seen[0].partition("=")[2]
    assert refused(studio, {"Cookie": seen[0], "Authorization": f"Bearer {value}"})


def refused(studio: Running, headers: dict[str, str]) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", studio.port, timeout=20)
    body = '{"jsonrpc": "2.0", "id": 1, "method": "scripts.list"}'
    connection.request("POST", "/rpc", body, headers)
    status = connection.getresponse().status
    connection.close()
    return status == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'{"code": 1}', 400),
        (b'{"code": "x"}', 403),
        (b'{"code": "\\ud800"}', 403),
        (b'{"code": "' + b"x" * 2000 + b'"}', 400),
        (b"[" * 1000, 400),
        (b"\xff\xfe", 400),
    ],
)
def test_what_is_not_a_code_is_refused(studio: Running, body: bytes, status: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", studio.port, timeout=20)
    connection.request("POST", "/session", body)
    answer = connection.getresponse()
    assert answer.status == status
    assert answer.getheader("Set-Cookie") is None
    assert json.loads(answer.read())["error"]["code"] == "usage"
    connection.close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_other_pages_exchange_no_code(
    studio: Running, headers: dict[str, str], status: int
) -> None:
    code = code_of(studio.address())
    assert exchange(studio.port, code, headers)[0] == status
    assert exchange(studio.port, code)[0] == 200
