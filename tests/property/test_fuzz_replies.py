"""Mutated replies of a simulated worker against a real supervisor: only our errors, nothing unasked believed."""

from __future__ import annotations

import json
from copy import deepcopy
from random import Random
from typing import Any

import pytest

from pybridge import abi
from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Script
from pybridge.engines.sanitising import Sanitising
from pybridge.engines.supervision.supervisor import Supervisor
from pybridge.errors import PybridgeError
from pybridge.html.policy import html_policy
from tests.amounts import MORE, amount
from tests.unit.engines.simulator import Log, SimulatedWorker

Json = dict[str, Any]

SEED = 2026
MUTATED = amount(2_000, 1_000_000)
SHARES = amount(4, 40)
REPLIES_A_ROUND = 10
"""Mutated replies that a round meets, about."""
TEXTS = ["a1 [[a2]] a3", "b1", "", "c1  taint c2 c3 c4"]
POST = {"title": "t", "content": "c", "tags": [], "categories": []}
SCRIPTS = [Script("a1.py", "x"), Script("change.py", "transform")]
MARK = "FORGED"
VALUES: list[Any] = [
    *(None, True, False, 0, 1, -1, 2, 3, 2**63, 0.5, 1e308, "", "x", MARK, "\ud800", "a1.py", "ok"),
    *([], {}, [1], [[]], [""], [0, 0], {"html": MARK}, {"step": 0}, {"document": 0, "step": 0}),
    *({"code": "crash", "message": MARK}, {"what": ["x"]}, {"what": ["x"], "script": "a1.py"}),
]
KINDS = [
    *("loaded", "outcomes", "documents", "transformed", "checked", "ran", "output", "limited"),
    *("refused", "pong", "cancelled", "ready", "crashed", "own"),
]
MEMBERS = [
    *("first", "done", "outcomes", "documents", "position", "settled", "contaminated", "next"),
    *("outcome", "script", "scripts", "error", "stdout", "more", "parts", "raw", "awaits", "known"),
]


class Mutating(SimulatedWorker):
    """A worker of which some replies are changed, or sent again."""

    def __init__(self, log: Log, random: Random) -> None:
        super().__init__(log)
        self._random = random

    def receive(self, timeout_s: float) -> str:
        reply = json.loads(super().receive(timeout_s))
        if reply["kind"] in ("limited", "loaded") and self._random.random() < 0.9:
            return json.dumps(reply)
        if self._random.random() < 0.5:
            return json.dumps(reply)
        for _ in range(self._random.choice((1, 1, 1, 2, 3))):
            mutate(reply, self._random)
        text = json.dumps(reply)
        if self._random.random() < 0.05:
            at = self._random.randrange(len(text))
            text = text[:at] + self._random.choice(('"', "}", "NaN", "1e999", "")) + text[at + 1 :]
        return text


def mutate(reply: Json, random: Random) -> None:
    """Change one value somewhere in *reply*."""
    place: Any = reply
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        inner = [key for key in keys if isinstance(place[key], dict | list) and place[key]]
        if not inner or random.random() < 0.3:
            break
        place = place[random.choice(inner)]
    if isinstance(place, dict):
        _change_member(place, random)
    else:
        _change_item(place, random)


def _change_member(place: Json, random: Random) -> None:
    name = random.choice([*place, random.choice(MEMBERS)])
    if name in place and random.random() < 0.2:
        del place[name]
    elif name == "kind":
        place[name] = random.choice(KINDS)
    else:
        place[name] = deepcopy(random.choice(VALUES))


def _change_item(place: list[Any], random: Random) -> None:
    at = random.randrange(len(place) + 1)
    what = random.random()
    if what < 0.3 or at == len(place):
        place.insert(at, deepcopy(random.choice([*VALUES, *place])))
    elif what < 0.5:
        del place[at]
    elif what < 0.7:
        random.shuffle(place)
    else:
        place[at] = deepcopy(random.choice(VALUES))


def _open(random: Random) -> Sanitising:
    limits = Limits(item_s=1, batch_s=5)
    engine = Supervisor("mutating", lambda: Mutating(Log(), random), limits)
    return Sanitising(engine, html_policy())


def _ask(engine: Sanitising, more: int) -> None:
    """Make every request once, with *more* items than a few, and compare the answers with what was asked."""
    engine.load(SCRIPTS)
    calls = [{"macro": {"name": name}} for name in ["a1", "a2", "a3", "a4", "a5"] + ["a1"] * more]
    outcomes = engine.render_calls(calls)
    assert len(outcomes) == len(calls)
    for outcome in outcomes:
        assert not abi.validate("outcome", outcome), outcome
    documents = [
        {"text": text, "path": f"{number}.md"}
        for number, text in enumerate(TEXTS + TEXTS[:1] * more)
    ]
    for rendered, document in zip(engine.render_documents(documents, {}), documents, strict=True):
        assert not abi.validate("rendered", rendered), rendered
        assert rendered["path"] == document["path"]
        assert joined(rendered) == document["text"]
    ran = engine.run({"slug": "a"}, [], timeout_s=1)
    assert ran["status"] in ("ok", "error")
    assert not abi.validate("transformed", engine.transform(POST, {}))
    checked = engine.check("a1.py", "x")["script"]
    assert checked["path"] == "a1.py"
    # What PARAMS and LIMITS hold is the script's own; that they are objects is checked.
    assert isinstance(checked.pop("params"), dict | None)
    assert isinstance(checked.pop("limits", {}), dict)
    assert not abi.validate("script", {**checked, "params": None})


def joined(rendered: Json) -> str:
    """Return the text of a document from its pieces and its macros as they were written."""
    macros = rendered["macros"]
    return "".join(
        part if isinstance(part, str) else macros[part]["raw"] for part in rendered["parts"]
    )


@pytest.mark.timeout(amount(120, 1800))
@pytest.mark.parametrize("share", range(SHARES))
def test_mutated_replies(share: int) -> None:
    random = Random(SEED + share)
    asked = MUTATED // SHARES // REPLIES_A_ROUND
    for number in range(max(1, asked)):
        try:
            with _open(random) as engine:
                _ask(engine, random.choice((0, MORE)))
        except PybridgeError:
            continue
        except BaseException as error:
            error.add_note(f"round {number} of share {share}")
            raise
