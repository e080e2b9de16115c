"""A host that offers tools to the scripts of a service, and answers their calls well or badly."""

from __future__ import annotations

import queue
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from pybridge import abi
from pybridge.rpc.outgoing import Outgoing
from pybridge.service.service import Service

Json = dict[str, Any]
Answering = Callable[[Json], list[Any]]
"""Returns what the host sends when it gets a call."""
WAIT_S = 60.0


class Host:
    """A client of a service in this process."""

    def __init__(self, service: Service) -> None:
        self.calls: queue.Queue[Json] = queue.Queue()
        self.given_up: list[str] = []
        self.answering: Answering = lambda _: []
        self.outgoing = Outgoing(self._send, self.given_up.append)
        self._connection = service.connection(self.outgoing)
        self._last_id = 0

    def _send(self, message: Json, _: float) -> bool:
        part = "rpc/tools.call/properties/params"
        assert abi.validate(part, message["params"]) == []
        self.calls.put(message)
        for answer in self.answering(message):
            self.outgoing.settle(answer)
        return True

    def ask(self, method: str, **params: Any) -> Future[Any]:
        """Send a request; its id is `last_id`."""
        self._last_id += 1
        return self._connection.submit(
            {"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": params}
        )

    @property
    def last_id(self) -> int:
        """Of the requests."""
        return self._last_id

    def call(self, method: str, **params: Any) -> Any:
        """Return the result of a request, or error.v1; both are held to the schema."""
        return outcome(method, self.ask(method, **params))

    def next_call(self) -> Json:
        """Return the next call of a tool."""
        return self.calls.get(timeout=WAIT_S)


def outcome(method: str, asked: Future[Any]) -> Any:
    """Return a result, or error.v1."""
    answer = asked.result(WAIT_S)
    if "error" in answer:
        assert abi.validate("error", answer["error"]["data"]) == []
        return answer["error"]["data"]
    assert abi.validate(f"rpc/{method}/properties/result", answer["result"]) == []
    return answer["result"]


def value(call: Json, found: Any) -> Json:
    """Return the answer that holds a value."""
    return {"jsonrpc": "2.0", "id": call["id"], "result": {"value": found}}


def refusal(call: Json, number: Any, message: Any) -> Json:
    """Return the answer that is an error."""
    return {"jsonrpc": "2.0", "id": call["id"], "error": {"code": number, "message": message}}
