"""Requests to a client whose own requests fill the service, and to one that does not read."""

from __future__ import annotations

import json
import os
import threading
from concurrent.futures import Future
from typing import Any

import pytest

from pybridge.rpc import outbox, stdio
from pybridge.rpc.cancellation import Token
from pybridge.rpc.errors import Busy
from pybridge.rpc.outbox import Outbox
from pybridge.rpc.outgoing import NotAnswered, Outgoing
from pybridge.service import order
from pybridge.service.order import Order


class _Asking:
    """Answers every request when the client has answered a request of the first."""

    def __init__(self) -> None:
        self.found: list[Any] = []
        self._answers: list[Future[Any]] = []

    def connection(self, client: Outgoing, /) -> Any:
        self._client = client
        return self

    def submit(self, _: Any) -> Future[Any]:
        self._answers.append(Future())
        if len(self._answers) == 1:
            threading.Thread(target=self._ask, daemon=True).start()
        return self._answers[-1]

    def _ask(self) -> None:
        self.found.append(self._client.ask("tools.call", {}, 60, Token()))
        for answer in self._answers:
            answer.set_result({"done": True})

    def cancel_all(self) -> None: ...

    def subscribe(self, *_: Any) -> Any:
        return lambda: None

    def close(self) -> None: ...


def test_an_answer_is_read_while_as_many_requests_as_allowed_wait_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stdio, "MOST_WAITING", 1)
    service, (reading, writing) = _Asking(), os.pipe()
    sent: list[Any] = []
    is_asked = threading.Event()

    def write(data: bytes) -> None:
        sent.append(json.loads(data))
        if "method" in sent[-1]:
            is_asked.set()

    serving = threading.Thread(
        target=stdio.serve, args=(service, lambda size: os.read(reading, size), write)
    )
    serving.start()
    request = {"jsonrpc": "2.0", "id": 1, "method": "x"}
    _send(writing, request)
    assert is_asked.wait(60)
    _send(writing, {**request, "id": 2})
    _send(writing, {"jsonrpc": "2.0", "id": sent[0]["id"], "result": 5})
    os.close(writing)
    serving.join(60)
    os.close(reading)
    assert service.found == [5]
    refused = [each for each in sent if each.get("id") == 2]
    assert [each["error"]["data"]["code"] for each in refused] == ["unavailable"]
    assert {"done": True} in sent


def _send(descriptor: int, message: Any) -> None:
    os.write(descriptor, json.dumps(message).encode() + b"\n")


def test_a_client_that_does_not_read_is_asked_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MOST_BYTES", 10)
    gate = threading.Event()
    box = Outbox(lambda _: gate.wait(60))
    box.send({"some": "message"})
    with pytest.raises(NotAnswered, match="does not read"):
        Outgoing(box.offer).ask("tools.call", {}, 0.05, Token())
    gate.set()
    box.close(5)


def test_a_request_ends_when_its_run_is_cancelled_before_or_meanwhile() -> None:
    token = Token()
    given_up: list[str] = []
    asking = Outgoing(lambda *_: not token.cancel(), given_up.append)  # type: ignore[func-returns-value]
    for _ in range(2):
        with pytest.raises(NotAnswered, match="cancelled"):
            asking.ask("tools.call", {}, 60, token)
    assert given_up == ["call-1", "call-2"]
    assert not asking.is_waiting


def _wait(gate: threading.Event) -> None:
    gate.wait(60)


def test_runs_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "MOST_RUNS", 2)
    gate, runs = threading.Event(), Order()
    for _ in range(2):
        runs.run(lambda: _wait(gate))
    with pytest.raises(Busy):
        runs.run(lambda: None)
    gate.set()
    runs.close()
