"""One browser for one benchmark run: ours and the baselines take turns in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pybridge.bench import workload
from pybridge.build import pyodide_assets, site
from pybridge.build.on_demand import built_folder
from pybridge.engines.browser import chromium
from pybridge.engines.browser.asset_server import AssetServer
from pybridge.errors import EngineCrashed, browser_extra_missing

try:
    from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright
except ModuleNotFoundError as error:
    raise browser_extra_missing() from error

_PAGES = Path(__file__).parent / "pages"

_BASELINE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval'; worker-src 'self'"
)
"""What Pyodide's documented pattern needs; ours runs under the same header here."""


class BenchSession:
    """Pages of `bench/pages` in a real browser; a context manager."""

    def __init__(self, *, site_posts: int = 10_000) -> None:
        """Start server and browser; *site_posts* is how large the rendered site is.

        Raises:
            PybridgeError: the browser or the pinned Pyodide is missing.
        """
        with ExitStack() as stack:
            mounts = {
                "/": _PAGES,
                "/pybridge/": built_folder(),
                "/pyodide/": pyodide_assets.ensure(),
            }
            # The sandboxed baseline has an opaque origin: everything it loads is cross-origin.
            headers = {
                "Content-Security-Policy": _BASELINE_POLICY,
                "Access-Control-Allow-Origin": "*",
            }
            self._server = stack.enter_context(AssetServer(mounts, headers=headers))
            playwright = stack.enter_context(sync_playwright())
            program = chromium.find(playwright.chromium.executable_path)
            self._browser: Browser = playwright.chromium.launch(
                executable_path=program, args=chromium.flags()
            )
            stack.callback(self._browser.close)
            # One context: its HTTP cache is warm for both sides after the first turn.
            self._context = self._browser.new_context()
            self.site_posts = site_posts
            self._beside_messages: dict[str, tuple[Page, Page]] = {}
            self._stack = stack.pop_all()

    @property
    def browser_version(self) -> str:
        """Return the version of the browser."""
        return self._browser.version

    def processes(self) -> list[int]:
        """Return the ids of the browser's processes."""
        connection = self._browser.new_browser_cdp_session()
        try:
            found = connection.send("SystemInfo.getProcessInfo")["processInfo"]
        finally:
            connection.detach()
        return [int(each["id"]) for each in found]

    def open(self, name: str) -> Page:
        """Open the page *name*, whose `bench` object has the operations to measure."""
        return self._open(self._context, name)

    def beside_messages(self, source: str) -> tuple[Page, Page]:
        """Return our page, and one that sends a message for each macro, behind the same wall.

        *source* is the macro that the latter has; ours has the whole project. Both stay open: the next scenario that
        asks for the same ones starts warm, on both sides.
        """
        if source not in self._beside_messages:
            own, walled = self.open("ours"), self.open("messages")
            ask(own, "start", workload.project(), workload.call(0))
            ask(walled, "start", source, "origin")
            self._beside_messages[source] = own, walled
        return self._beside_messages[source]

    @contextmanager
    def without_snapshot(self) -> Iterator[None]:
        """Answer 404 for the snapshot meanwhile: what starts then boots from scratch."""
        path = f"/pybridge/{site.SNAPSHOT}"
        self._server.overrides[path] = lambda: (HTTPStatus.NOT_FOUND, {}, b"")
        try:
            yield
        finally:
            del self._server.overrides[path]

    @contextmanager
    def fresh(self, name: str) -> Iterator[Page]:
        """Open the page in a profile of its own, with nothing cached."""
        context = self._browser.new_context()
        try:
            yield self._open(context, name)
        finally:
            context.close()

    def _open(self, context: BrowserContext, name: str) -> Page:
        page = context.new_page()
        page.goto(f"{self._server.url}/{name}.html")
        page.wait_for_function("() => globalThis.bench !== undefined")
        return page

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()


_TIMEOUT_S = 120

_ASK = """([name, args, timeoutMs]) => Promise.race([
  globalThis.bench[name](...args),
  new Promise((_, reject) => setTimeout(() => reject(new Error(`${name} does not end`)), timeoutMs)),
])"""


def ask(page: Page, operation: str, *args: Any) -> Any:
    """Call an operation of the page's `bench` object; it ends, one way or the other."""
    try:
        return page.evaluate(_ASK, [operation, list(args), _TIMEOUT_S * 1000])
    except Error as error:
        raise EngineCrashed("benchmark's browser", f"{operation}: {error.message}") from error


def close(*pages: Page) -> None:
    """Close pages that have been measured, with all their workers."""
    for page in pages:
        page.close()
