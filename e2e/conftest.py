"""Real Chromium, the real built folder, and the client in a page of its own."""

from __future__ import annotations

import fcntl
import functools
import itertools
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from e2e import quick_browser
from e2e.browsers import driven
from pybridge import resources
from pybridge.build.on_demand import built_folder
from pybridge.build.studio_page import built_page
from pybridge.caches import cache_folder
from pybridge.engines.browser import chromium
from pybridge.engines.browser.asset_server import AssetServer
from tests.amounts import IS_LONG, IS_WEBKIT

ITEM_S = 2 if IS_WEBKIT else 0.5
QUICK = {"itemS": ITEM_S, "compileS": 4 * ITEM_S, "bootS": 20, "memoryMib": 128}
"""Limits under which a stuck macro costs a test half a second."""
GLOBALS = "() => Object.getOwnPropertyNames(globalThis).sort()"


@dataclass
class Host:
    """A page of the application, with the client in it and its server's log."""

    server: AssetServer
    page: Page
    console: list[str] = field(default_factory=list)
    mark: str = ""
    """Stands at the end of every script that is loaded: what a test's scripts cost is charged to them alone."""
    globals: list[str] = field(default_factory=list)
    """Names that the page had at first."""
    loaded: set[str] = field(default_factory=set)
    """Paths of scripts that were loaded and not unloaded."""

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
        return self.load_scripts(
            [{"path": f"scripts/{name}.py", "content": text} for name, text in sources.items()]
        )

    def load_scripts(self, scripts: Sequence[dict[str, Any]]) -> Any:
        self.loaded |= {script["path"] for script in scripts}
        marked = [{**script, "content": script["content"] + self.mark} for script in scripts]
        return self.do("load", scripts=marked)

    def call(self, name: str, **params: Any) -> Any:
        return self.do("calls", calls=[call(name, **params)])[0]

    def clear(self) -> None:
        """Take every script away and begin with another interpreter; see that nothing of them is left."""
        self.do("unload", paths=sorted(self.loaded))
        self.do("restart")
        outcomes = self.do("calls", calls=[call(Path(path).stem) for path in self.loaded])
        assert {outcome["error"]["code"] for outcome in outcomes} <= {"not-found"}
        self.loaded.clear()
        stats = self.do("stats")
        left = {name: stats[name] for name in ("queued", "quarantined", "warnings")}
        assert left == {"queued": 0, "quarantined": [], "warnings": []}
        assert stats["breaker"]["isOpen"] is False
        assert self.page.evaluate(GLOBALS) == self.globals


def call(name: str, **params: Any) -> dict[str, Any]:
    """Return a minimal call.v1."""
    return {"abi": 1, "macro": {"name": name}, "params": params, "env": {"isPreview": False}}


def linked(folder: Path, copy: Path) -> Path:
    """Copy a folder that nobody writes into: the files are the same ones, or copies across file systems."""

    def link(source: str, target: str) -> None:
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)

    shutil.copytree(folder, copy, copy_function=link)
    return copy


@pytest.fixture(scope="session", autouse=True)
def built_once() -> Path:
    """What the commands would build first, out of every test's time: by one process, and the others wait for it."""
    with (cache_folder("e2e") / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        built_page()
        return built_folder()


@pytest.fixture(scope="session")
def folder(built_once: Path) -> Path:
    return built_once


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one driver of a run: it serves a thread only once."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser_program(playwright: Playwright) -> Path:
    return chromium.find(playwright.chromium.executable_path)


@pytest.fixture(scope="session")
def in_browser(request: pytest.FixtureRequest) -> str:
    """The browser of this run: `chromium`, or the one of `--in`."""
    return request.config.getoption("in_browser") or "chromium"


@pytest.fixture(scope="session")
def whole_browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Chromium as people have it, for what tries its walls, and for long runs; or the browser of `--in`."""
    if name := request.config.getoption("in_browser"):
        with driven.running(name) as other:
            yield cast(Browser, other)
        return
    program: Path = request.getfixturevalue("browser_program")
    driver: Playwright = request.getfixturevalue("playwright")
    launched = driver.chromium.launch(executable_path=program, args=chromium.flags())
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """The same engine with less around it, where that is installed; see quick_browser.py."""
    program = quick_browser.find()
    if IS_LONG or program is None or request.config.getoption("in_browser"):
        yield request.getfixturevalue("whole_browser")
        return
    driver: Playwright = request.getfixturevalue("playwright")
    flags = [*chromium.flags(), *quick_browser.FLAGS]
    launched = driver.chromium.launch(executable_path=program, args=flags)
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


Lasting = Callable[..., Host]
_marks = itertools.count()


@pytest.fixture(scope="session")
def lasting(browser: Browser, folder: Path) -> Iterator[Lasting]:
    """Return a page with a runtime that serves many tests; one for each time a call may take."""
    with ExitStack() as stack:
        open_page = host_opener(browser, folder, stack)

        @functools.cache
        def lasting_host(item_s: float) -> Host:
            opened = open_page()
            opened.start(spares=0, limits={"itemS": item_s})
            opened.globals = opened.page.evaluate(GLOBALS)
            return opened

        yield lasting_host


@contextmanager
def borrowed(host: Host) -> Iterator[Host]:
    """Give a lasting page to one test; the next finds an interpreter that no script of it ran in."""
    host.mark = f"\n# {next(_marks)}\n"
    yield host
    host.clear()


@pytest.fixture
def host(lasting: Lasting) -> Iterator[Host]:
    """A page whose runtime is ready, with quick limits and no spare; tests share it one after the other."""
    with borrowed(lasting(QUICK["itemS"])) as opened:
        yield opened


@pytest.fixture
def own_host(open_host: OpenHost) -> Host:
    """The same for one test alone: its counters and its server's log begin with it."""
    opened = open_host()
    opened.start(spares=0)
    return opened
