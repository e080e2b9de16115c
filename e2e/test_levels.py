"""Level `worker`, for hosts without frames: the same work, and what it cannot promise is not claimed."""

from __future__ import annotations

import pytest

from e2e.conftest import Host, OpenHost

pytestmark = pytest.mark.every_browser

GOOD = "def render(context):\n    return {'html': '<b>%d</b>' % context['params']['n']}\n"


@pytest.fixture
def host(open_host: OpenHost) -> Host:
    opened = open_host()
    opened.start(spares=1, isolation="worker")
    return opened


def test_it_renders_and_recovers(host: Host) -> None:
    host.load(good=GOOD, bad="def render(context):\n    while True: pass\n")
    assert host.call("good", n=1)["result"] == {"html": "<b>1</b>"}
    assert host.call("bad")["error"]["code"] == "timeout"
    assert host.call("good", n=2)["result"] == {"html": "<b>2</b>"}
    assert host.page.query_selector("iframe") is None


def test_its_attestation_holds_but_for_the_origin(host: Host, in_browser: str) -> None:
    probes = {probe["probe"]: probe["held"] for probe in host.do("stats")["sandbox"]["attestation"]}
    # Storage of the origin is behind the emptied scope only: that is why `origin` is the default.
    assert {name for name, held in probes.items() if not held} == {
        *("opaque-origin", "storage", "caches", "locks", "broadcast"),
        *(["file-system"] if in_browser != "webkit" else []),  # which has none in workers
    }


def test_a_worker_without_its_policy_is_refused(open_host: OpenHost) -> None:
    host = open_host()
    body = (host.server.answer("/pybridge/worker.bin"))[2]
    headers = {"Content-Type": "text/javascript"}
    host.server.overrides["/pybridge/worker.bin"] = lambda: (200, headers, body)
    error = host.ask("start", isolation="worker", spares=0)["error"]
    assert error["code"] == "isolation"
    assert "network" in error["message"]
    assert "worker.bin must be served with the headers" in error["hint"]


def test_a_restart_forgets_what_scripts_left_behind(open_host: OpenHost) -> None:
    host = open_host()
    host.start(spares=0)
    source = (
        "seen = []\ndef render(context):\n    seen.append(1)\n    return {'text': str(len(seen))}\n"
    )
    host.load(counter=source)
    assert [host.call("counter")["result"]["text"] for _ in range(2)] == ["1", "2"]
    host.do("restart")
    assert host.call("counter")["result"]["text"] == "1"
