"""Tools, the allowlist, limits, the audit and recordings, without an engine."""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybridge.abi.given import schema_problem
from pybridge.app_tools import AppTools, Recorder, Replay, Tool, ToolLimits
from pybridge.errors import UsageError

Json = dict[str, Any]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
CALLS = st.lists(st.fixed_dictionaries({"tool": st.sampled_from(["echo", "no", "all", "_x", "", "\n"]), "args": st.dictionaries(st.text(max_size=5), JSON, max_size=3)}), max_size=5)  # fmt: skip


def echo(**args: Any) -> Any:
    return args


@given(CALLS)
def test_each_call_has_one_answer_and_only_allowed_ones_are_made(calls: list[Json]) -> None:
    made: list[Json] = []

    def keep(**args: Any) -> Any:
        made.append(args)
        return args

    answers = AppTools({"echo": keep, "no": keep}, {"s": ["echo"]}).open("s")(calls)
    assert len(answers) == len(calls)
    for call, answer in zip(calls, answers, strict=True):
        if call["tool"] == "echo":
            assert answer == {"value": call["args"]}
        else:
            assert answer["error"]["code"] == "denied"
    assert len(made) == sum(call["tool"] == "echo" for call in calls)


@pytest.mark.parametrize("script", ["other", "", "S", "s.py"])
def test_another_script_may_nothing(script: str) -> None:
    [answer] = AppTools({"echo": echo}, {"s": ["echo"]}).open(script)(
        [{"tool": "echo", "args": {}}]
    )
    assert answer["error"]["code"] == "denied"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "1a",
        "_x",
        "a-b",
        "all",
        "None",
        "class",
        "ToolError",
        "ToolDenied",
        "é",
        "a" * 81,
        "a\n",
    ],
)
def test_names_that_python_could_not_write_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name of a tool"):
        AppTools({name: echo}, {})


def test_a_number_that_no_float_holds_is_an_error_of_the_call() -> None:
    tool = Tool(echo, {"properties": {"x": {"multipleOf": 0.5}}})
    assert tool.refuses({"x": 10**400}) == "a number is too large"


def test_schemas_are_checked_when_they_are_given_and_fetch_nothing() -> None:
    with pytest.raises(UsageError, match="the schema of a tool is invalid"):
        Tool(echo, {"type": "nosuch"})
    remote = Tool(echo, {"$ref": "http://127.0.0.1:9/schema.json"})
    [answer] = AppTools({"echo": remote}, {"s": ["echo"]}).open("s")([{"tool": "echo", "args": {}}])
    assert "refers to what it does not hold" in answer["error"]["message"]


@pytest.mark.parametrize("limit", [1000, 20_000])
@pytest.mark.parametrize(("depth", "is_refused"), [(20, False), (120, True), (5000, True)])
def test_how_deep_a_schema_may_be_does_not_depend_on_the_process(
    limit: int, depth: int, is_refused: bool
) -> None:
    schema: Json = {}
    for _ in range(depth):
        schema = {"not": schema}
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(limit)
    try:
        problem = schema_problem(schema)
    finally:
        sys.setrecursionlimit(before)
    assert problem == ("nested too deeply" if is_refused else None)


def test_a_schema_that_holds_itself_is_refused() -> None:
    schema: Json = {"properties": {}}
    schema["properties"]["a"] = schema["properties"]["b"] = schema
    assert schema_problem(schema) == "nested too deeply"


def test_calls_of_one_message_are_made_at_the_same_time_but_not_more_than_allowed() -> None:
    at_once, most, lock = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.05)
        with lock:
            at_once -= 1

    answer = AppTools({"work": work}, {"s": ["work"]}, limits=ToolLimits(at_once=3)).open("s")
    assert answer([{"tool": "work", "args": {}}] * 9) == [{"value": None}] * 9
    assert most == 3


