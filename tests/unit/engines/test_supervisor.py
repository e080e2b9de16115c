"""Supervised engines over the simulated worker: failures, replacement, messages, damaged replies."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Script
from pybridge.engines.sanitising import Sanitising
from pybridge.engines.supervision.supervisor import Supervisor
from pybridge.errors import BootFailed, InputTooLarge
from pybridge.html.policy import html_policy
from tests.unit.engines.simulator import Log, SimulatedWorker
from tests.unit.engines.supervised import supervisor_of

LIMITS = Limits(input_bytes=10_000, batch_items=5000)


def engine_of(log: Log, stillborn: int = 0) -> Sanitising:
    supervisor = Supervisor(
        "simulated", lambda: SimulatedWorker(log, stillborn=log.spawned < stillborn), LIMITS
    )
    return Sanitising(supervisor, html_policy())


def call(name: str) -> dict[str, Any]:
    return {"macro": {"name": name, "position": {"path": "a.md", "line": 2, "column": 3}}}


def script(name: str, content: str = "x") -> Script:
    return Script(f"{name}.py", content)


def brief(outcome: dict[str, Any]) -> str:
    return str(outcome["result"]["html"] if "result" in outcome else outcome["error"]["code"])


@pytest.mark.parametrize(
    ("ending", "code"), [("hang", "timeout"), ("die", "crash"), ("garbage", "crash")]
)
def test_only_the_cause_is_charged(ending: str, code: str) -> None:
    log = Log()
    names = [f"m{n}" for n in range(20)]
    names[7] = ending
    with engine_of(log) as engine:
        outcomes = engine.render_calls([call(name) for name in names])
    expected = [f"<b>{name}</b>" for name in names]
    expected[7] = code
    assert [brief(outcome) for outcome in outcomes] == expected
    assert outcomes[7]["error"]["macro"] == ending
    assert outcomes[7]["error"]["call"] == {"path": "a.md", "line": 2, "column": 3}
    assert log.spawned == 3
    assert log.slices == [10, 0, 10]
    assert Counter(log.ran) == {name: {ending: 2, "m6": 2}.get(name, 1) for name in names}


def test_several_causes_are_each_charged() -> None:
    log = Log()
    names = ["die1", "m1", "hang1", "hang2", "m2"]
    with engine_of(log) as engine:
        outcomes = engine.render_calls([call(name) for name in names])
    assert [brief(o) for o in outcomes] == ["crash", "<b>m1</b>", "timeout", "timeout", "<b>m2</b>"]


def test_a_script_that_ends_workers_is_quarantined_until_it_changes() -> None:
    log = Log()
    with engine_of(log) as engine:
        engine.load([script("die")])
        codes = [brief(o) for o in engine.render_calls([call("die")] * 50 + [call("m")])]
        assert codes == ["crash"] * 3 + ["quarantined"] * 47 + ["<b>m</b>"]
        assert supervisor_of(engine).losses == 4
        engine.load([script("die", "changed")])
        assert brief(engine.render_calls([call("die")])[0]) == "crash"


def test_the_next_worker_loads_all_scripts() -> None:
    log = Log()
    with engine_of(log) as engine:
        engine.load([script("a"), script("b")])
        engine.load([script("c")])
        engine.render_calls([call("die"), call("m")])
    assert log.loaded[-1] == ["a.py", "b.py", "c.py"]


def test_a_call_that_is_alone_costs_its_limit_once() -> None:
    log = Log()
    with engine_of(log) as engine:
        assert brief(engine.render_calls([call("hang")])[0]) == "timeout"
        assert supervisor_of(engine).losses == 1


@pytest.mark.parametrize(("content", "code"), [("hang", "timeout"), ("die", "crash")])
def test_a_script_that_ends_the_compiler_leaves_the_others(content: str, code: str) -> None:
    log = Log()
    with engine_of(log) as engine:
        infos = engine.load([script("a"), script("b", content), script("c")])
        assert [[p["code"] for p in info["problems"]] for info in infos] == [[], [code], []]
        engine.render_calls([call("die"), call("m")])
    assert log.loaded[-1] == ["a.py", "c.py"]


def test_check_survives_the_script() -> None:
    with engine_of(Log()) as engine:
        checked = engine.check("a.py", "x")
        assert (checked["script"]["path"], checked["problems"]) == ("a.py", [])
        assert engine.check("a.py", "hang")["problems"][0]["code"] == "timeout"


def test_a_worker_that_does_not_start_is_tried_a_few_times() -> None:
    engine_of(Log(), stillborn=2).close()
    log = Log()
    with pytest.raises(BootFailed, match="the interpreter died"):
        engine_of(log, stillborn=99)
    assert log.spawned == 3


def test_batches_are_cut_into_messages() -> None:
    log = Log()
    with engine_of(log) as engine:
        assert len(engine.render_calls([call("m")] * 2500)) == 2500
        assert log.sizes == [1000, 1000, 500]
        log.sizes.clear()
        engine.render_calls([{**call("m"), "x": "y" * 9000}] * 300)
        assert max(log.sizes) * 9000 < 1 << 20
        with pytest.raises(InputTooLarge, match="batchItems"):
            engine.render_calls([call("m")] * 5001)
        assert engine.render_calls([]) == []


def test_an_item_that_cannot_be_sent_has_its_own_error() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with engine_of(Log()) as engine:
        bad: list[dict[str, Any]] = [
            {"x": "y" * 10_000},
            {"x": float("nan")},
            {"x": deep},
            call("m"),
        ]
        codes = [brief(outcome) for outcome in engine.render_calls(bad)]
        assert codes == ["input-limit", "schema", "input-limit", "<b>m</b>"]
        documents = engine.render_documents(
            [{"text": "y" * 10_000, "path": "p"}, {"text": "m"}], {}
        )
        assert [d["output"] for d in documents] == ["y" * 10_000, "<b>m</b>"]
        assert documents[0]["errors"][0]["code"] == "input-limit"


@pytest.mark.parametrize(("ending", "code"), [("hang", "timeout"), ("die", "crash")])
def test_a_macro_of_a_document_is_its_own_item(ending: str, code: str) -> None:
    log = Log()
    texts = ["a1 a2", f"b1 {ending} b3 {ending}2 b5", "c1", "d1 d2"]
    with engine_of(log) as engine:
        rendered = engine.render_documents([{"text": text, "path": text} for text in texts], {})
    assert [document["output"] for document in rendered] == [
        "<b>a1</b> <b>a2</b>",
        "<b>b1</b>  <b>b3</b>  <b>b5</b>",
        "<b>c1</b>",
        "<b>d1</b> <b>d2</b>",
    ]
    assert [error["code"] for error in rendered[1]["errors"]] == [code, code]
    assert [document["path"] for document in rendered] == texts
    assert log.ran.count("a1") <= 2
    assert log.ran.count(ending) == (1 if ending == "hang" else 2)
    assert log.ran.count(f"{ending}2") == 1


def test_a_document_that_ends_workers_itself_fails() -> None:
    with engine_of(Log()) as engine:
        rendered = engine.render_documents([{"text": "a"}, {"text": "poison b"}, {"text": "c"}], {})
    assert [document["output"] for document in rendered] == ["<b>a</b>", "poison b", "<b>c</b>"]
    assert [error["code"] for error in rendered[1]["errors"]] == ["crash"]


def test_durations_are_the_slices_mean() -> None:
    with engine_of(Log()) as engine:
        document = engine.render_documents([{"text": "a b c d"}, *[{"text": "e"}] * 8], {})[0]
    assert [macro["durationUs"] for macro in document["macros"]] == [3.3] * 4


def test_progress_counts_documents() -> None:
    seen: list[tuple[int, int]] = []
    with engine_of(Log()) as engine:
        engine.render_documents(
            [{"text": "a"}, {"text": "b"}], {}, on_progress=lambda *now: seen.append(now)
        )
    assert seen == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("shared", "own", "expected"),
    [
        pytest.param({}, {}, "", id="export"),
        pytest.param({"env": {"isPreview": True}}, {}, "die</span>", id="preview"),
        pytest.param({"env": {"isPreview": True}}, {"env": {"isPreview": False}}, "", id="own-env"),
    ],
)
def test_the_output_of_a_failed_macro(
    shared: dict[str, Any], own: dict[str, Any], expected: str
) -> None:
    with engine_of(Log()) as engine:
        [document] = engine.render_documents([{"text": "die", **own}], shared)
    assert document["output"].endswith(expected)
    assert bool(document["output"]) is bool(expected)


def test_run_streams_and_reports() -> None:
    heard: list[tuple[str, str]] = []
    with engine_of(Log()) as engine:
        ran = engine.run({"slug": "a"}, [], on_output=lambda *piece: heard.append(piece))
        assert heard == [("stdout", "before\n")]
        assert ran.pop("durationMs") >= 0
        assert ran == {"status": "ok", "result": 1, "stdout": "before\n", "stderr": ""}


@pytest.mark.parametrize(("ending", "code"), [("hang", "timeout"), ("die", "crash")])
def test_run_keeps_the_output_of_a_script_that_was_killed(ending: str, code: str) -> None:
    with engine_of(Log()) as engine:
        ran = engine.run({"slug": "a"}, [ending], timeout_s=0.1)
        assert (ran["status"], ran["code"], ran["stdout"]) == ("error", code, "before\n")
        assert engine.run({"slug": "a"}, [])["status"] == "ok"


def test_an_interrupted_job_costs_the_worker() -> None:
    log = Log()

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with engine_of(log) as engine:
        with pytest.raises(KeyboardInterrupt):
            engine.run({"slug": "a"}, [], on_output=interrupt)
        assert engine.run({"slug": "a"}, [])["status"] == "ok"
    assert log.spawned == 2


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param({"outcomes": []}, id="too few"),
        pytest.param({"outcomes": [{}] * 9}, id="too many"),
        pytest.param({"outcomes": None}, id="not a list"),
        pytest.param({"outcomes": [{"result": 1}]}, id="a result that is not an object"),
        pytest.param({"outcomes": [1]}, id="an outcome that is not an object"),
    ],
)
def test_a_reply_to_calls_that_does_not_fit_costs_the_worker(damage: dict[str, Any]) -> None:
    log = Log()
    with damaged(log, damage) as engine:
        assert [brief(each) for each in engine.render_calls([call("m")])] == ["crash"]


def test_a_worker_that_never_says_it_is_done_charges_nobody() -> None:
    log = Log()
    with damaged(log, {"done": False}) as engine:
        outcomes = engine.render_calls([call("m")] * 1001)
        assert [brief(each) for each in outcomes] == ["<b>m</b>"] * 1001
        assert supervisor_of(engine).losses == 2


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param({"documents": [{}]}, id="without macros"),
        pytest.param({"documents": 1}, id="not a list"),
        pytest.param({"documents": [{"macros": [{}], "parts": [0]}]}, id="macros without name"),
        pytest.param({"documents": [{"macros": []}]}, id="without parts"),
        pytest.param({"position": {"document": "x", "step": 0}}, id="no position"),
        pytest.param({"settled": {"document": 7, "step": 0, "outcome": {}}}, id="other document"),
    ],
)
def test_a_reply_to_documents_that_does_not_fit_costs_the_worker(damage: dict[str, Any]) -> None:
    log = Log()
    with damaged(log, damage) as engine:
        [document] = engine.render_documents([{"text": "m"}], {})
    assert (document["output"], document["errors"][0]["code"]) == ("m", "crash")


def damaged(log: Log, damage: dict[str, Any]) -> Sanitising:
    """Return an engine whose workers put *damage* into each reply to a batch."""

    class DamagedWorker(SimulatedWorker):
        def receive(self, timeout_s: float) -> str:
            reply = json.loads(super().receive(timeout_s))
            return json.dumps(reply | damage if "elapsedUs" in reply else reply)

    return Sanitising(Supervisor("damaged", lambda: DamagedWorker(log), LIMITS), html_policy())
