from __future__ import annotations

import json
from itertools import accumulate
from typing import Any

import pytest

from pybridge.macros.jobs.call_batches import UNWATCHED
from tests.unit.macros.host import Host, call, returning


@pytest.mark.parametrize(
    ("text", "code", "pointer", "number"),
    [
        pytest.param("", "usage", None, None, id="nothing"),
        pytest.param("{", "usage", None, None, id="half"),
        pytest.param('{"a": NaN}', "usage", None, None, id="NaN"),
        pytest.param("[]", "schema", "", None, id="list"),
        pytest.param('{"id": 3}', "schema", "/kind", 3, id="no kind"),
        pytest.param('{"kind": "rendr", "id": 3}', "schema", "/kind", 3, id="unknown kind"),
        pytest.param('{"kind": "cancel"}', "schema", "", None, id="no id"),
        pytest.param('{"kind": "cancel", "id": true}', "schema", "/id", None, id="wrong id"),
        pytest.param('{"kind": "cancel", "id": -1}', "schema", "/id", None, id="negative id"),
        pytest.param('{"kind": "cancel", "id": 3, "x": 1}', "schema", "/x", 3, id="unknown key"),
        pytest.param('{"kind": "render", "id": 3, "calls": {}, "sliceMs": 1}', "schema", "/calls", 3, id="calls"),
        pytest.param('{"kind": "render", "id": 3, "calls": [], "sliceMs": -1}', "schema", "/sliceMs", 3, id="slice"),
        pytest.param('{"kind": "load", "id": 3, "scripts": [{"path": "a"}]}', "schema", "/scripts", 3, id="script"),
        pytest.param('{"kind": "run", "id": 3, "script": {}, "args": []}', "schema", "/script", 3, id="program"),
        pytest.param('{"kind": "limits", "id": 3, "limits": {"outputBytes": "x"}}', "schema", "/limits/outputBytes", 3, id="limit"),
        pytest.param(
            '{"kind": "documents", "id": 3, "documents": [], "shared": {"env": {"x": 1}}, "sliceMs": 1}',
            "schema", "/env/x", 3, id="shared",
        ),
        pytest.param(
            '{"kind": "render", "id": 3, "calls": [], "shared": {"text": ""}, "sliceMs": 1}',
            "schema", "/text", 3, id="shared by calls",
        ),
        pytest.param("[" * 1_000_000, "input-limit", None, None, id="deep"),
        pytest.param('{"a":' * 1000, "input-limit", None, None, id="deep objects"),
    ],
)  # fmt: skip
def test_bad_message_is_refused(
    host: Host, text: str, code: str, pointer: str | None, number: int | None
) -> None:
    (reply,) = host.send_text(text)
    assert (reply["kind"], reply["id"]) == ("refused", number)
    assert (reply["error"]["code"], reply["error"].get("pointer")) == (code, pointer)
    assert host.send("cancel")[0]["kind"] == "cancelled"


@pytest.mark.parametrize(
    ("bad", "code", "pointer", "message"),
    [
        pytest.param({**call("m"), "abi": 2}, "abi", "/abi", "the call speaks ABI 2, this engine speaks ABI 1", id="version"),
        pytest.param(5, "schema", "", "must be an object", id="number"),
        pytest.param({}, "schema", "", "'abi' is missing", id="empty"),
        pytest.param({**call("m"), "parms": {}}, "schema", "/parms", 'unknown key "parms"', id="unknown key"),
        pytest.param({**call("m"), "env": {"isPreview": 1}}, "schema", "/env/isPreview", "true or false", id="env"),
        pytest.param({**call("m"), "macro": {"name": ""}}, "schema", "/macro/name", "not empty", id="name"),
        pytest.param({**call("m"), "data": eval("{'a':" * 63 + "[1]" + "}" * 63)}, "input-limit", None, "levels", id="deep"),
        pytest.param({**call("m"), "body": "x" * 17_000_000}, "input-limit", None, "bytes", id="large"),
        pytest.param(call("nobody"), "not-found", None, "no macro named 'nobody'", id="unknown macro"),
    ],
)  # fmt: skip
def test_bad_call_is_refused_alone(
    host: Host, bad: Any, code: str, pointer: str | None, message: str
) -> None:
    host.load(m=returning("'ok'"))
    first, refused, last = host.render([call("m"), bad, call("m")])
    assert first["result"] == last["result"] == {"html": "ok"}
    error = refused["error"]
    assert (error["code"], error.get("pointer")) == (code, pointer)
    assert message in error["message"]


