"""The pages of docs/serving.md, written as they stand there, start and render in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page

from e2e.bundled_applications import RENDERED
from e2e.conftest import linked
from pybridge import resources
from pybridge.engines.browser.asset_server import AssetServer

pytestmark = pytest.mark.timeout(200)

GUIDE = (resources.root() / "docs" / "serving.md").read_text("utf-8")
SHOWN = "() => !document.getElementById('output').textContent.startsWith('Starting')"
CONTROLLED = "() => navigator.serviceWorker.controller !== null"
OUT = "https://your-page.example/"


def section(title: str) -> str:
    found = GUIDE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    assert found, f"docs/serving.md has no section {title}"
    return found


def files(text: str) -> dict[str, str]:
    """Return the example files of a text by their names."""
    found = re.findall(r"```(?:js|html)\n(?://|<!--) ([\w.-]+).*?\n(.*?)```", text, re.DOTALL)
    return dict(found)


def headers(title: str) -> list[dict[str, str]]:
    """Return the headers of each block of a section."""
    blocks = re.findall(r"```text\n(.*?)```", section(title), re.DOTALL)
    return [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks]


class Site:
    """Folders of example files, served with headers, and the pages opened there."""

    def __init__(self, browser: Browser, folder: Path, root: Path) -> None:
        self._folder = folder
        self._root = root
        self._stack = ExitStack()
        self._context = browser.new_context()
        self._stack.callback(self._context.close)

    def close(self) -> None:
        self._stack.close()

    def serve(self, named: dict[str, str], sent: dict[str, str] | None = None) -> AssetServer:
        """Serve the files beside the built folder until the test ends."""
        return self._stack.enter_context(self.server(named, sent))

    def server(self, named: dict[str, str], sent: dict[str, str] | None = None) -> AssetServer:
        """Return a server of the files beside the built folder; each connection ends with its answer."""
        root = self._root / str(len(list(self._root.iterdir())))
        linked(self._folder, root / "pybridge")
        for name, text in named.items():
            (root / name).write_text(text, "utf-8")
        always = {"Content-Security-Policy": "", "Connection": "close", **(sent or {})}
        return AssetServer({"/": root}, headers=always)

    def open(self, address: str) -> Page:
        page = self._context.new_page()
        page.goto(address)
        return page


@pytest.fixture
def site(browser: Browser, folder: Path, tmp_path: Path) -> Iterator[Site]:
    opened = Site(browser, folder, tmp_path)
    yield opened
    opened.close()


def rendered(page: Page | Frame) -> str:
    page.wait_for_function(SHOWN)
    return str(page.evaluate("() => document.querySelector('#output').innerHTML"))


PAGE = files(GUIDE.partition("\n## ")[0])


@pytest.mark.every_browser
def test_a_plain_page_under_the_strict_policy(site: Site) -> None:
    (policy,) = headers("Under a Content-Security-Policy")
    server = site.serve(PAGE, policy)
    assert RENDERED in rendered(site.open(f"{server.url}/"))


def test_a_cross_origin_isolated_page(site: Site) -> None:
    (isolating,) = headers("In a cross-origin isolated page")
    page = site.open(f"{site.serve(PAGE, isolating).url}/")
    assert RENDERED in rendered(page)
    assert page.evaluate("() => crossOriginIsolated")


@pytest.mark.every_browser
@pytest.mark.parametrize(
    ("left_out", "starting"),
    [("", {"chromium", "firefox"}), ("Cross-Origin-Resource-Policy", {"chromium"})],
)
def test_which_browsers_start_in_an_isolated_page(
    site: Site, in_browser: str, left_out: str, starting: set[str]
) -> None:
    (isolating,) = headers("In a cross-origin isolated page")
    sent = {name: value for name, value in isolating.items() if name != left_out}
    first, _, rest = PAGE["main.js"].partition("\n")
    shown = "document.getElementById('output').textContent = `failed: ${error.code}`"
    main = f"{first}\ntry {{{rest}}} catch (error) {{ {shown}; }}\n"
    page = site.open(f"{site.serve({**PAGE, 'main.js': main}, sent).url}/")
    assert (RENDERED in rendered(page)) is (in_browser in starting)


def test_a_page_inside_a_frame_of_another_origin(site: Site) -> None:
    text = section("Inside a frame of another origin")
    (admitting,) = headers("Inside a frame of another origin")
    outer = site.serve({})
    admitted = {name: text.replace("https://host.example", outer.url) for name, text in admitting.items()}  # fmt: skip
    inner = site.serve(PAGE, admitted)
    frame = inner.answer("/pybridge/frame.htm")[2]
    inner.overrides["/pybridge/frame.htm"] = lambda: (200, {"Content-Type": "text/html", **admitted}, frame)  # fmt: skip
    # Another site, too: the browser keeps its processes and caches apart.
    address = inner.url.replace("127.0.0.1", "localhost") + "/"
    assert OUT in text
    host = files(text)["host.html"].replace(OUT, address).encode()
    outer.overrides["/host.html"] = lambda: (200, {"Content-Type": "text/html"}, host)
    page = site.open(f"{outer.url}/host.html")
    page.wait_for_selector("iframe")
    (app,) = page.main_frame.child_frames
    assert app.url == address
    assert RENDERED in rendered(app)


def test_a_page_that_loads_the_folder_from_another_origin(site: Site) -> None:
    cors, policy = headers("From another origin")
    far = site.serve({}, cors)
    place = far.url.replace("127.0.0.1", "localhost")
    here = {name: text.replace("https://files.example", place) for name, text in policy.items()}
    example = files(section("From another origin"))["main.js"]
    main = example.replace("https://files.example", place)
    assert main != example
    server = site.serve({**PAGE, "main.js": main}, here)
    assert RENDERED in rendered(site.open(f"{server.url}/"))


OFFLINE = files(section("Offline"))
INSTALLED = {
    **PAGE,
    **OFFLINE,
    "index.html": PAGE["index.html"] + '<script type="module" src="offline.js"></script>\n',
    "service-worker.js": OFFLINE["service-worker.js"].replace(
        '"main.js"', '"main.js", "offline.js"'
    ),
}


def installed(site: Site, named: dict[str, str]) -> str:
    """Open a page until its service worker controls it, and end its server; return its address."""
    (policy,) = headers("Under a Content-Security-Policy")
    with site.server(named, policy) as server:
        page = site.open(f"{server.url}/")
        assert RENDERED in rendered(page)
        page.wait_for_function(CONTROLLED)
        page.close()
        return f"{server.url}/"


def test_a_page_offline(site: Site) -> None:
    page = site.open(installed(site, INSTALLED))
    assert RENDERED in rendered(page)
    assert page.evaluate("() => document.querySelector('iframe').hasAttribute('sandbox')") is False
    assert page.evaluate("() => document.querySelector('iframe').contentDocument") is None


def test_offline_without_the_header_the_error_names_the_service_worker(site: Site) -> None:
    worker = INSTALLED["service-worker.js"]
    plain = re.sub(r"  headers\.set\(.*\n", "", worker)
    assert plain != worker
    page = site.open(installed(site, {**INSTALLED, "service-worker.js": plain}))
    message = page.wait_for_event("pageerror", timeout=30_000).message
    assert "no service worker answers for a sandboxed frame" in message
    assert "Content-Security-Policy: sandbox allow-scripts" in message


def test_a_header_that_only_a_fetch_gets_does_not_pass_for_a_sandbox(site: Site) -> None:
    worker = INSTALLED["service-worker.js"]
    mocked = worker.replace(
        "return (await cache.match(request)) ?? fetch(request);",
        """const found = await cache.match(request);
  if (!found || request.mode !== "navigate" || !request.url.endsWith("frame.htm")) return found ?? fetch(request);
  return new Response(await found.blob(), { headers: { "Content-Type": "text/html" } });""",
    )
    assert mocked != worker
    page = site.open(installed(site, {**INSTALLED, "service-worker.js": mocked}))
    message = page.wait_for_event("pageerror", timeout=60_000).message
    assert "opaque-origin" in message
