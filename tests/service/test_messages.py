from __future__ import annotations

import itertools
import threading
from pathlib import Path
from typing import Any

import pytest

from pybridge import abi
from pybridge.project.discover import Project
from pybridge.rpc.connection import MOST_IN_BATCH
from pybridge.service.order import Order
from pybridge.service.service import Service
from tests.service.conftest import MACRO, sha256


def error_of(answer: Any) -> tuple[Any, int, str, str | None]:
    data = answer["error"]["data"]
    assert abi.validate("error", data) == []
    assert answer["jsonrpc"] == "2.0"
    return answer["id"], answer["error"]["code"], data["code"], data.get("pointer")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param(1, (None, -32600, "schema", None), id="number"),
        pytest.param(None, (None, -32600, "schema", None), id="null"),
        pytest.param({}, (None, -32600, "schema", None), id="empty"),
        pytest.param([], (None, -32600, "schema", None), id="empty-batch"),
        pytest.param({"id": 3, "method": "scripts.list"}, (3, -32600, "schema", None), id="no-version"),
        pytest.param({"jsonrpc": "2.0", "id": 3}, (3, -32600, "schema", None), id="no-method"),
        pytest.param({"jsonrpc": "2.0", "id": [3], "method": "x"}, (None, -32600, "schema", None), id="list-as-id"),
        pytest.param({"jsonrpc": "2.0", "id": True, "method": "x"}, (None, -32600, "schema", None), id="bool-as-id"),
        pytest.param({"jsonrpc": "2.0", "id": 3, "method": "x", "more": 1}, (3, -32600, "schema", None), id="more"),
        pytest.param({"jsonrpc": "2.0", "id": 3, "method": "scripts.lst"}, (3, -32601, "usage", None), id="unknown"),
        pytest.param({"jsonrpc": "2.0", "id": "a", "method": "__class__"}, ("a", -32601, "usage", None), id="dunder"),
        pytest.param({"jsonrpc": "2.0", "id": 3, "method": "scripts.list", "params": []}, (3, -32602, "schema", ""), id="params-by-position"),
        pytest.param({"jsonrpc": "2.0", "id": 3, "method": "scripts.read", "params": {"name": 1}}, (3, -32602, "schema", "/name"), id="wrong-type"),
        pytest.param({"jsonrpc": "2.0", "id": 3, "method": "scripts.read"}, (3, -32602, "schema", ""), id="missing"),
        pytest.param({"jsonrpc": "2.0", "id": 3, "method": "scripts.read", "params": {"name": "a", "x": 1}}, (3, -32602, "schema", "/x"), id="unknown-param"),
        pytest.param({"jsonrpc": "2.0", "id": 3, "method": "documents.prepare", "params": {"path": "a.md", "text": "\ud800"}}, (3, -32602, "schema", "/text"), id="half-a-character"),
        pytest.param({"jsonrpc": "2.0", "id": 3, "method": "cancel", "params": {"id": []}}, (3, -32602, "schema", "/id"), id="cancel-what"),
        pytest.param({"jsonrpc": "2.0", "id": 3, "method": "scripts.read", "params": {"name": "nobody"}}, (3, -32000, "not-found", None), id="refused"),
    ],
)  # fmt: skip
def test_what_is_no_request_is_answered_with_number_code_and_place(
    service: Service, message: Any, expected: Any
) -> None:
    assert error_of(service.handle(message)) == expected


def test_an_unknown_method_is_told_what_it_may_have_meant(service: Service) -> None:
    answer: Any = service.handle({"jsonrpc": "2.0", "id": 1, "method": "script.list"})
    assert "'scripts.list'" in answer["error"]["data"]["hint"]


@pytest.mark.parametrize("method", ["scripts.list", "nobody", "scripts.read"])
def test_a_notification_is_never_answered(service: Service, method: str) -> None:
    assert service.handle({"jsonrpc": "2.0", "method": method}) is None


