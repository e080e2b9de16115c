"""The product: a page with the client in it, at one of its levels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from e2e.attacks.corpus import BENIGN, LONG_S, Payload
from e2e.attacks.grounds import Aftermath, Traces, attack_call, benign_call, judged, spoken
from e2e.conftest import Host, OpenHost

LIMITS = {"itemS": LONG_S, "compileS": 5, "bootS": 30, "memoryMib": 128}

ATTACK = Path(__file__).with_name("attack.js").read_text("utf-8").rstrip().removesuffix(";")
"""The whole attack as one function: a crossing into the page costs more than most payloads."""

BY_THE_BROWSER = (
    *("Content Security Policy", "Refused to", "TrustedScriptURL", "unsafe-eval"),
    "log entries are not shown",
)
"""Words of the browser's own reports of what its policies stopped: they are wanted, and many in one page."""


class BrowserGround:
    """Runs payloads in one page; the page stays, workers come and go."""

    def __init__(self, open_host: OpenHost, level: str) -> None:
        self.name = level
        self._open_host = open_host
        self._host: Host | None = None

    def attack(self, payload: Payload, *, fresh: bool) -> Aftermath:
        """Run the payload; the page is used again if nothing changed in it.

        A fresh worker is the spare: it has run nothing.
        """
        host, self._host = self._host, None
        host = host or self._opened()
        answer = host.page.evaluate(ATTACK, _request(host, payload, is_fresh=fresh))
        before = _traces(answer["before"], (), ())
        after = _traces(answer["after"], _requests(host), _complaints(host))
        if after == before:
            self._host = host
        outcome, said, data = judged(answer["outcome"])
        if answer["active"]:
            outcome, said = "breach", f"active in the page: {answer['active']}"
        counted = dict(zip(("calls", "errors", "timeouts"), answer["counted"], strict=True))
        return Aftermath(outcome, said, data, answer["seconds"], before, after, counted)

    def _opened(self) -> Host:
        host = self._open_host()
        host.do("start", isolation=self.name, spares=1, limits=LIMITS)
        host.do("load", scripts=[{"path": "scripts/benign.py", "content": BENIGN}])
        return host


def _request(host: Host, payload: Payload, *, is_fresh: bool) -> dict[str, Any]:
    return {
        "path": payload.path,
        "source": payload.source,
        "call": attack_call(payload, server=host.server.url, sentinel="/etc/passwd"),
        "benign": benign_call(),
        "isFresh": is_fresh,
    }


def _traces(
    found: dict[str, Any], requests: tuple[str, ...], complaints: tuple[str, ...]
) -> Traces:
    return Traces(found["surroundings"], requests, complaints, spoken(found["spoken"]))


def _requests(host: Host) -> tuple[str, ...]:
    """Return the requests for anything but our own files: none is expected."""
    return tuple(each for each in host.server.requests if not _is_asset(each))


def _is_asset(request: str) -> bool:
    method, _, path = request.partition(" ")
    return (
        method == "GET"
        and "?" not in path
        and (path in ("/", "/driver.js") or path.startswith("/pybridge/"))
    )


def _complaints(host: Host) -> tuple[str, ...]:
    return tuple(each for each in host.console if not any(word in each for word in BY_THE_BROWSER))
