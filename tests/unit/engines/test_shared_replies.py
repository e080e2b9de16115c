"""Changed replies that the JavaScript client must treat alike; see tests/replies/README.md."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Script
from pybridge.engines.supervision.supervisor import Supervisor
from pybridge.errors import PybridgeError
from tests.amounts import MORE
from tests.unit.engines.simulator import Log, SimulatedWorker

Json = dict[str, Any]

CASES: list[Json] = json.loads(
    (Path(__file__).parents[2] / "replies" / "cases.json").read_text("utf-8")
)
LIMITS = Limits(item_s=1, output_bytes=2000, output_depth=20, stdout_bytes=1000)
POST = {"title": "t", "content": "c", "tags": [], "categories": []}
KINDS = {
    "calls": {"outcomes"},
    "documents": {"documents"},
    "transform": {"transformed"},
    "run": {"output", "ran"},
    "check": {"checked"},
    "load": {"loaded"},
    "limits": {"limited"},
}
MARK = "FORGED"


class ChangingWorker(SimulatedWorker):
    """A worker that changes one of its replies, once it is told to."""

    def __init__(self, log: Log, case: Json) -> None:
        super().__init__(log)
        self._case = case
        self._kinds = KINDS[next(iter(case["ask"]))]
        self._next = 0
        self._after: list[str] = []
        self.is_on = "limits" in case["ask"] and log.spawned == 1

    def receive(self, timeout_s: float) -> str:
        if self._after:
            return self._after.pop()
        text = super().receive(timeout_s)
        if not self.is_on or json.loads(text)["kind"] not in self._kinds:
            return text
        number, self._next = self._next, self._next + 1
        if number != self._case.get("on", 0):
            return text
        text = changed(text, self._case)
        self._after = [each.replace("ID", str(self._number)) for each in self._later(text)]
        return text.replace("ID", str(self._number), 1) if "text" in self._case else text

    def _later(self, text: str) -> list[str]:
        return [self._case["then"]] if "then" in self._case else [text] * ("again" in self._case)


def changed(text: str, case: Json) -> str:
    """Return a reply as *case* changes it."""
    if "text" in case:
        return str(case["text"])
    reply = json.loads(text)
    for change in case.get("changes", ()):
        *path, last = change["at"]
        place = reply
        for name in path:
            place = place[name]
        if "drop" in change:
            del place[last]
        elif isinstance(place, list) and last >= len(place):
            place.append(change["to"])
        else:
            place[last] = change["to"]
    if "swap" in case:
        name, one, other = case["swap"]
        values = reply[name]
        values[one], values[other] = values[other], values[one]
    return written(reply)


def written(value: Any) -> str:
    """Return JSON, with what stands for long values written out."""
    if isinstance(value, dict) and "nest" in value:
        levels = int(value["nest"])
        return "[" * levels + "]" * levels
    if isinstance(value, dict) and "repeat" in value:
        return json.dumps(value["repeat"] * value["times"])
    if isinstance(value, dict):
        members = (f"{json.dumps(name)}:{written(each)}" for name, each in value.items())
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    return json.dumps(value)


@pytest.mark.parametrize(
    "case", [pytest.param(c, id=c["name"]) for c in CASES if "python" in c.get("hosts", ["python"])]
)
def test_a_changed_reply(case: Json) -> None:
    log, workers = Log(), []

    def spawn() -> ChangingWorker:
        workers.append(ChangingWorker(log, case))
        return workers[-1]

    with Supervisor("changing", spawn, LIMITS) as engine:
        sources = [Script(f"{name}.py", f"source of {name}") for name in ("b", "x", "other")]
        engine.load([*sources, Script("change.py", "transform")])
        workers[0].is_on = True
        with contextlib.suppress(PybridgeError):
            out = asked(engine, case["ask"], [] if case.get("few") else ["a"] * MORE)
            assert MARK not in json.dumps(out)
        assert workers[0].killed != case["believed"]


def asked(engine: Supervisor, ask: Json, more: list[str]) -> Any:
    """Make the request of a case; return what comes out."""
    if "load" in ask:
        return engine.load([Script(path, "source of a") for path in ask["load"]])
    engine.load([Script("a.py", "source of a")])
    if "calls" in ask:
        return engine.render_calls([{"macro": {"name": name}} for name in [*ask["calls"], *more]])
    if "documents" in ask:
        out: list[Any] = []
        documents = [
            {"text": t, "path": f"{n}.md"} for n, t in enumerate([*ask["documents"], *more])
        ]
        engine.render_documents(documents, {}, lambda *each: out.append(each))
        return out
    if "transform" in ask:
        return engine.transform(POST, {})
    if "run" in ask:
        return engine.run({"slug": "a"}, ask["run"], timeout_s=1)
    if "check" in ask:
        return engine.check(ask["check"], "source of a")
    return None
