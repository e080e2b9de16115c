"""Attacks that come from the host's side: what it hands in, by which names, and how many at once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from e2e.conftest import Host, OpenHost, call
from pybridge.engines import open_engine
from pybridge.engines.protocol import Engine, Script

ECHO = "def render(context):\n    return {'text': ascii(context['params']['x'])}\n"
GOOD = "def render(context):\n    return {'text': 'fine'}\n"
CRASH = "import os\ndef render(context):\n    os._exit(1)\n"


@pytest.fixture(scope="module")
def wasi() -> Any:
    with open_engine("wasi") as engine:
        engine.load([Script("scripts/echo.py", ECHO), Script("scripts/good.py", GOOD)])
        yield engine


def in_page(host: Host, made: str) -> Any:
    """Render one call whose parameter is the JSON text that *made*, in JavaScript, gives."""
    calls = json.dumps({"calls": [call("echo", x="@")]})
    answer = host.page.evaluate(
        f"(calls) => pybridgeCall('calls', calls.replace('\"@\"', () => {made}))", calls
    )
    return json.loads(answer)["value"][0]


@pytest.fixture
def echo(host: Host) -> Host:
    host.load(echo=ECHO, good=GOOD)
    return host


TOO_MUCH = [
    pytest.param("'['.repeat(10000) + ']'.repeat(10000)", id="A08-deep"),
    pytest.param("'{\"a\":'.repeat(10000) + 1 + '}'.repeat(10000)", id="A08-deep-objects"),
    pytest.param("'\"' + 'x'.repeat(50e6) + '\"'", id="A08-large"),
    pytest.param(
        "'{' + Array.from({ length: 15e5 }, (_, n) => `\"k${n}\":${n}`) + '}'", id="A08-keys"
    ),
]


@pytest.mark.parametrize("made", TOO_MUCH)
def test_too_much_is_refused_before_it_costs_the_worker_anything(echo: Host, made: str) -> None:
    generation = echo.do("stats")["generation"]
    assert in_page(echo, made)["error"]["code"] == "input-limit"
    assert echo.do("stats")["generation"] == generation
    assert echo.call("good")["result"] == {"text": "fine"}


VALUES = [
    pytest.param("-0", "0", id="W02-negative-zero"),
    pytest.param("9007199254740991", "9007199254740991", id="W02-largest-integer"),
    pytest.param('"\\ud800"', r"'\ud800'", id="W02-lone-surrogate"),
    pytest.param('"\\u0000"', r"'\x00'", id="W02-nul"),
    pytest.param('"\\u2028"', r"'\u2028'", id="W02-line-separator"),
    pytest.param('{"__proto__": {"x": 1}}', "{'__proto__': {'x': 1}}", id="W02-prototype"),
    pytest.param('"\\"); import js #"', "'\"); import js #'", id="W10-source"),
]


@pytest.mark.parametrize(("text", "said"), VALUES)
def test_odd_values_arrive_as_they_were_sent(echo: Host, text: str, said: str) -> None:
    assert in_page(echo, f"String.raw`{text}`")["result"] == {"text": said}


@pytest.mark.parametrize("text", ["1e400", "-1e400"], ids=["W02-infinity", "W02-minus-infinity"])
def test_a_number_that_json_cannot_carry_arrives_as_null(echo: Host, text: str) -> None:
    assert in_page(echo, f"String.raw`{text}`")["result"] == {"text": "None"}


NAMES = [
    pytest.param(name, id=f"W11-{key}")
    for key, name in {
        "path": "../../x",
        "absolute": "/etc/passwd",
        "device": "con",
        "nul": "a\0b",
        "confusable": "ехо",
        "long": "a" * 300,
        "dunder": "__init__",
        "empty": "",
        "prototype": "__proto__",
        "constructor": "constructor",
        "markup": "<script>",
    }.items()
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_never_a_path(echo: Host, wasi: Engine, name: str) -> None:
    before = len(echo.server.requests)
    assert echo.call(name)["error"]["code"] in {"schema", "not-found"}
    assert echo.server.requests[before:] == []
    [outcome] = wasi.render_calls([call(name)])
    assert outcome["error"]["code"] in {"schema", "not-found"}


def test_a_deep_or_large_input_is_refused_on_wasi(wasi: Engine) -> None:
    deep: Any = 1
    for _ in range(500):
        deep = [deep]
    calls = [call("echo", x=deep), call("echo", x="x" * 20_000_000), call("good")]
    outcomes = wasi.render_calls(calls)
    assert [outcome.get("error", {}).get("code") for outcome in outcomes[:2]] == ["input-limit"] * 2
    assert outcomes[2]["result"] == {"text": "fine"}


def test_ten_crashes_in_a_row_cost_nobody_else_a_13(open_host: OpenHost) -> None:
    host = open_host()
    host.start(spares=1)
    host.load(good=GOOD, **{f"crash{n}": f"# {n}\n{CRASH}" for n in range(10)})
    calls = [call(f"crash{number // 2}" if number % 2 else "good") for number in range(20)]
    outcomes = host.do("calls", calls=calls)
    codes = [outcome.get("error", {}).get("code") for outcome in outcomes]
    assert codes == [None, "crash"] * 10
    assert host.call("good")["result"] == {"text": "fine"}


def test_fifty_calls_behind_a_stuck_one_all_end_a_15(open_host: OpenHost) -> None:
    host = open_host()
    host.start(spares=1)
    host.load(good=GOOD, stuck="def render(context):\n    while True: pass\n")
    calls = [call("good") for _ in range(50)]
    calls.insert(20, call("stuck"))
    outcomes = host.do("calls", calls=calls)
    assert outcomes.pop(20)["error"]["code"] == "timeout"
    assert [outcome["result"] for outcome in outcomes] == [{"text": "fine"}] * 50
