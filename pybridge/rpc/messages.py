"""JSON-RPC 2.0 as values: requests and responses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pybridge import abi
from pybridge.errors import InternalError, Invalid, PybridgeError
from pybridge.macros.values.problems import pointer as json_pointer
from pybridge.rpc.errors import Cancelled, MessageTooLarge, MethodUnknown, RequestInvalid

NOT_JSON = -32700
NO_REQUEST = -32600
NO_METHOD = -32601
BAD_PARAMS = -32602
BUG = -32603
REFUSED = -32000
CANCELLED = -32800

Id = str | int | float | None
Message = dict[str, Any]

_MEMBERS = frozenset({"jsonrpc", "id", "method", "params"})


@dataclass(frozen=True)
class Request:
    """A request or a notification."""

    method: str
    params: dict[str, Any]
    id: Id = None
    is_notification: bool = False
    """Whether the client wants no answer, not even an error."""


def read_request(message: Any) -> Request:
    """Return *message* as a request.

    Raises:
        RequestInvalid: when it is not a request.
        Invalid: when its params are not an object.
    """
    if not isinstance(message, dict):
        raise RequestInvalid("a message must be an object")
    if message.get("jsonrpc") != "2.0":
        raise RequestInvalid('"jsonrpc" must be "2.0"')
    method = message.get("method")
    if not isinstance(method, str):
        raise RequestInvalid('"method" must be a string')
    if "id" in message and not _is_id(message["id"]):
        raise RequestInvalid('"id" must be a string, a number or null')
    more = sorted(message.keys() - _MEMBERS)
    if more:
        raise RequestInvalid(f"unknown member {more[0]!r}")
    params = message.get("params", {})
    if not isinstance(params, dict):
        raise Invalid("params", [abi.Problem("", "params are given by name, in an object")])
    return Request(method, params, message.get("id"), "id" not in message)


class AnswerInvalid(Exception):
    """A message is not an answer to a request."""


class ErrorAnswer(Exception):
    """An answer is an error; the message is the client's."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(message)
        self.number = number
        """The number of JSON-RPC."""


def is_answer(message: Any) -> bool:
    """Whether *message* is meant as the answer to a request of this side, valid or not."""
    is_request = not isinstance(message, dict) or "method" in message
    return not is_request and ("result" in message or "error" in message)


def result_of(answer: Message) -> Any:
    """Return the result that an answer holds.

    Raises:
        ErrorAnswer: when it holds an error.
        AnswerInvalid: when it is malformed.
    """
    members = answer.keys() - {"jsonrpc", "id"}
    if answer.get("jsonrpc") != "2.0" or members not in ({"result"}, {"error"}):
        raise AnswerInvalid("the answer is not a JSON-RPC answer")
    if "result" in answer:
        return answer["result"]
    error = answer["error"]
    number, message = (
        (error.get("code"), error.get("message")) if isinstance(error, dict) else (None, None)
    )
    if not isinstance(number, int) or isinstance(number, bool) or not isinstance(message, str):
        raise AnswerInvalid("the answer is not a JSON-RPC error")
    raise ErrorAnswer(number, message)


def id_of(message: Any) -> Id:
    """Return the id of a message that may not be a request; null without one."""
    found = message.get("id") if isinstance(message, dict) else None
    return found if _is_id(found) else None


def _is_id(value: object) -> bool:
    return value is None or (isinstance(value, str | int | float) and not isinstance(value, bool))


def require_unicode(value: Any, pointer: str = "") -> None:
    """Return if every string in *value* can be written as UTF-8.

    Raises:
        Invalid: when one holds half a character.
    """
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as error:
            words = f"half a character (a lone surrogate) at {error.start}"
            raise Invalid("text", [abi.Problem(pointer, words)]) from None
    elif isinstance(value, dict):
        for key, item in value.items():
            require_unicode(item, pointer + json_pointer(key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            require_unicode(item, f"{pointer}/{index}")


def request(request_id: str, method: str, params: Mapping[str, Any]) -> Message:
    """Return a request to the client."""
    return {"jsonrpc": "2.0", "id": request_id, "method": method, "params": dict(params)}


def answer(request_id: Id, result: Any) -> Message:
    """Return a response that holds *result*."""
    return {"jsonrpc": "2.0", "id": request_id, "result": result}


def failure(request_id: Id, error: PybridgeError, number: int | None = None) -> Message:
    """Return an error response; its `data` is error.v1."""
    data = error.to_json()
    value = {"code": _number(error) if number is None else number, "message": data["message"]}
    return {"jsonrpc": "2.0", "id": request_id, "error": {**value, "data": data}}


def _number(error: PybridgeError) -> int:
    if isinstance(error, RequestInvalid | MessageTooLarge):
        return NO_REQUEST
    if isinstance(error, MethodUnknown):
        return NO_METHOD
    if isinstance(error, Cancelled):
        return CANCELLED
    return BUG if isinstance(error, InternalError) else REFUSED


def event(method: str, params: Mapping[str, Any]) -> Message:
    """Return a notification."""
    return {"jsonrpc": "2.0", "method": method, "params": dict(params)}
