"""The process of the sandboxed frame ends: nobody is told, and nobody who is innocent notices."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from e2e.attacks.devtools import DevTools
from e2e.conftest import call
from pybridge import resources
from pybridge.engines.browser import chromium
from pybridge.engines.browser.asset_server import AssetServer

GONE = "the sandbox frame does not answer any more: its process has ended"
LIMITS = {"itemS": 5, "memoryMib": 128}
SLOW = """
import time

def render(context):
    end = time.monotonic() + 0.05
    while time.monotonic() < end:
        pass
    return {"html": "<b>%d</b>" % context["params"]["n"]}
"""


@dataclass
class Page:
    """A page of the application in a browser that is spoken to without anything between."""

    tools: DevTools
    session: str

    def ask(self, expression: str) -> Any:
        return self.tools.evaluate(self.session, expression)

    def do(self, operation: str, **request: Any) -> Any:
        answer = json.loads(self.ask(doing(operation, request)))
        assert "error" not in answer, answer
        return answer["value"]

    def stats(self) -> Any:
        return self.do("stats")

    def end_process(self) -> None:
        """End the renderer process that the frame and its workers are in."""
        (frame,) = [s for s, facts in self.tools.targets.items() if facts["type"] == "iframe"]
        self.tools.tell("Page.crash", {}, frame)


def doing(operation: str, request: dict[str, Any]) -> str:
    return f"pybridgeCall({json.dumps(operation)}, {json.dumps(json.dumps(request))})"


@pytest.fixture
def page(folder: Path, browser_program: Path) -> Iterator[Page]:
    program = str(browser_program)
    mounts = {"/": resources.web_worker() / "headless", "/pybridge/": folder}
    with AssetServer(mounts) as server, DevTools(program, chromium.flags()) as tools:
        page = Page(tools, tools.open(server.url + "/"))
        tools.until(lambda: page.ask("globalThis.pybridgeCall !== undefined"))
        page.do("start", limits=LIMITS, spares=1)
        page.do("load", scripts=[{"path": "scripts/slow.py", "content": SLOW}])
        yield page
        page.do("dispose")


def test_while_nobody_calls_the_next_call_finds_a_worker(page: Page) -> None:
    page.tools.until(lambda: page.stats()["sparesReady"] == 1)
    page.end_process()
    page.tools.until(lambda: page.stats()["sandboxes"] == 2)
    page.tools.until(lambda: page.stats()["current"] and page.stats()["sparesReady"] == 1)
    assert page.do("calls", calls=[call("slow", n=1)])[0]["result"] == {"html": "<b>1</b>"}
    restarts = page.stats()["restarts"]
    assert {each["code"] for each in restarts} == {"crash"}
    assert restarts[0]["message"] in (GONE, "the sandbox is gone")


def test_in_the_middle_of_a_batch_every_call_comes_out_right(page: Page) -> None:
    calls = [call("slow", n=n) for n in range(60)]
    page.ask(f"void (globalThis.open_ = {doing('calls', {'calls': calls})})")
    page.tools.until(lambda: page.stats()["queued"] == 1)
    page.end_process()
    outcomes = json.loads(page.ask("globalThis.open_"))["value"]
    assert [each.get("result") for each in outcomes] == [{"html": f"<b>{n}</b>"} for n in range(60)]
    stats = page.stats()
    assert stats["sandboxes"] == 2
    assert stats["calls"] == {"calls": 60, "ok": 60, "errors": 0, "byCode": {}}
    assert stats["quarantined"] == []


def test_again_and_again(page: Page) -> None:
    for times in range(1, 4):
        page.ask(f"void (globalThis.open_ = {doing('calls', {'calls': [call('slow', n=times)]})})")
        page.end_process()
        (outcome,) = json.loads(page.ask("globalThis.open_"))["value"]
        assert outcome.get("result") == {"html": f"<b>{times}</b>"}
        assert page.stats()["breaker"]["isOpen"] is False
    assert page.ask("document.querySelectorAll('iframe').length") == 1
