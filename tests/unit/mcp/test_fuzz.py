"""Random requests and random outcomes: what is read is bounded, and nothing but the protocol is answered."""

from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pybridge.mcp.runs.guest import _Values
from pybridge.mcp.runs.result import read_outcome
from tests.amounts import amount
from tests.unit.mcp.test_stdio import Raw, started

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["value", "error", "type", "message", "line", "traceback", "exitCode", "files", "x"]),
        inner,
        max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip
CALLS: tuple[dict[str, Any], ...] = (
    {"name": "example.echo", "arguments": {"text": "x"}},
    {"name": "end_session", "arguments": {"session": "a"}},
    {"name": "run_python", "arguments": {"cod": "1", "files": {"a": {"base64": "?"}}}},
    {"uri": "pybridge://run/1/x?offset=0&length=5"},
)
METHODS = ("tools/call", "tools/list", "resources/read", "resources/list", "prompts/get", "ping")
VALUES: tuple[Any, ...] = (None, True, -1, 1e308, 2**70, "", "\0\x1b[2J", "\ud800", "x" * 5000, [], {}, [[[]]], {"a": {}})  # fmt: skip


def test_random_messages_never_end_the_server_nor_its_protocol() -> None:
    chance = random.Random(5)
    with started() as raw:
        for turn in range(amount(15, 400)):
            for _ in range(20):
                raw.write(message(chance))
            _require_alive(raw, f"end-{turn}")


def _require_alive(raw: Raw, name: str) -> None:
    """Every line until the answer of a ping must be JSON-RPC, which `answer` checks."""
    raw.request(name, "ping")
    for _ in range(200):
        if raw.answer().get("id") == name:
            return
    raise AssertionError(f"{name} is not answered")


def message(chance: random.Random) -> bytes:
    """One line: a request with random members, or with random bytes changed."""
    number = chance.choice((chance.randrange(10**9), f"n{chance.randrange(10**9)}"))
    value: Any = {"jsonrpc": "2.0", "id": number, "method": chance.choice(METHODS), "params": json.loads(json.dumps(chance.choice(CALLS)))}  # fmt: skip
    for _ in range(chance.randrange(3)):
        place = value
        while isinstance(place, dict) and place:
            name = chance.choice(list(place))
            if chance.random() < 0.4 and name != "id":
                place[name] = chance.choice(VALUES)
                break
            place = place[name]
    line = bytearray(json.dumps(value).encode())
    if chance.random() < 0.5:
        for _ in range(chance.randrange(1, 6)):
            line[chance.randrange(len(line))] = chance.randrange(256)
    return bytes(line).replace(b"\n", b" ") + b"\n"


@settings(max_examples=amount(150, 5000), deadline=None)
@given(JSON)
def test_an_outcome_is_read_or_refused(value: Any) -> None:
    outcome = read_outcome(json.dumps(value).encode())
    if outcome is None:
        return
    assert isinstance(value, dict)
    assert outcome.exit_code is None or 0 <= outcome.exit_code <= 255
    assert all(isinstance(each, str) for each in outcome.files.values())
    json.dumps(outcome.value, allow_nan=False).encode("utf-8")


@settings(max_examples=amount(150, 5000), deadline=None)
@given(st.binary(max_size=200))
def test_bytes_that_are_not_an_outcome_are_refused(raw: bytes) -> None:
    assert read_outcome(raw) is None or raw.startswith(b"{")


@settings(max_examples=amount(150, 5000), deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=15))  # fmt: skip
def test_json_values_pass_the_sandbox_unchanged(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return
    assert _Values().of(value) == value
