from __future__ import annotations

import collections
import enum
import json
from typing import Any

import pytest

from pybridge.macros.values.limits import Limits
from pybridge.macros.values.results import BadResult, check_result, to_json
from tests.unit.macros.host import Host


class Text(str):
    def __len__(self) -> int:
        return 0


class Colour(enum.StrEnum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


def cyclic() -> Any:
    value: dict[str, Any] = {"html": ""}
    value["data"] = [value]
    return value


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def shared(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value, value]
    return value


@pytest.mark.parametrize(
    ("value", "code", "message", "pointer"),
    [
        pytest.param(None, "output-type", "render returned None, not a dict", None, id="None"),
        pytest.param("x", "output-type", "render returned a value of type str", None, id="text"),
        pytest.param([], "output-type", "type list", None, id="list"),
        pytest.param({}, "schema", "exactly one of html, markdown and text, it has none", "", id="empty"),
        pytest.param({"html": "", "text": ""}, "schema", "it has html and text", "/text", id="two"),
        pytest.param({"html": "", "x": 1}, "schema", 'unknown key "x"', "/x", id="unknown"),
        pytest.param({"html": None}, "schema", "html must be text, not null", "/html", id="html None"),
        pytest.param({"html": 5}, "schema", "html must be text, not 5", "/html", id="html number"),
        pytest.param({"html": "", "warnings": "w"}, "schema", "must be a list", "/warnings", id="warnings"),
        pytest.param({"html": "", "warnings": ["", {"code": "c"}]}, "schema", "a warning must", "/warnings/1", id="warning"),
        pytest.param({"html": "", "data": float("nan")}, "output-type", "nan is not JSON", "/data", id="NaN"),
        pytest.param({"html": "", "data": [float("-inf")]}, "output-type", "-inf is not JSON", "/data/0", id="infinity"),
        pytest.param({"html": b"x"}, "output-type", "type bytes is not JSON", "/html", id="bytes"),
        pytest.param({"html": "", "data": {"a": {1, 2}}}, "output-type", "type set is not", "/data/a", id="set"),
        pytest.param({"html": "", "data": {5: 1}}, "output-type", "the key 5 is not text", "/data", id="key"),
        pytest.param({"html": "", "data": {"a/b~": b""}}, "output-type", "bytes", "/data/a~1b~0", id="escaped pointer"),
        pytest.param({"html": "a\udc80"}, "output-type", "half a surrogate pair at character 1", "/html", id="surrogate"),
        pytest.param({"html": "", "data": 2**53}, "output-type", "2^53-1", "/data", id="large integer"),
        pytest.param(cyclic(), "output-type", "the result holds itself", "/data/0", id="cycle"),
        pytest.param({"html": "", "data": nested(64)}, "output-limit", "more than 64 levels", "/data" + "/0" * 63, id="deep"),
        pytest.param({"html": "x" * 5_000_000}, "output-limit", "more than 4194304 bytes", "/html", id="long"),
        pytest.param({"html": "é" * 3_000_000}, "output-limit", "bytes", "/html", id="long in UTF-8"),
        pytest.param({"html": "", "data": shared(60)}, "output-limit", "bytes", None, id="shared over and over"),
    ],
)  # fmt: skip
def test_unusable_result_is_named(value: Any, code: str, message: str, pointer: str | None) -> None:
    limits = Limits()
    if pointer is None and code == "output-limit":
        limits.output_bytes = 10_000
    with pytest.raises(BadResult) as caught:
        check_result(value, limits)
    assert caught.value.code == code
    assert message in caught.value.message
    assert pointer is None or caught.value.pointer == pointer


@pytest.mark.parametrize(
    ("value", "result"),
    [
        pytest.param({"html": "é😀"}, {"html": "é😀"}, id="text beyond ASCII"),
        pytest.param({"text": Text("ab")}, {"text": "ab"}, id="kind of str"),
        pytest.param({"markdown": Colour.RED}, {"markdown": "red"}, id="enum"),
        pytest.param({"html": "", "data": (1, Level.HIGH, True)}, {"html": "", "data": [1, 3, True]}, id="tuple"),
        pytest.param(collections.OrderedDict(html="x"), {"html": "x"}, id="OrderedDict"),
        pytest.param(
            {"html": "", "data": collections.Counter("aab")}, {"html": "", "data": {"a": 2, "b": 1}}, id="Counter"
        ),
        pytest.param({"html": "", "data": nested(63)}, {"html": "", "data": nested(63)}, id="deep enough"),
        pytest.param(
            {"html": "", "warnings": ["a", {"code": "c", "message": "m"}]},
            {"html": "", "warnings": ["a", {"code": "c", "message": "m"}]},
            id="warnings",
        ),
    ],
)  # fmt: skip
def test_result_comes_out_as_plain_json(value: Any, result: Any) -> None:
    found = check_result(value, Limits())
    assert found == result
    assert json.loads(json.dumps(found)) == result
    assert all(type(text) is not Text for text in found.values())


def test_copy_is_no_alias() -> None:
    value = {"data": [1]}
    copied = to_json(value, Limits())
    value["data"].append(2)
    assert copied == {"data": [1]}


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        pytest.param("pass", "is a return missing?", id="None"),
        pytest.param("return 'x'", "with the text in it", id="text"),
        pytest.param("yield {'html': ''}", "render is a generator", id="generator"),
        pytest.param("return {'htlm': ''}", "did you mean 'html'?", id="misspelt"),
    ],
)
def test_error_has_a_hint_and_the_script(host: Host, body: str, hint: str) -> None:
    host.load(odd=f"x = 1\ndef render(context):\n    {body}\n")
    error = host.call("odd")["error"]
    assert hint in error["hint"]
    assert error["script"] == {"path": "scripts/odd.py", "line": 2}
    assert "→ 2 def render(context):" in error["excerpt"]


def test_dict_with_a_will_of_its_own_harms_only_itself(host: Host) -> None:
    host.load(
        odd="class D(dict):\n  def items(self): raise ValueError('no')\n"
        "def render(c): return {'html': '', 'data': D(a=1)}\n",
        good="def render(c): return {'html': 'ok'}\n",
    )
    outcomes = [host.call(name) for name in ("good", "odd", "good")]
    assert [outcome.get("result") for outcome in outcomes] == [{"html": "ok"}, None, {"html": "ok"}]
    assert outcomes[1]["error"]["message"] == "ValueError: no"
