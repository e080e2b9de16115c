"""Uses much of what others may have tampered with; its output is the same whatever ran before it."""

import bisect
import calendar
import codecs
import collections
import csv
import dataclasses
import datetime
import decimal
import html
import io
import json
import os
import random
import re
import sys
import textwrap
import time
import typing
import warnings


@dataclasses.dataclass
class Point(typing.Generic[typing.TypeVar("T")]):
    x: int
    y: int = dataclasses.field(default=2)


def shown(value):
    return f"<{value}>"


def render(context):
    print("innocent")
    warnings.warn("heard", UserWarning, stacklevel=1) if context["params"].get("warns") else None
    known = [
        json.dumps({"b": [1, 2], "a": 'x"y'}),
        json.loads('{"a": {"b": 1}}'),
        html.escape("<&>"),
        html.unescape("&amp;"),
        len([1, 2, 3]),
        random.random(),
        random.choice("abcdef"),
        re.sub(r"\d+", "#", "a1b22"),
        textwrap.shorten("one two three four", 12),
        str(decimal.Decimal(1) / 3),
        str(datetime.date(2024, 2, 3)),
        calendar.month_name[2],
        collections.Counter("aab").most_common(1),
        bisect.bisect_left([1, 2, 3], 2),
        repr(Point(1)),
        sorted(os.environ.items()),
        os.getcwd(),
        [entry for entry in sys.path if entry in ("/tmp", "/usr")],
        sys.argv,
        sys.getrecursionlimit() > 500,
        sys.get_int_max_str_digits() > 1000,
        time.strftime("%Z", time.localtime(0)),
        context["env"]["isPreview"],
        context["data"],
        "evil" in dir(__import__("builtins")),
        re.sub(r"(\w+) (\w+)", r"\2 \1", "one two"),
        datetime.datetime.strptime("2024-02", "%Y-%m"),
        calendar.month(2024, 2),
        list(csv.reader(io.StringIO("a,b;c\n"))),
        [csv.list_dialects(), csv.field_size_limit()],
        codecs.decode(b"a\xff", "utf-8", "replace"),
    ]
    return {"text": "\n".join(map(shown, known))}