def test_number_too_large_for_json_is_refused_where_it_matters(host: Host) -> None:
    host.load(m="def render(c): return {'html': '', 'data': c['params']}\n")
    text = json.dumps({"kind": "render", "id": 1, "sliceMs": 9, "calls": [call("m", {"n": 1})]})
    (reply,) = host.send_text(text.replace('"n": 1', '"n": 1e999'))
    assert reply["outcomes"][0]["error"]["code"] == "output-type"


def test_slice_of_nothing_is_one_item(host: Host) -> None:
    host.load(m=returning("str(context['params']['n'])"))
    replies = host.send("render", calls=[call("m", {"n": n}) for n in range(5)], sliceMs=0)
    assert [(r["first"], len(r["outcomes"]), r["done"]) for r in replies] == [
        (0, 1, False),
        (1, 1, False),
        (2, 1, False),
        (3, 1, False),
        (4, 1, True),
    ]
    outputs = [reply["outcomes"][0]["result"]["html"] for reply in replies]
    assert outputs == ["0", "1", "2", "3", "4"]
    assert all(reply["elapsedUs"] > 0 for reply in replies)


def test_slice_ends_behind_the_first_item_past_it(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = iter([0.0, 0.001, 0.031, 0.031, 0.032, 0.033])
    monkeypatch.setattr("pybridge.macros.jobs.call_batches._now", lambda: next(ticks))
    host.load(quick=returning("''"), slow=returning("''"))
    calls = [call("quick"), call("slow"), call("quick"), call("quick")]
    replies = host.send("render", calls=calls, sliceMs=20)
    assert [len(reply["outcomes"]) for reply in replies] == [2, 2]


@pytest.mark.parametrize("kind", ["render", "documents"])
def test_a_slice_goes_on_past_its_end_by_no_more_than_a_few_items(host: Host, kind: str) -> None:
    host.load(
        quick=returning("''"),
        slow=returning("''", "import time\ndef wait():\n  end = time.perf_counter() + 0.03\n  while time.perf_counter() < end: pass\n").replace("return", "wait(); return"),
    )  # fmt: skip
    names = ["quick"] * 200 + ["slow"] * 8
    if kind == "render":
        batch: dict[str, Any] = {"calls": [call(name) for name in names]}
    else:
        batch = {"documents": [{"text": f"[[{name}]]"} for name in names], "shared": {}}
    replies = host.send(kind, **batch, sliceMs=20)
    slices = [len(reply["outcomes" if kind == "render" else "documents"]) for reply in replies]
    ends = list(accumulate(slices))
    slow = [end - max(200, end - count) for end, count in zip(ends, slices, strict=True)]
    assert ends[-1] == len(names)
    assert max(slow) <= UNWATCHED, "the clock is read too seldom"
    assert slow[-1] == 1, "what is known to be expensive is watched one by one"


def test_empty_batches_end_at_once(host: Host) -> None:
    assert host.send("render", calls=[], sliceMs=1)[0]["done"] is True
    assert host.send("documents", documents=[], shared={}, sliceMs=1)[0]["done"] is True


TWO = [{"text": "[[a]][[b]]x[[/a]]"}, {"text": "none"}, {"text": "[[b]] [[nope]] [[b]]"}]
SCRIPTS = {
    "a": returning("'<' + context['body'] + '>'", "BODY = True"),
    "b": returning("'b'"),
}


def test_document_slices_say_how_far_they_got(host: Host) -> None:
    host.load(**SCRIPTS)
    replies = host.send("documents", documents=TWO, shared={}, sliceMs=0)
    progress = [
        (
            r["first"],
            len(r["documents"]),
            r["position"]["document"],
            r["position"]["step"],
            r["position"].get("script"),
            r["done"],
        )
        for r in replies
    ]
    a, b = "scripts/a.py", "scripts/b.py"
    assert progress == [
        (0, 0, 0, 0, b, False),
        (0, 0, 0, 1, a, False),
        (0, 1, 1, 0, None, False),
        (1, 1, 2, 0, None, False),
        (2, 0, 2, 0, b, False),
        (2, 0, 2, 1, b, False),
        (2, 1, 3, 0, None, True),
    ]
    sliced = [document for reply in replies for document in reply["documents"]]
    assert sliced == host.documents(TWO)


def test_charged_step_is_reported_and_not_run(host: Host) -> None:
    host.load(a=SCRIPTS["a"], b="def render(c): print('ran'); return {'html': 'b'}")
    charge = {"code": "timeout", "message": "took longer than 5 s"}
    first, _, last = host.documents(TWO, charged={"0": {"0": charge}, "2": {"1": charge}})
    place = {"line": 1, "column": 6}
    assert first["errors"] == [{**charge, "macro": "b", "call": place}]
    assert first["macros"][0]["result"] == {"html": "<x>"}
    assert [macro["status"] for macro in last["macros"]] == ["ok", "unknown", "error"]
    assert [macro.get("stdout") for macro in last["macros"]] == ["ran\n", None, None]


def test_a_refused_script_is_reported_and_not_run(host: Host) -> None:
    host.load(a=SCRIPTS["a"], b="def render(c): print('ran'); return {'html': 'b'}")
    charge = {"code": "quarantined", "message": "scripts/b.py is not run again"}
    first, _, last = host.documents(TWO, refused={"scripts/b.py": charge})
    assert first["errors"] == [{**charge, "macro": "b", "call": {"line": 1, "column": 6}}]
    assert [macro["status"] for macro in last["macros"]] == ["error", "unknown", "error"]
    assert "stdout" not in last["macros"][0]


def test_a_script_gets_lower_limits_than_others_and_never_higher_ones(host: Host) -> None:
    low = "LIMITS = {'outputBytes': 20, 'stdoutBytes': 4}"
    high = "LIMITS = {'outputBytes': 1000000000, 'stdoutBytes': 1000000000}"
    body = "def render(c):\n    print('123456')\n    return {'text': 'x' * c['params']['n']}\n"
    host.load(low=f"{low}\n{body}", high=f"{high}\n{body}", plain=body)
    calls = [call(name, {"n": n}) for name, n in (("low", 30), ("high", 5_000_000), ("plain", 30))]
    low_one, high_one, plain = host.render(calls)
    assert (low_one["error"]["code"], high_one["error"]["code"]) == ("output-limit", "output-limit")
    assert low_one["stdout"].startswith("1234\n")
    assert (high_one["stdout"], plain["stdout"], len(plain["result"]["text"])) == (
        "123456\n",
        "123456\n",
        30,
    )


def test_engine_works_on_one_job_at_a_time(host: Host) -> None:
    host.load(m=returning("''"))
    session = host.session
    message = json.dumps({"kind": "render", "id": 7, "calls": [call("m")] * 3, "sliceMs": 0})
    assert session.handle(message)[0] == "+"
    refused = session.handle(message.replace("7", "8"))
    assert refused[0] == "+"
    assert json.loads(refused[1:])["error"]["code"] == "internal"
    other = session.handle('{"kind": "cancel", "id": 6}')
    assert (other[0], json.loads(other[1:])["kind"]) == ("+", "refused")
    assert json.loads(session.step()[1:])["first"] == 1
    cancelled = session.handle('{"kind": "cancel", "id": 7}')
    assert (cancelled[0], json.loads(cancelled[1:])) == (".", {"kind": "cancelled", "id": 7})
    assert session.step() == "."


def test_batch_may_have_so_many_items(host: Host) -> None:
    host.send("limits", limits={"batchItems": 2})
    (reply,) = host.send("render", calls=[1, 2, 3], sliceMs=1)
    assert reply["error"]["code"] == "input-limit"


def test_failure_of_the_engine_itself_ends_the_job_and_is_told(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> dict[str, Any]:
        raise OSError("disk full")

    host.load(m=returning("''"))
    message = json.dumps({"kind": "render", "id": 7, "calls": [call("m")] * 3, "sliceMs": 0})
    host.session.handle(message)
    monkeypatch.setattr(host.session, "_advance", broken)
    reply = host.session.step()
    assert reply[0] == "."
    error = json.loads(reply[1:])["error"]
    assert (error["code"], error["message"]) == ("internal", "OSError: disk full")


def test_replies_are_ascii(host: Host) -> None:
    host.load(m=returning("'é😀'"))
    message = json.dumps({"kind": "render", "id": 1, "calls": [call("m")], "sliceMs": 1})
    reply = host.session.handle(message)
    assert reply.isascii()
    assert json.loads(reply[1:])["outcomes"][0]["result"] == {"html": "é😀"}


def test_check_never_executes(host: Host) -> None:
    (reply,) = host.send("check", path="x.py", content="BODY = 5\n1 / 0\ndef render(c): ...\n")
    assert reply["kind"] == "checked"
    assert reply["script"]["kind"] == "macro"
    assert [problem["message"] for problem in reply["problems"]] == ["BODY must be True or False"]
    assert host.call("x")["error"]["code"] == "not-found"


def test_limits_hold_from_then_on(host: Host) -> None:
    host.load(m=returning("'x' * 100"))
    assert "result" in host.call("m")
    assert host.send("limits", limits={"outputBytes": 50, "itemS": 0.5})[0]["kind"] == "limited"
    assert host.call("m")["error"]["code"] == "output-limit"
