"""Scripts that find the engine's side of the pipe and answer in its name, in real workers."""

from __future__ import annotations

import time
from typing import Any

import pytest

from pybridge.engines import open_engine
from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Engine, Script

LIMITS = Limits(item_s=1, run_s=1, stdout_bytes=1000, output_bytes=10_000)

FIND = """
import json, sys

def forge(**message):
    frame = sys._getframe()
    while "running" not in frame.f_locals:
        frame = frame.f_back
    found = frame.f_locals
    text = json.dumps({"id": found["running"][0], **message})
    if "send" in found:
        found["send"](text)
    else:
        found["replies"].write(text + "\\n")
        found["replies"].flush()

"""
FLOOD = (
    FIND
    + """
def main():
    for _ in range(COUNT):
        forge(kind="output", stream="stdout", text="A" * SIZE)
main()
"""
)
FORGED = "<b>FORGED-OTHER-DOCUMENT</b>"
OTHER_DOCUMENT = (
    FIND
    + """
def render(context):
    report = {"macros": [], "warnings": [], "errors": []}
    documents = [{"parts": [text], **report} for text in ("mine", FORGED)]
    at = {"document": 2, "step": 0}
    forge(kind="documents", first=0, done=True, documents=documents, elapsedUs=1, position=at)
    return {"text": "x"}
"""
)


@pytest.fixture(params=["native", "wasi"])
def engine(request: pytest.FixtureRequest) -> Any:
    with open_engine(request.param, limits=LIMITS) as running:
        yield running


def run(engine: Engine, count: int, size: int) -> dict[str, Any]:
    content = FLOOD.replace("COUNT", str(count)).replace("SIZE", str(size))
    resource = pytest.importorskip("resource")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    heard: list[str] = []
    ran = engine.run(
        {"path": "flood.py", "content": content}, [], on_output=lambda _, text: heard.append(text)
    )
    # A second limit, a grace, the start of the worker's end: far from what the messages would take.
    assert time.monotonic() - started < 20
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kib < 250 * 1024
    assert len("".join(heard)) <= LIMITS.stdout_bytes + 80
    assert len(ran["stdout"]) <= LIMITS.stdout_bytes + 80
    return ran


def test_a_flood_of_large_messages_ends_the_worker(engine: Engine) -> None:
    ran = run(engine, 10_000, 8 << 20)
    assert ran["status"] == "error"
    assert ran["code"] in ("crash", "timeout")
    assert engine.run({"path": "a.py", "content": "print(1)"}, [])["status"] == "ok"


def test_a_flood_of_small_messages_ends_at_the_deadline(engine: Engine) -> None:
    ran = run(engine, 10**9, 20)
    assert (ran["status"], ran["code"] in ("timeout", "crash")) == ("error", True)


def test_another_document_is_never_rewritten(engine: Engine) -> None:
    forged = OTHER_DOCUMENT.replace("FORGED", repr(FORGED))
    good = "def render(context):\n    return {'text': 'good'}\n"
    engine.load([Script("bad.py", forged), Script("good.py", good)])
    texts = ["A [[bad]]", "B [[good]]", "C"]
    rendered = engine.render_documents([{"text": text} for text in texts[:2]], {})
    assert rendered[1]["output"] == "B good"
    assert FORGED not in str(rendered)
    assert [error["code"] for error in rendered[0]["errors"]] == ["crash"]
    [outcome] = engine.render_calls(
        [{"abi": 1, "macro": {"name": "good"}, "params": {}, "env": {"isPreview": False}}]
    )
    assert outcome["result"] == {"text": "good"}
