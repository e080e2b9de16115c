"""Scripts that ask for less time, and scripts that cost too many workers, in real processes."""

from __future__ import annotations

import time
from typing import Any

import pytest

from pybridge.engines import open_engine
from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Script

LIMITS = Limits(item_s=3, run_s=3)
HANGS = "def render(context):\n    while True: pass\n"
SCRIPTS = [
    Script("scripts/short_limit.py", "LIMITS = {'itemS': 0.2}\nALIASES = ['quick']\n" + HANGS),
    Script("scripts/slow.py", "import time\ndef render(context):\n    time.sleep(0.6)\n    return {'text': 'slow'}\n"),
    Script("scripts/greedy.py", "LIMITS = {'itemS': 60}\ndef render(context):\n    return {'text': 'greedy'}\n"),
    Script("scripts/exit.py", "import os\ndef render(context):\n    os._exit(1)\n"),
    Script("scripts/ok.py", "def render(context):\n    return {'text': 'ok'}\n"),
]  # fmt: skip
TOO_LONG = "took longer than 0.2 s"


def call(name: str) -> dict[str, Any]:
    return {"abi": 1, "macro": {"name": name}, "params": {}, "env": {"isPreview": False}}


def brief(outcome: dict[str, Any]) -> str:
    return str(outcome["error"]["message"] if "error" in outcome else outcome["result"]["text"])


def test_a_call_gets_the_time_its_script_asks_for() -> None:
    # A machine that is slow to start the workers is so once; a limit that is not kept is so each time.
    assert any(_took_s() < LIMITS.item_s for _ in range(3))


def _took_s() -> float:
    with open_engine("native", limits=LIMITS) as engine:
        engine.load(SCRIPTS)
        started = time.monotonic()
        names = ("ok", "slow", "QUICK", "greedy", "slow")
        outcomes = engine.render_calls([call(name) for name in names])
        took_s = time.monotonic() - started
    assert [brief(each) for each in outcomes] == ["ok", "slow", TOO_LONG, "greedy", "slow"]
    return took_s


def test_a_macro_in_a_document_gets_the_time_its_script_asks_for() -> None:
    texts = ["[[ok]]", "[[slow]] [[short_limit]] [[slow]]", "[[quick]]", "[[greedy]]"]
    with open_engine("native", limits=LIMITS) as engine:
        engine.load(SCRIPTS)
        rendered = engine.render_documents([{"text": text} for text in texts], {})
    assert [document["output"] for document in rendered] == ["ok", "slow  slow", "", "greedy"]
    errors = [error["message"] for document in rendered for error in document["errors"]]
    assert errors == [TOO_LONG, TOO_LONG]


def test_a_script_that_keeps_killing_is_quarantined_in_documents_too() -> None:
    texts = ["[[exit]] [[exit]]", "[[ok]] [[exit]]", "[[exit]][[ok]]", "[[exit]]"]
    with open_engine("native", limits=LIMITS) as engine:
        engine.load(SCRIPTS)
        rendered = engine.render_documents([{"text": text} for text in texts], {})
        codes = [error["code"] for document in rendered for error in document["errors"]]
        assert codes == ["crash", "crash", "crash", "quarantined", "quarantined"]
        assert [document["output"] for document in rendered] == [" ", "ok ", "ok", ""]
        [outcome] = engine.render_calls([call("exit")])
        assert outcome["error"]["code"] == "quarantined"
        engine.load([Script("scripts/exit.py", SCRIPTS[-1].content)])
        assert engine.render_documents([{"text": "[[exit]]"}], {})[0]["output"] == "ok"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param("LIMITS = {'runS': 0.2}\nwhile True: pass\n", "timeout", id="less"),
        pytest.param("LIMITS = {'runS': 600}\nprint('x')\n", None, id="more"),
    ],
)
def test_a_run_gets_the_time_its_script_asks_for(content: str, code: str | None) -> None:
    with open_engine("native", limits=LIMITS) as engine:
        ran = engine.run({"path": "scripts/u.py", "content": content}, [])
    assert ran.get("code") == code
    assert ran["durationMs"] < LIMITS.run_s * 1000


def test_a_batch_ends_at_its_time_and_keeps_what_is_finished() -> None:
    limits = Limits(item_s=30, batch_s=1)
    with open_engine("native", limits=limits) as engine:
        engine.load(SCRIPTS)
        first, *_, last = engine.render_calls([call("slow")] * 50)
        assert first["result"]["text"] == "slow"
        assert last["error"]["code"] == "timeout"
        assert last["error"]["message"] == "not reached: its batch took longer than 1 s"
        assert brief(engine.render_calls([call("slow")])[0]) == "slow"


@pytest.mark.parametrize("name", ["native", "wasi"])
def test_documents_that_were_not_reached_in_time_keep_their_text(name: str) -> None:
    limits = Limits(item_s=30, batch_s=1)
    with open_engine(name, limits=limits) as engine:
        engine.load(SCRIPTS)
        engine.render_calls([call("slow")])  # its interpreter starts within its first batch
        rendered = engine.render_documents([{"text": "[[slow]]"}] * 50, {})
        assert (rendered[0]["output"], rendered[0]["errors"]) == ("slow", [])
        assert rendered[-1]["output"] == "[[slow]]"
        assert [error["code"] for error in rendered[-1]["errors"]] == ["timeout"]
