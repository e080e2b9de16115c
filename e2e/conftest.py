"""Real Chromium, the real built folder, and the client in a page of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from pybridge import resources
from pybridge.build.on_demand import built_folder
from pybridge.engines.browser import chromium
from pybridge.engines.browser.asset_server import AssetServer

QUICK = {"itemS": 0.5, "compileS": 2, "bootS": 20, "memoryMib": 128}
"""Limits under which a stuck macro costs a test half a second."""


@dataclass
class Host:
    """A page of the application, with the client in it and its server's log."""

    server: AssetServer
    page: Page
    console: list[str] = field(default_factory=list)

    def ask(self, operation: str, **request: Any) -> Any:
        """Call the client; return `{"value": …}` or `{"error": …}`."""
        text = self.page.evaluate(
            "([name, text]) => pybridgeCall(name, text)", [operation, json.dumps(request)]
        )
        return json.loads(text)

    def do(self, operation: str, **request: Any) -> Any:
        """Call the client and expect it to succeed."""
        answer = self.ask(operation, **request)
        assert "error" not in answer, answer
        return answer["value"]

    def start(self, **options: Any) -> Any:
        return self.do("start", limits={**QUICK, **options.pop("limits", {})}, **options)

    def load(self, **sources: str) -> Any:
        return self.do(
            "load", scripts=[{"path": f"scripts/{n}.py", "content": c} for n, c in sources.items()]
        )

    def call(self, name: str, **params: Any) -> Any:
        return self.do("calls", calls=[call(name, **params)])[0]


def call(name: str, **params: Any) -> dict[str, Any]:
    """Return a minimal call.v1."""
    return {"abi": 1, "macro": {"name": name}, "params": params, "env": {"isPreview": False}}


@pytest.fixture(scope="session")
def folder() -> Path:
    return built_folder()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one driver of a run: it serves a thread only once."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser_program(playwright: Playwright) -> Path:
    return chromium.find(playwright.chromium.executable_path)


@pytest.fixture(scope="session")
def browser(playwright: Playwright, browser_program: Path) -> Iterator[Browser]:
    flags = chromium.flags()
    launched = playwright.chromium.launch(executable_path=browser_program, args=flags)
    yield launched
    launched.close()


OpenHost = Callable[..., Host]


@pytest.fixture
def open_host(browser: Browser, folder: Path) -> Iterator[OpenHost]:
    """Open a page of the application; keyword `headers` go on every answer of its server."""
    with ExitStack() as stack:
        yield host_opener(browser, folder, stack)


def host_opener(browser: Browser, folder: Path, stack: ExitStack) -> OpenHost:
    """Return what opens pages; they close with *stack*."""

    def open_page(
        *,
        headers: dict[str, str] | None = None,
        prepare: Callable[[AssetServer], None] | None = None,
        built: Path = folder,
    ) -> Host:
        mounts = {"/": resources.web_worker() / "headless", "/pybridge/": built}
        server = stack.enter_context(AssetServer(mounts, headers=headers))
        if prepare:
            prepare(server)
        context = browser.new_context()
        stack.callback(context.close)
        host = Host(server, context.new_page())
        host.page.on("console", lambda message: host.console.append(message.text))
        host.page.on("pageerror", lambda error: host.console.append(str(error)))
        host.page.goto(server.url + "/")
        host.page.wait_for_function("() => globalThis.pybridgeCall !== undefined")
        return host

    return open_page


@pytest.fixture
def host(open_host: OpenHost) -> Host:
    """A page whose runtime is ready, with quick limits and no spare."""
    opened = open_host()
    opened.start(spares=0)
    return opened
