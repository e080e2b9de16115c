"""The product: a page with the client in it, at one of its levels."""

from __future__ import annotations

from typing import Any

from e2e.attacks.corpus import BENIGN, LONG_S, Payload
from e2e.attacks.grounds import Aftermath, Traces, attack_call, benign_call, judged, spoken
from e2e.conftest import Host, OpenHost

LIMITS = {"itemS": LONG_S, "compileS": 5, "bootS": 30, "memoryMib": 128}

LOOK = """async () => {
  const names = (value) => Object.getOwnPropertyNames(value).sort().join(" ");
  return {
    globals: names(globalThis),
    prototypes: [Object, Array, Function, Promise, String, MessagePort].map((each) => names(each.prototype)).join("|"),
    polluted: String({}.polluted),
    cookie: document.cookie,
    storage: localStorage.length + sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    locks: (await navigator.locks.query()).held.length,
    address: location.href,
    history: history.length,
    elements: document.querySelectorAll("*").length,
    frames: document.querySelectorAll("iframe").length,
  };
}"""

CALL = """async (text) => {
  const started = performance.now();
  const answer = await pybridgeCall("calls", text);
  return [answer, (performance.now() - started) / 1000];
}"""

BY_THE_BROWSER = ("Content Security Policy", "Refused to", "TrustedScriptURL", "unsafe-eval")
"""Words of the browser's own reports of what its policies stopped: they are wanted."""


class BrowserGround:
    """Runs payloads in one page; the page stays, workers come and go."""

    def __init__(self, open_host: OpenHost, level: str) -> None:
        self.name = level
        self._open_host = open_host
        self._host: Host | None = None

    def attack(self, payload: Payload, *, fresh: bool) -> Aftermath:
        host = self._opened()
        before = self._ready(host, fresh=fresh)
        (info,) = host.do("load", scripts=[{"path": payload.path, "content": payload.source}])
        calls = [attack_call(payload, server=host.server.url, sentinel="/etc/passwd")]
        earlier = _counted(host, info["id"])
        answer, seconds = _timed(host, calls)
        after = self._traces(host)
        counted = {what: n - earlier[what] for what, n in _counted(host, info["id"]).items()}
        host.do("unload", paths=[payload.path])
        if after.benign == before.benign:
            self._host = host
        return Aftermath(*judged(answer), seconds, before, after, counted)

    def _opened(self) -> Host:
        """Take the page that was at work; it is put back when it has come through."""
        host, self._host = self._host, None
        if host is None:
            host = self._open_host()
            host.do("start", isolation=self.name, spares=0, limits=LIMITS)
            host.do("load", scripts=[{"path": "scripts/benign.py", "content": BENIGN}])
        return host

    def _ready(self, host: Host, *, fresh: bool) -> Traces:
        """Look at a worker that has worked; then take a new one if it is to be fresh."""
        traces = self._traces(host)
        if fresh:
            host.do("restart")
        return traces

    def _traces(self, host: Host) -> Traces:
        benign = host.do("calls", calls=[benign_call()])[0]
        return Traces(
            host.page.evaluate(LOOK),
            tuple(each for each in host.server.requests if not _is_asset(each)),
            tuple(
                each for each in host.console if not any(word in each for word in BY_THE_BROWSER)
            ),
            spoken(benign),
        )


def _is_asset(request: str) -> bool:
    method, _, path = request.partition(" ")
    return (
        method == "GET"
        and "?" not in path
        and (path in ("/", "/driver.js") or path.startswith("/pybridge/"))
    )


def _counted(host: Host, script: str) -> dict[str, int]:
    """Return what the host has counted for a script so far."""
    known = host.do("stats")["scripts"].get(script, {})
    return {what: known.get(what, 0) for what in ("calls", "errors", "timeouts")}


def _timed(host: Host, calls: list[dict[str, Any]]) -> tuple[dict[str, Any], float]:
    import json

    text, seconds = host.page.evaluate(CALL, json.dumps({"calls": calls}))
    answer = json.loads(text)
    assert "value" in answer, answer
    return answer["value"][0], seconds
