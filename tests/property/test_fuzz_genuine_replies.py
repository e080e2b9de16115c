"""Mutated replies of the real macro engine against a real supervisor: pairs, long bodies, unknown macros, errors, toasts."""

from __future__ import annotations

import json
import tracemalloc
from collections import deque
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
from pybridge.macros.wire import Session
from tests.amounts import MORE, amount
from tests.property.test_fuzz_replies import joined, mutate

Json = dict[str, Any]

SEED = 29
MUTATED = amount(200, 20_000)
MOST_GROWTH = 100 << 20
LIMITS = Limits(item_s=1, batch_s=5, output_bytes=20_000, stdout_bytes=2000)
BOX = (
    "BODY = True\ndef render(context):\n    return {'html': '<b>' + context['body'][:9] + '</b>'}\n"
)
SCRIPTS = [
    Script("box.py", BOX),
    Script("one.py", "def render(context):\n    return {'text': '1', 'data': {'a': [1.5]}}\n"),
    Script("odd.py", "def render(context):\n    print('seen')\n    return {'markdown': 1 / 0}\n"),
    Script(
        "change.py", "def transform(post, context):\n    post['title'] += '!'\n    return post\n"
    ),
    Script("tool.py", "def main():\n    print('x' * 100)\n    return {'done': True}\n"),
]
DOCUMENTS: list[Json] = [
    {"text": "A [[one]]\r\nB [[box x=1]]in [[two]][[/box]] C [[nobody]]", "path": "a.md"},
    {
        "text": "😀 [[box]]" + "long " * 1000 + "[[one]][[/box]]\n\n[[odd]] é [[one]]",
        "path": "b.md",
    },
    {"text": "", "path": "c.md"},
    {"text": "[[one]][[one]]`[[one]]`\r[[ONE]]", "path": "d.md", "env": {"isPreview": True}},
]
CALLS: list[Json] = [
    {"abi": 1, "macro": {"name": name}, "params": {}, "env": {"isPreview": False}}
    for name in ("one", "box", "odd", "nobody", "one")
]
POST = {"title": "t", "content": "c", "tags": [], "categories": []}


class GenuineWorker:
    """A `Channel` to the macro engine in this process, of which some replies are changed."""

    changed = 0

    def __init__(self, random: Random) -> None:
        self._random = random
        self._replies: deque[str] = deque()
        self._session = Session(self._emit)
        self._number = 0
        self._has_more = False

    def _emit(self, stream: str, text: str) -> None:
        output = {"kind": "output", "id": self._number, "stream": stream, "text": text}
        self._replies.append(json.dumps(output))

    def send(self, text: str) -> None:
        """Hand a message to the engine."""
        self._number = json.loads(text)["id"]
        self._take(self._session.handle(text))

    def receive(self, timeout_s: float) -> str:
        """Return the next reply, changed or not."""
        while not self._replies and self._has_more:
            self._take(self._session.step())
        if not self._replies:
            raise TimeoutError
        return self._perhaps_changed(self._replies.popleft())

    def interrupt(self) -> None:
        self.kill()

    def kill(self) -> None:
        """Nothing runs in the background."""

    def _take(self, answer: str) -> None:
        self._has_more = answer[0] == "+"
        if len(answer) > 1:
            self._replies.append(answer[1:])

    def _perhaps_changed(self, text: str) -> str:
        reply = json.loads(text)
        is_start = reply["kind"] in ("limited", "loaded")
        if self._random.random() < (0.95 if is_start else 0.6):
            return text
        GenuineWorker.changed += 1
        for _ in range(self._random.choice((1, 1, 1, 2, 3))):
            mutate(reply, self._random)
        return json.dumps(reply)


def _ask(engine: Sanitising, more: int) -> None:
    engine.load(SCRIPTS)
    calls = CALLS + CALLS[:1] * more
    outcomes = engine.render_calls(calls)
    assert len(outcomes) == len(calls)
    for outcome in outcomes:
        assert not abi.validate("outcome", outcome), outcome
    documents = DOCUMENTS + DOCUMENTS[:1] * more
    for rendered, document in zip(engine.render_documents(documents, {}), documents, strict=True):
        _check(rendered, document)
    assert engine.run({"slug": "tool"}, [], timeout_s=1)["status"] in ("ok", "error")
    assert not abi.validate("transformed", engine.transform(POST, {}))
    assert engine.check("one.py", "x = 1")["script"]["path"] == "one.py"


def _check(rendered: Json, document: Json) -> None:
    assert not abi.validate("rendered", rendered), rendered
    assert rendered["path"] == document["path"]
    whole = joined(rendered)
    is_shortened = any(
        len(macro["raw"]) < 60 and "…" in macro["raw"] for macro in rendered["macros"]
    )
    assert is_shortened or whole == document["text"]


@pytest.mark.timeout(amount(120, 1800))
@pytest.mark.parametrize("share", range(2))
def test_mutated_replies_of_the_engine(share: int) -> None:
    random = Random(SEED + share)
    GenuineWorker.changed = 0
    tracemalloc.start()
    try:
        while GenuineWorker.changed < MUTATED // 2:
            try:
                engine = Supervisor("genuine", lambda: GenuineWorker(random), LIMITS)
                with Sanitising(engine, html_policy()) as sanitised:
                    _ask(sanitised, random.choice((0, MORE)))
            except PybridgeError:
                continue
        assert tracemalloc.get_traced_memory()[1] < MOST_GROWTH
    finally:
        tracemalloc.stop()
