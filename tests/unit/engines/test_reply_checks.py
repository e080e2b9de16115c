"""Forged replies of a worker: each has the right number, and none may be believed."""

from __future__ import annotations

import copy
import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Script
from pybridge.engines.supervision.channel import Contaminated, WorkerLost
from pybridge.engines.supervision.checks.documents import check_document
from pybridge.engines.supervision.checks.replies import (
    ReplyUnfit,
    check_calls,
    check_progress,
    kind_of,
)
from pybridge.engines.supervision.supervisor import Supervisor
from pybridge.engines.supervision.worker_link import WorkerLink
from pybridge.macros.wire import Session
from tests.unit.engines.simulator import Log, SimulatedWorker

Json = dict[str, Any]
Damage = Callable[[Json], object]

TEXT = "A [[one]] B [[box x=1]]in [[two]][[/box]] C [[nobody]]"
LONG = "A [[box]]" + "long " * 2000 + "[[one]][[/box]] [[one]]"
BOX = (
    "BODY = True\ndef render(context):\n    return {'html': '<b>' + context['body'][:9] + '</b>'}\n"
)
ONE = "def render(context):\n    return {'text': '1'}\n"
LIMITS = Limits()
SCRIPTS = [Script("box.py", BOX), Script("one.py", ONE), Script("two.py", ONE)]


def report_of(document: Json) -> Json:
    """Return the report of the real macro engine."""
    session = Session(lambda *_: None)
    load = {"kind": "load", "id": 1, "scripts": [script.to_json() for script in SCRIPTS]}
    session.handle(json.dumps(load))
    ask = {"kind": "documents", "id": 2, "documents": [document], "shared": {}, "sliceMs": 1e6}
    answer = session.handle(json.dumps(ask))
    while answer[0] == "+" and '"documents":[{' not in answer:
        answer = session.step()
    report: Json = json.loads(answer[1:])["documents"][0]
    return report


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"text": TEXT}, id="nested, unknown"),
        pytest.param({"text": TEXT, "path": "a.md"}, id="with a path"),
        pytest.param({"text": LONG}, id="a pair that is shown without its body"),
        pytest.param({"text": "[[box]]" + LONG + "[[/box]]"}, id="long pairs in each other"),
        pytest.param({"text": LONG.replace("box]]", "box x='…']]", 1)}, id="an ellipsis in it"),
        pytest.param({"text": ""}, id="empty"),
        pytest.param({"text": "no macro"}, id="no macro"),
        pytest.param({"text": "[[one]][[one]]"}, id="nothing but macros"),
        pytest.param({"text": 5}, id="refused"),
    ],
)
def test_what_the_engine_reports_is_believed(document: Json) -> None:
    check_document(document, report_of(document), LIMITS)


