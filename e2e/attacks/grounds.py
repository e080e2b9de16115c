"""Where attacks happen, and what is looked at afterwards: the same postconditions on every engine."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from e2e.attacks.corpus import LONG_S, SHORT_S, Payload

SENT_VALUE = '"); import js; js.fetch("http://127.0.0.1:1/"); ("'
SETTLES_WITHIN_S = 0.25
BUSY_S = 5.0
"""Allowed on top where the machine does other things at the same time."""


@dataclass(frozen=True)
class Traces:
    """What an attack may not change; compared before and after."""

    surroundings: Mapping[str, Any]
    """Of the page, or of the process and its folder."""
    requests: tuple[str, ...]
    """Requests for anything but our own assets."""
    complaints: tuple[str, ...]
    """Console errors and unhandled rejections."""
    benign: Any
    """What another macro says."""


@dataclass(frozen=True)
class Aftermath:
    """What came of one attack."""

    outcome: str
    """`held`, `breach`, `ok` or an error's code."""
    said: str
    """What the payload returned, or the error's message."""
    data: Any
    seconds: float
    before: Traces
    after: Traces
    counted: Mapping[str, int] = field(default_factory=dict)
    """Calls, errors and timeouts that the host counted for the payload."""


class Ground(Protocol):
    """One engine at one level, ready for attacks."""

    name: str

    def attack(self, payload: Payload, *, fresh: bool) -> Aftermath:
        """Run the payload in a new worker, or in one that has worked already."""
        ...


def deadline_s(payload: Payload) -> float:
    """Return the time limit the payload runs under."""
    return SHORT_S if payload.is_short else LONG_S


def attack_call(payload: Payload, **params: Any) -> dict[str, Any]:
    """Return the call.v1 that sets the payload off."""
    given = {"value": SENT_VALUE, **params}
    return _call(payload.slug, given)


def benign_call() -> dict[str, Any]:
    """Return the call.v1 of the macro that must not notice anything."""
    return _call("benign", {"n": 7, "text": "x"})


def _call(name: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"abi": 1, "macro": {"name": name}, "params": params, "env": {"isPreview": False}}


def spoken(outcome: Mapping[str, Any]) -> Any:
    """Return what the benign macro said as facts, or the outcome if it was kept from that."""
    text = outcome.get("result", {}).get("html", "")
    if not text.startswith("<p>{"):
        return outcome
    return json.loads(html.unescape(text.removeprefix("<p>").removesuffix("</p>")))


def judged(outcome: Mapping[str, Any]) -> tuple[str, str, Any]:
    """Return outcome, words and data of what a payload came to."""
    if "error" in outcome:
        return outcome["error"]["code"], outcome["error"]["message"], None
    result = outcome["result"]
    text = next((result[kind] for kind in ("text", "html", "markdown") if kind in result), "")
    word = text.split(" ")[0].rstrip(":")
    return (word if word in ("held", "breach") else "ok"), text[:300], result.get("data")
