"""Scripts ask the host of the service for tools; what a host does wrong costs an error of that call."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pybridge.project.discover import require_project
from pybridge.service import running
from pybridge.service.service import Service
from tests.service.hosts import Host, Json, outcome, refusal, value
from tests.service.processes import Served

ASK = """
async def one(tools, name, tag):
    try:
        return await tools.search(tag=tag) if name == "search" else await tools.other(tag=tag)
    except tools.ToolError as error:
        return f"{type(error).__name__}: {error}"

async def main(args, tools):
    return [await one(tools, "search", tag) for tag in args]
"""
PAIR = """
async def main(args, tools):
    return await tools.all(tools.search(tag="a"), tools.search(tag="b"))
"""
TAGGER = """
# kind: transform
async def transform(post, context, tools):
    first, second = await tools.all(tools.search(tag="a"), tools.search(tag="b"))
    return {**post, "tags": [str(first), str(second)]}
"""
TAG = {"type": "object", "properties": {"tag": {"type": "string"}}, "required": ["tag"]}
SEARCH = {"inputSchema": TAG, "outputSchema": {"type": "number"}, "timeoutMs": 20_000}
ALLOW = {name: ["search"] for name in ("ask", "pair", "tagger")}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tools") / "blog"
    (root / "scripts").mkdir(parents=True)
    for name, text in {"ask": ASK, "other": ASK, "pair": PAIR, "tagger": TAGGER}.items():
        (root / "scripts" / f"{name}.py").write_text(text, "utf-8")
    return root


@pytest.fixture
def host(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    (root / "pybridge.toml").write_text("[features]\ntools = true\n", "utf-8")
    monkeypatch.setattr(running, "DEFAULT_ENGINE", "native")  # starts quickly
    with Service(require_project(root), watch=False) as service:
        yield Host(service)


def offer(host: Host, **fields: Any) -> None:
    offered = host.call("tools.offer", tools={"search": {**SEARCH, **fields}}, allow=ALLOW)
    assert offered == {"tools": ["search"]}


def ran(host: Host, *tags: str, name: str = "ask") -> list[Any]:
    done: list[Any] = host.call("scripts.run", name=name, args=[*tags])["run"]["result"]
    return done


def test_two_calls_wait_at_once_for_a_program_and_for_a_transform(host: Host) -> None:
    offer(host)
    post = {"title": "T", "content": "C", "tags": [], "categories": []}
    requests: dict[str, Json] = {"scripts.run": {"name": "pair"}, "scripts.transform": {"post": post}}  # fmt: skip
    for method, params in requests.items():
        asked = host.ask(method, **params)
        calls = [host.next_call(), host.next_call()]
        assert not asked.done()
        for call in reversed(calls):
            host.outgoing.settle(value(call, ord(call["params"]["args"]["tag"])))
        done = outcome(method, asked)
        found = done["run"]["result"] if "run" in done else done["transformed"]["post"]["tags"]
        assert [*map(int, found)] == [97, 98]
        script = calls[0]["params"]["script"]
        assert [(each["script"], each["status"]) for each in done["calls"]] == [(script, "ok")] * 2
        assert done["allCalls"] == 2


def test_nothing_is_allowed_unless_the_script_the_tool_and_the_project_say_so(
    host: Host, root: Path
) -> None:
    before = host.call("scripts.run", name="ask", args=["a"])
    assert before["run"]["error"]["code"] == "capability"
    offer(host)
    [denied] = ran(host, "a", name="other")
    assert denied.startswith("ToolDenied")
    (root / "pybridge.toml").write_text("", "utf-8")
    after = host.call("scripts.run", name="ask", args=["a"])
    assert after["run"]["error"]["code"] == "capability"
    assert "switched" in host.call("tools.offer", tools={}, allow={})["message"]
    assert host.calls.empty()


def test_a_client_that_cannot_be_asked_offers_nothing(host: Host, root: Path) -> None:
    with Service(require_project(root), watch=False) as service:
        params: Json = {"tools": {}, "allow": {}}
        answer: Any = service.handle({"jsonrpc": "2.0", "id": 1, "method": "tools.offer", "params": params})  # fmt: skip
    assert answer["error"]["data"]["code"] == "usage"


BAD_ANSWERS: dict[str, tuple[Any, str]] = {
    "another shape": (lambda call: [value(call, "x")], "another shape"),
    "no value": (lambda call: [{**value(call, 1), "result": {}}], "does not hold a value"),
    "more members": (
        lambda call: [{**value(call, 1), "result": {"value": 1, "x": 2}}],
        "does not hold",
    ),
    "null": (lambda call: [{**value(call, 1), "result": None}], "does not hold a value"),
    "result and error": (lambda call: [{**value(call, 1), "error": {}}], "not a JSON-RPC answer"),
    "no version": (lambda call: [{"id": call["id"], "result": {"value": 1}}], "not a JSON-RPC"),
    "error of no shape": (lambda call: [refusal(call, "x", 1)], "not a JSON-RPC error"),
    "bool as a number": (lambda call: [refusal(call, True, "no")], "not a JSON-RPC error"),
    "told": (lambda call: [refusal(call, -32000, "closed")], "search: closed"),
    "untold": (lambda call: [refusal(call, -32603, "password")], "search failed"),
    "too large": (lambda call: [value(call, "x" * (5 << 20))], "too much"),
    "too deep": (lambda call: [value(call, nested(200))], "nested too deeply"),
    "not finite": (lambda call: [value(call, float("nan"))], "not JSON"),
}


def nested(depth: int) -> Any:
    found: Any = 1
    for _ in range(depth):
        found = [found]
    return found


def test_a_bad_answer_costs_one_error_that_says_why_and_the_next_call_works(host: Host) -> None:
    offer(host)

    def answering(call: Json) -> list[Any]:
        tag = call["params"]["args"]["tag"]
        return BAD_ANSWERS[tag][0](call) if tag in BAD_ANSWERS else [value(call, 7)]

    host.answering = answering
    tags = [tag for bad in BAD_ANSWERS for tag in (bad, "good")]
    found = ran(host, *tags)
    for tag, got in zip(tags, found, strict=True):
        if tag == "good":
            assert got == 7
        else:
            assert got.startswith("ToolError: "), (tag, got)
            assert BAD_ANSWERS[tag][1] in got
            assert "password" not in got


def hostile(chance: random.Random, call: Json) -> Any:
    """Return an answer that may be wrong anywhere."""
    odd: list[Any] = [
        None,
        True,
        -1,
        1e308,
        10**30,
        "",
        "\ud800",
        [],
        {},
        {"value": 1},
        [[]],
        "call-1",
    ]
    answer: Json = value(call, chance.choice([1, *odd]))
    for _ in range(chance.randrange(3)):
        key = chance.choice(["jsonrpc", "result", "error", "id", "method", "x"])
        if chance.random() < 0.3:
            answer.pop(key, None)
        elif key == "error":
            answer[key] = {"code": chance.choice(odd), "message": chance.choice(odd)}
        else:
            answer[key] = chance.choice(odd)
    return answer


@pytest.mark.parametrize("seed", range(3))
def test_generated_answers_give_a_value_of_the_shape_or_a_named_error(
    host: Host, seed: int
) -> None:
    chance = random.Random(seed)
    offer(host, timeoutMs=20)
    host.answering = lambda call: [hostile(chance, call) for _ in range(chance.randrange(1, 4))]
    found = ran(host, *["a"] * 60)
    kinds = [type(each) for each in found if not isinstance(each, str)]
    assert set(kinds) <= {int, float}
    assert all(each.startswith("ToolError: search") for each in found if isinstance(each, str))
    assert kinds
    assert len(kinds) < 60
    host.answering = lambda call: [value(call, 7)]
    offer(host)
    assert ran(host, "a") == [7]


def test_a_host_that_is_late_is_answered_for_and_its_late_answer_is_ignored(host: Host) -> None:
    offer(host, timeoutMs=200)
    asked = host.ask("scripts.run", name="ask", args=["a", "b"])
    late = host.next_call()
    second = host.next_call()
    assert host.given_up[0] == late["id"]
    host.outgoing.settle(value(late, 1))
    host.outgoing.settle(value(second, 2))
    host.outgoing.settle(value(second, 3))
    host.outgoing.settle(value({"id": "call-99"}, 4))
    [first, other] = outcome("scripts.run", asked)["run"]["result"]
    assert (first, other) == ("ToolError: search: no answer within 0.2 s", 2)


def test_a_host_that_goes_away_ends_what_waits_and_nothing_else(host: Host) -> None:
    offer(host)
    asked = host.ask("scripts.run", name="ask", args=["a", "b"])
    host.next_call()
    host.outgoing.close()
    found = outcome("scripts.run", asked)["run"]["result"]
    assert found == ["ToolError: search: the application has disconnected"] * 2
    assert host.call("scripts.run", name="ask", args=[])["run"]["status"] == "ok"


def test_a_run_that_is_cancelled_ends_while_a_tool_is_awaited_and_its_neighbour_goes_on(
    host: Host,
) -> None:
    offer(host)
    asked = host.ask("scripts.run", name="ask", args=["a"])
    number = host.last_id
    host.next_call()
    neighbour = host.ask("scripts.run", name="ask", args=["b"])
    call = host.next_call()
    started = time.monotonic()
    assert host.call("cancel", id=number) == {"cancelled": True}
    assert outcome("scripts.run", asked)["code"] == "cancelled"
    assert time.monotonic() - started < 15
    host.outgoing.settle(value(call, 5))
    assert outcome("scripts.run", neighbour)["run"]["result"] == [5]


def nested_schema(depth: int) -> Json:
    found: Json = {}
    for _ in range(depth):
        found = {"not": found}
    return found


@pytest.mark.parametrize(
    "tools",
    [
        {"search": {"inputSchema": {"type": "nothing"}}},
        {"search": {"outputSchema": {"required": 1}}},
        {"None": {}},
        {"__class__": {}},
        {"a b": {}},
        {"search": {"timeoutMs": 0}},
        {"search": {"call": "x"}},
        {"search": {"inputSchema": {"pattern": "("}}},
        {"search": {"outputSchema": nested_schema(100)}},
        {"search": {"outputSchema": nested_schema(400)}},
    ],
)
def test_tools_that_cannot_be_used_are_refused_and_the_earlier_ones_stay(
    host: Host, tools: Json
) -> None:
    offer(host)
    assert "code" in host.call("tools.offer", tools=tools, allow={})
    host.answering = lambda call: [value(call, 7)]
    assert ran(host, "a") == [7]


def test_more_calls_than_the_client_allows_are_denied(host: Host) -> None:
    limits = {"calls": 2}
    host.call("tools.offer", tools={"search": SEARCH}, allow=ALLOW, limits=limits)
    host.answering = lambda call: [value(call, 7)]
    found = ran(host, *"abcd")
    assert found[:2] == [7, 7]
    assert all(each.startswith("ToolDenied") for each in found[2:])


def _is_call(message: Any) -> bool:
    return isinstance(message, dict) and message.get("method") == "tools.call"


def test_a_process_asks_its_host_and_ends_with_it(root: Path) -> None:
    (root / "pybridge.toml").write_text("[features]\ntools = true\n", "utf-8")
    with Served(root, wait_s=600) as served:
        served.call("tools.offer", tools={"search": SEARCH}, allow=ALLOW)
        number = served.ask("scripts.run", name="ask", args=["a", "b"])
        first = served.until(_is_call)
        answer = value(first, 7)
        served.send([answer, answer, {"jsonrpc": "2.0", "id": "x", "method": "scripts.list"}])
        served.until(_is_call)
        served.end_input()
        [done] = [each for each in served.rest() if isinstance(each, dict) and each.get("id") == number]  # fmt: skip
        error = "ToolError: search: the application has disconnected"
        assert done["result"]["run"]["result"] == [7, error]
        assert served.ended() == 0