def _set(*path: str | int, to: Any) -> Damage:
    def damage(report: Json) -> None:
        place: Any = report
        for name in path[:-1]:
            place = place[name]
        place[path[-1]] = to

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(_set("parts", to=["<script>other</script>"]), id="another text"),
        pytest.param(_set("parts", 0, to="B "), id="a changed piece"),
        pytest.param(_set("parts", to=[TEXT]), id="its text without its macros"),
        pytest.param(_set("parts", to=[]), id="no pieces"),
        pytest.param(_set("parts", 1, to=1), id="a macro in the place of another"),
        pytest.param(_set("parts", 1, to=-1), id="a negative index"),
        pytest.param(_set("parts", 1, to=9), id="an index out of range"),
        pytest.param(_set("parts", 1, to=True), id="a flag as an index"),
        pytest.param(_set("parts", 1, to=None), id="no index"),
        pytest.param(lambda report: report["parts"].append(""), id="an empty piece"),
        pytest.param(lambda report: report["parts"].append(0), id="a macro twice"),
        pytest.param(lambda report: report["macros"].pop(0), id="a macro less"),
        pytest.param(lambda report: report["macros"].reverse(), id="another order"),
        pytest.param(_set("macros", 0, "raw", to="[[two]]"), id="another raw"),
        pytest.param(_set("macros", 0, "raw", to=""), id="an empty raw"),
        pytest.param(_set("macros", 0, "raw", to="…"), id="a raw without its opening"),
        pytest.param(_set("macros", 1, "raw", to="[[box x=1]]…[[/boy]]"), id="another closing"),
        pytest.param(_set("macros", 0, "ordinal", to=2), id="another ordinal"),
        pytest.param(_set("macros", 0, "position", "offset", to=3), id="another offset"),
        pytest.param(_set("macros", 0, "position", "offset", to=-5), id="a negative offset"),
        pytest.param(_set("macros", 0, "position", "offset", to=10**30), id="a huge offset"),
        pytest.param(_set("macros", 0, "position", "path", to="b.md"), id="another path"),
        pytest.param(_set("macros", 0, "status", to="error"), id="an error without one"),
        pytest.param(_set("macros", 0, "status", to="unknown"), id="unknown with a result"),
        pytest.param(_set("macros", 3, "status", to="ok"), id="ok without a result"),
        pytest.param(_set("macros", 0, "result", to={"html": None}), id="a result without text"),
        pytest.param(_set("macros", 0, "result", to={"html": "", "text": ""}), id="two results"),
        pytest.param(_set("macros", 0, "more", to=1), id="an unknown member"),
        pytest.param(_set("macros", 0, to=None), id="a macro that is not an object"),
        pytest.param(
            _set("errors", to=[{"code": "crash", "message": "x"}]), id="an error too many"
        ),
        pytest.param(_set("errors", to=[{"code": "own", "message": "x"}]), id="another code"),
        pytest.param(_set("warnings", to=[{"code": "x"}]), id="a warning without text"),
        pytest.param(_set("awaits", to=[]), id="awaits nothing"),
        pytest.param(_set("output", to="<script>"), id="an output of its own"),
    ],
)
def test_a_forged_report_is_not(damage: Damage) -> None:
    report = copy.deepcopy(report_of({"text": TEXT}))
    damage(report)
    with pytest.raises(ReplyUnfit):
        check_document({"text": TEXT}, report, LIMITS)


@pytest.mark.parametrize(
    "waiting",
    [
        {"awaits": [{"step": 0, "script": "a.py", "call": None}], "known": {}},
        {"awaits": [{"step": -1, "script": "a.py", "call": {"macro": {}}}], "known": {}},
        {"awaits": [{"step": 0, "script": "a.py", "call": {"macro": {}}}] * 2, "known": {}},
        {"awaits": [{"step": 0, "script": "a.py", "call": {"macro": {}}}], "known": {"0": {}}},
        {"awaits": [{"step": 0, "script": "a.py", "call": {"macro": {}}}], "known": {"x": {}}},
    ],
)
def test_awaited_calls_that_do_not_fit(waiting: Json) -> None:
    nothing: Json = {"parts": [], "macros": [], "warnings": [], "errors": []}
    with pytest.raises(ReplyUnfit):
        check_document({"text": "a"}, {**nothing, **waiting}, LIMITS)


CALLS: Json = {"kind": "outcomes", "id": 1, "first": 2, "elapsedUs": 1, "done": True}
PLAIN: Json = {"result": {"html": "x"}, "scriptId": "a"}


@pytest.mark.parametrize(
    "members",
    [
        {"first": 1},
        {"first": True},
        {"done": 1},
        {"done": False, "outcomes": [PLAIN] * 3},
        {"outcomes": [PLAIN]},
        {"outcomes": {}},
        {"outcomes": [PLAIN, {}]},
        {"outcomes": [PLAIN, {**PLAIN, "error": {"code": "crash", "message": "x"}}]},
        {"outcomes": [PLAIN, {**PLAIN, "html": "x"}]},
        {"outcomes": [PLAIN, {"result": {"html": "x"}}]},
        {"outcomes": [PLAIN, {"result": {"html": 1}, "scriptId": "a"}]},
        {"elapsedUs": -1},
        {"elapsedUs": "1"},
        {"more": 1},
    ],
)
def test_outcomes_that_do_not_fit(members: Json) -> None:
    honest = {**CALLS, "outcomes": [PLAIN, PLAIN]}
    check_calls(honest, 2, 4, alone=False, limits=LIMITS)
    with pytest.raises(ReplyUnfit):
        check_calls(honest, 2, 4, alone=True, limits=LIMITS)
    with pytest.raises(ReplyUnfit):
        check_calls({**honest, **members}, 2, 4, alone=False, limits=LIMITS)


