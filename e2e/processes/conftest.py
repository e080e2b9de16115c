"""A page that runs processes."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from pybridge import resources
from pybridge.engines.browser.asset_server import AssetServer
from pybridge.processes.page_folder import folder_with_python
from tests.amounts import IS_WEBKIT

SLOWER = 6 if IS_WEBKIT else 2
"""How much longer a process may take: WebKit runs WebAssembly slower."""

_numbers = itertools.count()


@dataclass
class ProcessPage:
    """A page of an application, with processes in it."""

    server: AssetServer
    page: Page
    folder: Path
    """The built one."""
    console: list[str] = field(default_factory=list)

    def ask(self, operation: str, **request: Any) -> Any:
        """Call the page; return `{"value": …}` or `{"error": …}`."""
        text = self.page.evaluate(
            "([name, text]) => pybridgeProcess(name, text)", [operation, json.dumps(request)]
        )
        return json.loads(text)

    def do(self, operation: str, **request: Any) -> Any:
        """Call the page and expect it to succeed."""
        answer = self.ask(operation, **request)
        assert "error" not in answer, answer
        return answer["value"]

    def run(self, invocation: Mapping[str, Any]) -> dict[str, Any]:
        """Run an invocation.v1; return its completed.v1."""
        return dict(self.do("run", id=next(_numbers), invocation=dict(invocation)))

    def python(self, code: str, **more: Any) -> dict[str, Any]:
        """Run a program."""
        return self.run({"argv": ["python", "-c", code], **more})

    def register(self, name: str, wasm: bytes) -> None:
        self.do("register", name=name, base64=base64.b64encode(wasm).decode("ascii"))


@pytest.fixture(scope="session")
def processes_folder(built_once: Path) -> Path:
    return folder_with_python()


def opened(browser: Browser, folder: Path) -> Iterator[ProcessPage]:
    """Open a page; it is closed at the end."""
    mounts = {"/": resources.web_worker() / "headless", "/pybridge/": folder}
    with AssetServer(mounts) as server:
        context = browser.new_context()
        found = ProcessPage(server, context.new_page(), folder)
        found.page.on("console", lambda message: found.console.append(message.text))
        found.page.on("pageerror", lambda error: found.console.append(str(error)))
        found.page.goto(f"{server.url}/processes.html")
        found.page.wait_for_function("() => globalThis.pybridgeProcess !== undefined")
        yield found
        context.close()


@pytest.fixture(scope="module")
def processes(browser: Browser, processes_folder: Path) -> Iterator[ProcessPage]:
    for page in opened(browser, processes_folder):
        page.do("start")
        yield page


@pytest.fixture
def fresh(browser: Browser, processes_folder: Path) -> Iterator[ProcessPage]:
    yield from opened(browser, processes_folder)


@pytest.fixture(scope="module")
def whole(whole_browser: Browser, processes_folder: Path) -> Iterator[ProcessPage]:
    """In Chromium as people have it: its shell crashes when a module reads outside of its memory."""
    for page in opened(whole_browser, processes_folder):
        page.do("start")
        yield page