def request(number: int, method: str = "scripts.uses", **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def test_a_batch_is_answered_in_its_order_without_the_notifications(service: Service) -> None:
    notification = {"jsonrpc": "2.0", "method": "scripts.list"}
    batch = [request(1, name="map"), notification, 7, request(2, "nobody"), request(3, name="map")]
    answers: Any = service.handle(batch)
    assert [answer["id"] for answer in answers] == [1, None, 2, 3]
    assert service.handle([notification, notification]) is None


def test_a_batch_is_bounded(service: Service) -> None:
    answer: Any = service.handle([request(1)] * (MOST_IN_BATCH + 1))
    assert error_of(answer) == (None, -32600, "schema", None)


def test_reads_see_the_changes_that_were_asked_for_before(service: Service) -> None:
    connection = service.connection()
    texts = [MACRO, *(f"x = {number}\n" for number in range(20))]
    answers = []
    for before, after in itertools.pairwise(texts):
        write = {"name": "map.py", "content": after, "expected": sha256(before)}
        answers.append(connection.submit(request(1, "scripts.write", **write)))
        answers.append(connection.submit(request(2, "scripts.read", name="map.py")))
    found: list[Any] = [answer.result(60) for answer in answers]
    assert [answer["result"]["change"]["sha256"] for answer in found[::2]] == [
        sha256(text) for text in texts[1:]
    ]
    for text, answer in zip(texts[1:], found[1::2], strict=True):
        seen = answer["result"]["content"]
        assert texts.index(seen) >= texts.index(text)


def test_changes_run_alone_in_order_and_reads_wait_for_those_before() -> None:
    order, log, gate = Order(), list[str](), threading.Event()

    def first() -> None:
        gate.wait(10)
        log.append("change 1")

    order.change(first)
    order.read(lambda: log.append("read"))
    done = threading.Event()

    def pure() -> None:
        log.append("pure")
        done.set()

    order.pure(pure)
    assert done.wait(10)
    assert log == ["pure"]
    gate.set()
    order.close()
    assert log == ["pure", "change 1", "read"]


def wait_for(gate: threading.Event) -> None:
    assert gate.wait(10)


def test_what_has_not_begun_can_be_cancelled_and_is_answered(service: Service) -> None:
    connection, gate = service.connection(), threading.Event()
    service._order.change(lambda: wait_for(gate))
    answers = [connection.submit(request(7, "scripts.create", title="Never")),
               connection.submit(request(8, "scripts.read", name="never"))]  # fmt: skip
    cancelled: Any = connection.handle(request(9, "cancel", id=7))
    assert cancelled["result"] == {"cancelled": True}
    assert error_of(answers[0].result(1)) == (7, -32800, "cancelled", None)
    other: Any = service.connection().handle(request(9, "cancel", id=8))
    assert other["result"] == {"cancelled": False}, "ids are those of one connection"
    gate.set()
    assert error_of(answers[1].result(10))[2] == "not-found"
    late: Any = connection.handle(request(9, "cancel", id=8))
    assert late["result"] == {"cancelled": False}


def test_a_read_that_has_begun_ends_soon_when_cancelled(root: Path) -> None:
    for number in range(300):
        (root / "scripts" / f"s{number}.py").write_text(MACRO, "utf-8")
    with Service(Project(root), watch=False) as service:
        connection = service.connection()
        with service._checkers._turn:  # somebody else is asking the engine
            answer = connection.submit(request(5, "check.project"))
            connection.handle(request(6, "cancel", id=5))
            assert error_of(answer.result(10)) == (5, -32800, "cancelled", None)


def test_a_bug_is_an_answer_too(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pybridge.commands.scripts.store.show", lambda *_, **__: 1 / 0)
    answer: Any = service.handle(request(1, "scripts.read", name="map"))
    assert error_of(answer) == (1, -32603, "internal", None)
    assert "ZeroDivisionError" in answer["error"]["message"]


def test_after_the_end_everything_is_refused_at_once(root: Path) -> None:
    service = Service(Project(root), watch=False)
    service.close()
    service.close()
    assert error_of(service.handle(request(1, name="map")))[2] == "unavailable"