def test_what_comes_late_is_dropped() -> None:
    done = threading.Event()
    app_tools = AppTools(
        {"late": lambda: done.wait(5)}, {"s": ["late"]}, limits=ToolLimits(seconds=0.05)
    )
    [answer] = app_tools.open("s")([{"tool": "late", "args": {}}])
    done.set()
    assert answer["error"]["message"] == "late took longer than 0.05 s"


@pytest.mark.parametrize("at_once", [1, 5, 50])
def test_the_bytes_of_a_run_are_bounded_however_they_are_asked_for(at_once: int) -> None:
    made: list[int] = []

    def large(size: int, text: str) -> str:
        made.append(size + len(text))
        return "x" * size

    answer = AppTools({"large": large}, {"s": ["large"]}, limits=ToolLimits(run_bytes=10_000)).open(
        "s"
    )
    given = []
    for size, text in ((900, ""), (0, "y" * 900)) * 20:
        given += answer([{"tool": "large", "args": {"size": size, "text": text}}] * at_once)
    values = [each["value"] for each in given if "value" in each]
    assert sum(map(len, values)) <= 10_000
    assert sum(made) <= 10_000 + 1000 * 16
    assert {each["error"]["message"] for each in given if "error" in each} == {
        "a run may exchange 10,000 bytes with tools"
    }


def test_a_run_waits_for_tools_no_longer_than_it_may() -> None:
    limits = ToolLimits(seconds=0.2, run_seconds=0.5)
    answer = AppTools({"slow": lambda: time.sleep(9)}, {"s": ["slow"]}, limits=limits).open("s")
    started = time.monotonic()
    said = [answer([{"tool": "slow", "args": {}}])[0]["error"]["message"] for _ in range(50)]
    assert time.monotonic() - started < 5
    assert said[0] == "slow took longer than 0.2 s"
    assert said[-1] == "a run may wait 0.5 s for tools"


@pytest.mark.parametrize("levels", [99, 200, 100_000])
def test_deep_values_are_refused(levels: int) -> None:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    [answer] = AppTools({"deep": lambda: value}, {"s": ["deep"]}).open("s")(
        [{"tool": "deep", "args": {}}]
    )
    assert ("value" in answer) == (levels < 100)


def test_the_audit_hears_of_each_call() -> None:
    entries: list[Json] = []
    app_tools = AppTools({"echo": echo}, {"s": ["echo"]}, audit=entries.append)
    app_tools.open("s")([{"tool": "echo", "args": {"a": "é"}}, {"tool": "no", "args": {}}])
    assert [
        (each["script"], each["tool"], each["status"], each["argsBytes"]) for each in entries
    ] == [
        ("s", "echo", "ok", 11),
        ("s", "no", "denied", 2),
    ]


@given(CALLS)
def test_a_recording_answers_the_same_calls_as_the_application(calls: list[Json]) -> None:
    recorder = Recorder(AppTools({"echo": echo}, {"s": ["echo"]}).open("s"))
    answers = recorder(calls)
    replay = Replay(recorder.text)
    assert replay(calls) == answers
    [more] = replay([{"tool": "echo", "args": {}}])
    assert "was not recorded" in more["error"]["message"]
    if calls:
        [other] = Replay(recorder.text)([{"tool": calls[0]["tool"], "args": {"other": 1, "é": 2}}])
        assert "line 1 of the recording is another call" in other["error"]["message"]


@pytest.mark.parametrize(
    "line",
    ["x", "[]", "{}", '{"tool": 1, "args": {}, "value": 1}', '{"tool": "a", "args": [], "value": 1}', '{"tool": "a", "args": {}}',
     '{"tool": "a", "args": {}, "value": 1, "error": {"code": "a", "message": "b"}}', '{"tool": "a", "args": {}, "error": {"code": 1}}', "[" * 5000],
)  # fmt: skip
def test_what_is_no_recording_is_named_with_its_line(line: str) -> None:
    good = json.dumps({"tool": "a", "args": {}, "value": 1})
    with pytest.raises(UsageError, match="line 2 of the recording"):
        Replay(f"{good}\n{line}\n")
