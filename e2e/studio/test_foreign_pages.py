"""Pages of other origins: no frame around the studio, no other name for it, no request to it."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from e2e.studio.conftest import make_project
from e2e.studio.running import Running, code_of, exchange, running_studio
from e2e.studio.test_refusals import ask
from pybridge.engines.browser import chromium

REBOUND = "rebound.example"
EVIL = "http://evil.example/"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_studio(make_project(tmp_path_factory.mktemp("foreign"))) as running:
        yield running


@pytest.fixture(scope="module")
def rebinding(playwright: Playwright, browser_program: Path) -> Iterator[Browser]:
    """A browser to which foreign names are addresses of this machine, as after DNS rebinding."""
    rules = f"MAP {REBOUND} 127.0.0.1, MAP *.{REBOUND} 127.0.0.1, MAP {REBOUND}. 127.0.0.1"
    # The browser's own question before a page may ask this machine would hide what the server does.
    question = "LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests"
    flags = [*chromium.flags(), f"--host-resolver-rules={rules}", f"--disable-features={question}"]
    browser = playwright.chromium.launch(executable_path=browser_program, args=flags)
    yield browser
    browser.close()


TRIES = """async ([code, cookie, key]) => {
  const headers = { "content-type": "application/json", authorization: key, "x-cookie": cookie };
  const body = '{"jsonrpc": "2.0", "id": 1, "method": "scripts.list"}';
  const text = (answer) => answer.text().then((it) => `${answer.status} ${it}`);
  const ways = {
    rpc: () => fetch("/rpc", { method: "POST", headers, body }).then(text),
    session: () => fetch("/session", { method: "POST", headers, body: JSON.stringify({ code }) }).then(text),
    events: () => fetch("/events", { headers }).then(text),
    page: () => fetch("/").then(text),
    script: () => import("/studio.js").then(() => "imported"),
    frame: () => new Promise((done) => {
      const frame = document.createElement("iframe");
      frame.onload = () => done(frame.contentDocument?.body?.innerText ?? "closed");
      frame.src = "/";
      document.body.append(frame);
    }),
    socket: () => new Promise((done) => {
      const socket = new WebSocket(`ws://${location.host}/events`);
      socket.onopen = () => done("open");
      socket.onerror = () => done("refused");
    }),
  };
  const tried = Object.entries(ways).map(([name, way]) => way().catch(() => "refused").then((it) => [name, it]));
  return Object.fromEntries(await Promise.all(tried));
}"""


@pytest.mark.parametrize("name", [REBOUND, f"a.{REBOUND}", f"{REBOUND}.", f"127.0.0.1.{REBOUND}"])
def test_a_rebound_name_reaches_nothing_in_a_real_browser(
    studio: Running, rebinding: Browser, name: str
) -> None:
    code = code_of(studio.address())
    context = rebinding.new_context()
    page = context.new_page()
    start = f"http://{name}:{studio.port}/start"
    page.route(start, lambda route: route.fulfill(content_type="text/html", body="<p>hello"))
    page.goto(start)  # from the attacker's server; all that follows goes to the studio
    found = page.evaluate(TRIES, [code, studio.session["Cookie"], studio.session["Authorization"]])
    context.close()
    refusal = "this server accepts requests for 127.0.0.1 only"
    for way in ("rpc", "session", "events", "page"):
        assert found[way].startswith("421 "), way
        assert refusal in found[way]
    assert refusal in found["frame"]
    assert (found["script"], found["socket"]) == ("refused", "refused")
    assert exchange(studio.port, code)[0] == 200, "the code was used up"


@pytest.mark.parametrize(
    "host",
    ["{0}", "[::1]:{0}", "0.0.0.0:{0}", "127.0.0.1.:{0}", "localhost.:{0}", "127.1:{0}", "evil.example@127.0.0.1:{0}",
     "127.0.0.1:{0}.evil.example", "127.0.0.1", "127.0.0.1:80", "a.localhost:{0}", "127.0.0.1:{0} ", "127.0.0.1:0{0}"],
)  # fmt: skip
def test_no_other_spelling_of_the_host(studio: Running, host: str) -> None:
    status, text, _ = ask(studio, "GET", "/", headers={"Host": host.format(studio.port)})
    assert (status in (400, 421), "<html" in text) == (True, False) or host.endswith(" ")


FRAMES = """async (urls) => {
  const shown = urls.flatMap((url) => [
    Object.assign(document.createElement("iframe"), { src: url }),
    Object.assign(document.createElement("object"), { data: url }),
    Object.assign(document.createElement("embed"), { src: url }),
  ]);
  const loaded = shown.map((each) => new Promise((done) => {
    each.onload = each.onerror = done;
    setTimeout(done, 5000);
  }));
  document.body.append(...shown);
  await Promise.all(loaded);
}"""


def framed(page: Page, studio: Running, code: str) -> list[str]:
    """Return the text of all that a page shows of the studio in frames."""
    base = f"http://127.0.0.1:{studio.port}/"
    page.evaluate(
        FRAMES, [base, f"{base}#code={code}", f"{base}preview.html", f"{base}runtime/frame.htm"]
    )
    return [frame.evaluate("document.documentElement.innerHTML") for frame in page.frames[1:]]


@contextmanager
def neighbour() -> Iterator[str]:
    """A page of another port of the same host, which browsers call the same site."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<p>hello")

        def log_message(self, format: str, *args: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("where", ["another site", "another port"])
def test_no_page_frames_the_studio(studio: Running, context: BrowserContext, where: str) -> None:
    code = code_of(studio.address())
    page = context.new_page()
    page.route(EVIL, lambda route: route.fulfill(content_type="text/html", body="<p>hello"))
    with neighbour() as address:
        page.goto(EVIL if where == "another site" else address)
        shown = framed(page, studio, code)
    assert shown
    for text in shown:
        assert not [part for part in ('id="studio"', "studio.js", "<main") if part in text]
    assert exchange(studio.port, code)[0] == 200, "the code was used up in a frame"


@pytest.mark.parametrize(
    ("path", "ancestors", "option"),
    [
        ("/", "'none'", "DENY"),
        ("/preview.html", "'self'", "SAMEORIGIN"),
        ("/studio.js", None, "SAMEORIGIN"),
        ("/runtime/frame.htm", None, "SAMEORIGIN"),
    ],
)
def test_browsers_that_send_no_origin_of_frames_are_told_too(
    studio: Running, path: str, ancestors: str | None, option: str
) -> None:
    _, _, headers = ask(studio, "GET", path)
    assert headers["x-frame-options"] == option
    if ancestors is not None:
        assert f"frame-ancestors {ancestors}" in headers["content-security-policy"]


def test_a_page_that_opens_the_studio_keeps_no_hold_of_it(
    studio: Running, context: BrowserContext
) -> None:
    page = context.new_page()
    page.route(EVIL, lambda route: route.fulfill(content_type="text/html", body="<p>hello"))
    page.goto(EVIL)
    code = code_of(studio.address())
    with context.expect_page() as opening:
        page.evaluate(
            "(url) => { window.opened = window.open(url); }",
            f"http://127.0.0.1:{studio.port}/#code={code}",
        )
    opening.value.wait_for_load_state()
    assert "the request comes from another page" in opening.value.content()
    assert exchange(studio.port, code)[0] == 200
