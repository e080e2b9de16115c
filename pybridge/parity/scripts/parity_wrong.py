"""Returns what no macro should."""

import datetime
import decimal


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


def cyclic():
    value = {}
    value["self"] = value
    return value


class Text(str):
    pass


class Dict(dict):
    pass


WRONG = {
    "none": lambda: None,
    "text": lambda: "text",
    "list": lambda: [1],
    "number": lambda: 1,
    "empty": lambda: {},
    "two": lambda: {"html": "a", "text": "b"},
    "more": lambda: {"html": "a", "colour": "b"},
    "bytes": lambda: {"html": b"a"},
    "integer": lambda: {"text": 3},
    "nothing": lambda: {"markdown": None},
    "nan": lambda: {"text": "a", "data": {"x": float("nan")}},
    "infinite": lambda: {"text": "a", "data": {"x": [float("inf")]}},
    "set": lambda: {"text": "a", "data": {"x": {1}}},
    "date": lambda: {"text": "a", "data": {"x": datetime.date(2024, 2, 29)}},
    "decimal": lambda: {"text": "a", "data": {"x": decimal.Decimal("1.10")}},
    "key": lambda: {"text": "a", "data": {1: "x"}},
    "tuple": lambda: {"text": "a", "data": {"x": (1, 2)}},
    "no_object": lambda: {"text": "a", "data": [1]},
    "deep": lambda: {"text": "a", "data": {"x": nested(60)}},
    "deeper": lambda: {"text": "a", "data": {"x": nested(100)}},
    "cyclic": lambda: {"text": "a", "data": cyclic()},
    "subclass": lambda: Dict(text=Text("a")),
    "big_number": lambda: {"text": "a", "data": {"x": 2**53 + 1, "y": 10**40, "z": -0.0}},
    "floats": lambda: {"text": "a", "data": {"x": [0.1, 1e22, 1e21, 1e-7, 5e-324, 1.0]}},
    "lone": lambda: {"text": "a\ud800b"},
    "nul": lambda: {"text": "a\0b"},
    "separators": lambda: {"text": "a\u2028b\u2029c\x85d\x0be"},
    "huge": lambda: {"text": "x" * (4 * 1024 * 1024 + 1)},
    "just": lambda: {"text": "x" * (4 * 1024 * 1024)},
    "warnings": lambda: {"text": "a", "warnings": ["first", {"code": "own", "message": "second"}]},
    "warning_number": lambda: {"text": "a", "warnings": [1]},
    "warning_text": lambda: {"text": "a", "warnings": "first"},
    "warning_half": lambda: {"text": "a", "warnings": [{"code": "own"}]},
    "generator": lambda: (part for part in "ab"),
}


def render(context):
    make = WRONG.get(context["params"].get("kind"))
    return make() if make else {"text": "?"}
