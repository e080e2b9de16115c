"""What a browser promises, measured on the way for docs/browsers.md; run in each with `--in`, and in Chromium without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from e2e.browsers.record import Record, add
from e2e.conftest import Host, OpenHost, call
from tests.amounts import amount

pytestmark = pytest.mark.every_browser

GOOD = "def render(context):\n    return {'html': '<b>%d</b>' % context['params']['n']}\n"
STUCK = "def render(context):\n    while True: pass\n"
GONE = "import os\ndef render(context):\n    os._exit(1)\n"
ITEM_S = 1.0

TIMED = """async ([name, request]) => {
  const began = performance.now();
  const answer = JSON.parse(await pybridgeCall(name, JSON.stringify(request)));
  return [answer, Math.round(performance.now() - began)];
}"""
"""Calls the client, and says how many milliseconds that took."""


@pytest.fixture(scope="module")
def record(in_browser: str) -> Iterator[Record]:
    """What this browser needs for what, in milliseconds, and how it proves what; kept when all is done."""
    found = Record()
    yield found
    add(in_browser, found)


def timed(host: Host, operation: str, **request: Any) -> tuple[Any, int]:
    answer, ms = host.page.evaluate(TIMED, [operation, request])
    assert "error" not in answer, answer
    return answer["value"], ms


def test_it_starts_and_says_how_each_wall_was_proved(
    open_host: OpenHost, browser: Browser, record: Record
) -> None:
    host = open_host()
    sandbox, record.times["start"] = timed(host, "start", spares=0)
    assert [each for each in sandbox["attestation"] if not each["held"]] == []
    record.proofs = {each["probe"]: each.get("detail", "tried") for each in sandbox["attestation"]}
    record.version = browser.version
    host.do("dispose")
    _, record.times["start again"] = timed(host, "start", spares=0)


def test_each_start_succeeds_with_its_first_worker(open_host: OpenHost) -> None:
    """WebKit left about one worker of twenty-five waiting for ever while it compiled a tiny module."""
    host = open_host()
    for _ in range(amount(5, 50)):
        host.do("start", spares=0)
        assert host.do("stats")["generation"] == 1
        host.do("dispose")


def test_a_thousand_documents_come_out_whole(open_host: OpenHost, record: Record) -> None:
    host = open_host()
    host.start(spares=0)
    host.load(num=GOOD)
    documents = [{"path": f"{n}.md", "text": f"A [[num n={n}]]."} for n in range(1000)]
    rendered, record.times["1,000 documents"] = timed(
        host, "documents", documents=documents, shared={}
    )
    assert [each["output"] for each in rendered] == [f"A <b>{n}</b>." for n in range(1000)]


def test_a_macro_that_hangs_or_ends_costs_itself(open_host: OpenHost, record: Record) -> None:
    host = open_host()
    host.start(spares=1, limits={"itemS": ITEM_S})
    host.load(num=GOOD, stuck=STUCK, gone=GONE)
    for name, code in (("stuck", "timeout"), ("gone", "crash")):
        calls = [call("num", n=1), call(name), call("num", n=2)]
        outcomes, record.times[code] = timed(host, "calls", calls=calls)
        assert [each.get("error", {}).get("code", "ok") for each in outcomes] == ["ok", code, "ok"]


def test_without_its_policy_it_does_not_start(open_host: OpenHost, folder: Path) -> None:
    """The file that is checked is whole; the one that the frame gets has no policy at all."""
    whole = (folder / "frame.htm").read_text("utf-8")
    head, _, rest = whole.partition('<meta http-equiv="Content-Security-Policy"')
    bare = head + rest.partition(">")[2]
    host = open_host()
    answers = iter([whole, bare])
    headers = {"Content-Type": "text/html"}
    host.server.overrides["/pybridge/frame.htm"] = lambda: (200, headers, next(answers).encode())
    error = host.ask("start", spares=0)["error"]
    assert error["code"] == "isolation"
    for probe in ("network", "xhr", "import-url", "string-eval", "nested-worker"):
        assert probe in error["message"]
