"""A macro that hangs, dies or bloats costs itself, and nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from e2e.conftest import Host, OpenHost, call

pytestmark = pytest.mark.every_browser

SLOW = "import time\ndef render(context):\n    time.sleep(0.2)\n    return {'text': 'slow'}\n"
GOOD = "def render(context):\n    return {'html': '<b>%d</b>' % context['params']['n']}\n"

KILLERS = [
    pytest.param("while True: pass", "timeout", id="endless-loop"),
    pytest.param("import time; time.sleep(600)", "timeout", id="sleep"),
    pytest.param("import re; re.match('(a+)+$', 'a' * 40 + 'b')", "timeout", id="regex"),
    pytest.param("import os; os._exit(1)", "crash", id="exit"),
    pytest.param("import os; os.abort()", "crash", id="abort"),
    pytest.param("import json; json.loads('[' * 100000)", "crash", id="deep-json"),
    pytest.param(
        "import sys; sys.modules.pop('pyodide'), sys.modules.pop('_pyodide_core'); "
        "from pyodide.ffi import to_js; to_js([1])",
        "capability",
        id="closed-import",
    ),
    pytest.param(
        "blocks = []\n    while True: blocks.append(bytearray(1 << 26))", "memory", id="memory"
    ),
]


def killer(body: str) -> str:
    return f"def render(context):\n    {body}\n"


@pytest.mark.parametrize(("body", "code"), KILLERS)
def test_a_killer_among_fifty_costs_only_itself(host: Host, body: str, code: str) -> None:
    host.load(good=GOOD, bad=killer(body))
    calls = [call("good", n=number) for number in range(50)]
    calls.insert(25, call("bad"))

    outcomes = host.do("calls", calls=calls)

    bad = outcomes.pop(25)
    assert bad["error"]["code"] == code, bad
    assert [outcome["result"] for outcome in outcomes] == [
        {"html": f"<b>{n}</b>"} for n in range(50)
    ]
    assert host.call("good", n=7)["result"] == {"html": "<b>7</b>"}


def test_several_killers_in_one_batch_are_each_charged(host: Host) -> None:
    host.load(good=GOOD, stuck=killer("while True: pass"), gone=killer("import os; os._exit(1)"))
    names = ["good", "gone", "good", "stuck", "good", "gone", "good"]
    calls = [call(name, n=number) for number, name in enumerate(names)]

    outcomes = host.do("calls", calls=calls)

    codes = [outcome.get("error", {}).get("code") for outcome in outcomes]
    assert codes == [None, "crash", None, "timeout", None, "crash", None]


def test_a_macro_that_hangs_in_a_preview_is_tried_once(host: Host) -> None:
    host.load(good=GOOD, bad=killer("while True: pass"))
    before = len(host.do("stats")["restarts"])
    text = "1 [[good n=1]] 2 [[bad]] 3 [[good n=3]]"
    [document] = host.do("documents", documents=[{"path": "a.md", "text": text}], shared={})
    assert document["output"] == "1 <b>1</b> 2  3 <b>3</b>"
    assert [error["code"] for error in document["errors"]] == ["timeout"]
    assert len(host.do("stats")["restarts"]) == before + 1


def test_a_killer_inside_a_document_costs_only_its_own_macro(host: Host) -> None:
    host.load(good=GOOD, bad=killer("while True: pass"))
    documents = [
        {"path": "a.md", "text": "1 [[good n=1]] 2 [[bad]] 3 [[good n=3]]"},
        {"path": "b.md", "text": "[[good n=4]]"},
    ]

    first, second = host.do("documents", documents=documents, shared={})

    assert first["output"] == "1 <b>1</b> 2  3 <b>3</b>"
    assert [macro["status"] for macro in first["macros"]] == ["ok", "error", "ok"]
    (error,) = first["errors"]
    assert (error["code"], error["macro"]) == ("timeout", "bad")
    assert error["call"] == {"path": "a.md", "line": 1, "column": 18}
    assert second["output"] == "<b>4</b>"


def test_two_killers_in_one_document_are_both_found(host: Host) -> None:
    host.load(good=GOOD, bad=killer("import os; os._exit(1)"))
    text = "[[bad]][[good n=1]][[bad]][[good n=2]]"

    (document,) = host.do("documents", documents=[{"path": "a.md", "text": text}], shared={})

    assert document["output"] == "<b>1</b><b>2</b>"
    assert [error["code"] for error in document["errors"]] == ["crash", "crash"]


def test_a_spare_takes_over(open_host: OpenHost) -> None:
    host = open_host()
    host.start(
        spares=1, limits={"itemS": 30}
    )  # The spare starts meanwhile: nothing here is about time.
    host.load(good=GOOD, bad=killer("import os; os._exit(1)"))
    host.page.wait_for_timeout(0)

    assert host.call("bad")["error"]["code"] == "crash"
    assert host.call("good", n=1)["result"] == {"html": "<b>1</b>"}
    assert host.do("stats")["restarts"][-1]["code"] == "crash"


def test_a_script_that_takes_too_long_to_compile_is_left_out(open_host: OpenHost) -> None:
    host = open_host()
    host.start(spares=0, limits={"compileS": 0.5})
    heavy = GOOD + "x = [1, 2, 3]\n" * 400_000

    good, bad = host.load(good=GOOD, heavy=heavy)

    assert good["problems"] == []
    assert [problem["code"] for problem in bad["problems"]] == ["timeout"]
    assert host.call("good", n=1)["result"] == {"html": "<b>1</b>"}


def test_dispose_ends_open_calls(open_host: OpenHost) -> None:
    host = open_host()
    host.start(spares=0, limits={"itemS": 30})
    host.load(bad=killer("while True: pass"))
    host.page.evaluate(
        """(calls) => { globalThis.open_ = pybridgeCall("calls", JSON.stringify({ calls })) }""",
        [call("bad")],
    )
    host.do("dispose")
    answer: Any = host.page.evaluate("async () => JSON.parse(await globalThis.open_)")
    codes = [outcome["error"]["code"] for outcome in answer.get("value", [answer])]
    assert codes == ["cancelled"]
    assert host.page.query_selector("iframe") is None


def test_stats_name_calls_timeouts_and_restarts(host: Host) -> None:
    (info,) = host.load(stuck_once=killer("while True: pass"))
    host.call("stuck_once")
    stats = host.do("stats")
    assert stats["restarts"][-1]["code"] == "timeout"
    assert stats["scripts"][info["id"]]["timeouts"] == 1


def test_a_batch_ends_at_its_time_and_keeps_what_is_finished(open_host: OpenHost) -> None:
    host = open_host()
    host.start(spares=0, limits={"batchS": 1})
    host.load(slow=SLOW)
    host.call("slow")  # its interpreter starts within the time of its first batch
    first, *_, last = host.do("calls", calls=[call("slow")] * 40)
    assert first["result"] == {"text": "slow"}
    assert last["error"]["code"] == "timeout"
    assert last["error"]["message"] == "not reached: its batch took longer than 1 s"
    assert host.call("slow")["result"] == {"text": "slow"}
    assert host.do("stats")["quarantined"] == []


def test_documents_that_were_not_reached_in_time_keep_their_text(open_host: OpenHost) -> None:
    host = open_host()
    host.start(spares=0, limits={"batchS": 1})
    host.load(slow=SLOW)
    host.call("slow")  # its interpreter starts within the time of its first batch
    rendered = host.do("documents", documents=[{"text": "[[slow]]"}] * 40, shared={})
    assert (rendered[0]["output"], rendered[0]["errors"]) == ("slow", [])
    assert rendered[-1]["output"] == "[[slow]]"
    assert [error["code"] for error in rendered[-1]["errors"]] == ["timeout"]