SLICE: Json = {"kind": "documents", "id": 1, "first": 1, "elapsedUs": 1, "done": False}
AT: Json = {"document": 2, "step": 3}


@pytest.mark.parametrize(
    "members",
    [
        {"position": {"document": 1, "step": 0}},
        {"position": {"document": 3, "step": 0}},
        {"position": {"document": 2, "step": -1}},
        {"position": {"document": 2, "step": 0, "script": ""}},
        {"settled": {"document": 1, "step": 2, "outcome": PLAIN}},
        {"settled": {"document": 2, "step": 3, "outcome": PLAIN}},
        {"settled": {"document": 2, "step": 2, "outcome": {}}},
        {"documents": [{}, {}, {}]},
        {"done": True},
    ],
)
def test_positions_that_do_not_fit(members: Json) -> None:
    honest = {**SLICE, "documents": [{}], "position": AT}
    check_progress(honest, 1, 3, alone=False, limits=LIMITS)
    with pytest.raises(ReplyUnfit):
        check_progress({**honest, **members}, 1, 3, alone=False, limits=LIMITS)


REQUESTS: dict[str, Json] = {
    "run": {"kind": "run", "script": {"slug": "a"}, "args": []},
    "check": {"kind": "check", "path": "a.py", "content": "x"},
    "load": {"kind": "load", "scripts": [Script("a.py", "x").to_json()]},
    "limits": {"kind": "limits", "limits": {}},
}


class Forging(SimulatedWorker):
    """A worker that changes its last reply."""

    def __init__(self, damage: Json) -> None:
        super().__init__(Log())
        self._damage = damage

    def receive(self, timeout_s: float) -> str:
        return json.dumps(json.loads(super().receive(timeout_s)) | self._damage)


@pytest.mark.parametrize(
    ("request_kind", "damage"),
    [
        ("limits", {"kind": "output", "stream": "stdout", "text": "x"}),
        ("limits", {"kind": "pong"}),
        ("limits", {"more": 1}),
        ("limits", {"kind": "refused", "error": {"code": "x", "message": "y"}}),
        ("limits", {"kind": "refused", "error": {}, "id": 7}),
        ("limits", {"contaminated": {"what": []}}),
        ("limits", {"contaminated": None}),
        ("check", {"kind": "outcomes"}),
        ("check", {"kind": "output", "stream": "stdout", "text": "x"}),
        ("check", {"script": {}}),
        ("check", {"problems": [1]}),
        ("run", {"kind": "ran", "status": "ok", "result": 1, "stdout": 1, "stderr": ""}),
        ("run", {"stream": "stdin"}),
        ("run", {"text": None}),
        ("run", {"kind": "ran", "status": "fine"}),
        ("run", {"contaminated": {"what": ["x"], "script": "a.py"}}),
        ("check", {"contaminated": {"what": ["x"], "script": "a.py"}}),
        ("load", {"scripts": []}),
        ("load", {"scripts": [{}]}),
        ("load", {"kind": "checked"}),
    ],
)
def test_a_reply_of_another_kind_or_shape_is_a_crash(request_kind: str, damage: Json) -> None:
    link = WorkerLink(Forging(damage))
    with pytest.raises(WorkerLost) as lost:
        list(link.exchange(REQUESTS[request_kind], 1))
    assert (lost.value.code, type(lost.value)) == ("crash", WorkerLost)


@pytest.mark.parametrize("name", ["path", "sha256", "origin"])
def test_a_script_is_known_as_what_was_sent(name: str) -> None:
    class Worker(SimulatedWorker):
        def receive(self, timeout_s: float) -> str:
            reply = json.loads(super().receive(timeout_s))
            other = {"path": "b.py", "sha256": "0" * 64, "origin": "default"}[name]
            for script in reply.get("scripts", ()):
                script[name] = other
            return json.dumps(reply)

    with pytest.raises(WorkerLost, match="another"):
        WorkerLink(Worker(Log())).load([Script("a.py", "x")], 1)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_json_does_not_have_are_a_crash(number: str) -> None:
    class Worker(SimulatedWorker):
        def receive(self, timeout_s: float) -> str:
            return super().receive(timeout_s).replace('"result": 1', f'"result": {number}')

    with pytest.raises(WorkerLost, match="not a message"):
        list(WorkerLink(Worker(Log())).exchange(REQUESTS["run"], 1))


