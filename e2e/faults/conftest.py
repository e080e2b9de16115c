"""A page whose client stands on ports that can fail."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from pybridge import resources
from pybridge.engines.browser.asset_server import AssetServer

HERE = Path(__file__).parent
SCRIPTS = HERE / "scripts"


@dataclass
class Ground:
    """The page, its server, and the browser as seen from above."""

    server: AssetServer
    page: Page
    above: CDPSession
    profile: str
    """The browser's name for where the page's cookies and targets belong: other tests' pages are elsewhere."""
    problems: list[str]
    """What the page said on its console, or threw."""

    def start(self, **options: Any) -> None:
        self.page.evaluate("async (o) => { globalThis.runtime = await load.start(o) }", options)

    def load(self, sources: dict[str, str]) -> None:
        scripts = [{"path": f"scripts/{n}.py", "content": c} for n, c in sources.items()]
        self.page.evaluate("(scripts) => runtime.load(scripts)", scripts)

    def stats(self) -> Any:
        return self.page.evaluate("() => runtime.stats()")

    def left(self) -> Any:
        """Return what the client has open, seen from inside the page and from above."""
        inside = self.page.evaluate("() => faults.left()")
        targets = self.above.send("Target.getTargets")["targetInfos"]
        mine = [each for each in targets if each.get("browserContextId") == self.profile]
        opened = [each for each in mine if each["type"] in ("worker", "iframe")]
        return {**inside, "targets": len(opened)}

    def left_in_the_end(self) -> Any:
        """Return the same once it is nothing, or some seconds later: the browser ends workers and frames in its own time."""
        end = time.monotonic() + ENDED_S
        while (left := self.left()) != NOTHING and time.monotonic() < end:
            self.page.wait_for_timeout(50)
        return left


ENDED_S = 5
NOTHING = {"timers": 0, "listeners": 0, "ports": 0, "frames": 0, "targets": 0}


@pytest.fixture(scope="session")
def browser(whole_browser: Browser) -> Browser:
    """Faults kill processes of Chromium as people have it."""
    return whole_browser


@pytest.fixture
def ground(browser: Browser, folder: Path) -> Iterator[Ground]:
    with ExitStack() as stack:
        mounts = {"/": resources.web_worker() / "headless", "/pybridge/": folder}
        server = stack.enter_context(AssetServer(mounts))
        context = browser.new_context()
        stack.callback(context.close)
        page = context.new_page()
        for name in ("ports.js", "load.js"):
            page.add_init_script(path=HERE / name)
        info = context.new_cdp_session(page).send("Target.getTargetInfo")["targetInfo"]
        above = browser.new_browser_cdp_session()
        ground = Ground(server, page, above, info["browserContextId"], [])
        page.on("console", lambda message: ground.problems.append(message.text))
        page.on("pageerror", lambda error: ground.problems.append(str(error)))
        page.goto(server.url + "/")
        yield ground


def keep(name: str, report: dict[str, Any]) -> None:
    """Leave the figures of a run where `make soak` and readers find them."""
    out = Path("out") / "faults"
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{name}.json").write_text(json.dumps(report, indent=1), "utf-8")


def sources(*names: str) -> dict[str, str]:
    """Return the scripts of these names."""
    return {name: (SCRIPTS / f"{name}.py").read_text("utf-8") for name in names}