def test_a_run_ends_at_its_deadline_while_messages_keep_coming() -> None:
    class Worker(SimulatedWorker):
        def receive(self, timeout_s: float) -> str:
            message = {"kind": "output", "stream": "stdout", "text": "x" * 100}
            return json.dumps({"id": self._number, **message} if self._number else {})

        def send(self, text: str) -> None:
            self._number = json.loads(text)["id"]

    link = WorkerLink(Worker(Log()))
    with pytest.raises(WorkerLost, match=r"took longer than 0\.1 s"):
        list(link.exchange(REQUESTS["run"], 1, whole_s=0.1))
    with pytest.raises(WorkerLost, match="sent more than 5,000 bytes"):
        list(link.exchange(REQUESTS["run"], 1, most_bytes=5000))


def test_the_output_of_a_run_is_cut_by_the_host() -> None:
    class Worker(SimulatedWorker):
        def _run(self, _: Json) -> Any:
            piece = {"kind": "output", "stream": "stdout", "text": "é" * 100}
            yield from (dict(piece) for _ in range(50))
            yield {"kind": "ran", "status": "ok", "result": 1, "stdout": "x" * 9000, "stderr": "y"}

    heard: list[str] = []
    limits = Limits(stdout_bytes=1000)
    with Supervisor("simulated", lambda: Worker(Log()), limits) as engine:
        ran = engine.run({"slug": "a"}, [], on_output=lambda _, text: heard.append(text))
    assert len("".join(heard).encode()) == len(ran["stdout"]) == 1080
    assert ran["stderr"] == ""


def test_replies_without_progress_end() -> None:
    class Worker(SimulatedWorker):
        def _render(self, message: Json) -> Any:
            while True:
                yield {
                    "kind": "outcomes",
                    "first": 0,
                    "outcomes": [],
                    "elapsedUs": 1,
                    "done": False,
                }

        def _documents(self, message: Json) -> Any:
            while True:
                place = {"document": 0, "step": 0}
                reply = {"first": 0, "documents": [], "elapsedUs": 1, "done": False}
                yield {"kind": "documents", **reply, "position": place}

    call = {"macro": {"name": "m"}}
    seen: list[Json] = []
    with Supervisor("simulated", lambda: Worker(Log()), Limits()) as engine:
        assert [each["error"]["code"] for each in engine.render_calls([call])] == ["crash"]
        engine.render_documents([{"text": "m"}], {}, lambda _, outcome: seen.append(outcome))
    assert [each["errors"][0]["code"] for each in seen] == ["crash"]


def test_a_worker_cannot_blame_a_script_that_did_not_run() -> None:
    class Worker(SimulatedWorker):
        def receive(self, timeout_s: float) -> str:
            reply = json.loads(super().receive(timeout_s))
            if "elapsedUs" in reply:
                reply["contaminated"] = {"what": ["x"], "script": "other.py"}
            return json.dumps(reply)

    with Supervisor("simulated", lambda: Worker(Log()), Limits()) as engine:
        engine.load([Script("m.py", "x"), Script("other.py", "y")])
        for _ in range(5):
            engine.render_calls([{"macro": {"name": "m"}}])
        assert not engine._sandbox.quarantine.charges()


def test_a_step_is_settled_only_by_a_worker_that_is_given_up() -> None:
    settled = {"document": 0, "step": 0, "outcome": PLAIN}
    link = WorkerLink(Forging({"settled": settled}))
    with pytest.raises(WorkerLost, match="settles"):
        list(link.exchange(REQUESTS["limits"], 1))
    assert issubclass(Contaminated, WorkerLost)


def test_the_kind_of_a_long_message_is_read_without_a_copy() -> None:
    """Asked for each reply, a copy made a batch take time quadratic in its documents."""
    message = '"kind":"documents","documents":[' + " " * 5_000_000
    tracemalloc.start()
    try:
        assert kind_of(message) == "documents"
        assert tracemalloc.get_traced_memory()[1] < 10_000
    finally:
        tracemalloc.stop()
    assert kind_of({"kind": "load"}) == "load"
