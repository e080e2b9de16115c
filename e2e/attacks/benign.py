"""The macro that is rendered after every attack: what it says must be what it always says."""

import calendar
import collections
import collections.abc
import csv
import dataclasses
import datetime
import decimal
import gc
import html
import io
import json
import locale
import os
import random
import re
import sys
import textwrap
import time
import typing
import warnings

GOLDEN_MARK = "benign"


@dataclasses.dataclass
class Point:
    x: int
    y: int = 2


class Pair(typing.NamedTuple):
    left: int
    right: int


def render(context):
    print("printed")
    facts = {
        "params": context["params"],
        "name": context["macro"]["name"],
        "preview": context["env"]["isPreview"],
        "json": json.dumps(json.loads('{"b": [1, 2.5, null], "a": "é"}'), sort_keys=True),
        "html": html.escape("<a & 'b'>"),
        "re": re.sub(r"(\w+) (\w+)", r"\2 \1", "one two"),
        "number": re.sub(r"\d+", "#", "a1b22"),
        "rows": list(csv.reader(io.StringIO("a,b;c\n"))),
        "dialects": [csv.list_dialects(), csv.field_size_limit()],
        "week": [calendar.firstweekday(), calendar.month(2024, 2)],
        "parsed": str(datetime.datetime.strptime("2024-02", "%Y-%m")),
        "class": isinstance(7, collections.abc.Sequence),
        "wrap": textwrap.fill("the quick brown fox jumps over the lazy dog", 12),
        "decimal": str(decimal.Decimal(1) / decimal.Decimal(7)),
        "random": random.Random(5).randint(0, 10**6),
        "fresh": random.random() != random.random(),
        "date": datetime.datetime(2024, 2, 29).strftime("%Y-%m-%d %j"),
        "local": time.localtime(0).tm_hour,
        "clock": time.perf_counter() >= 0 and time.time() > 1e9,
        "counter": collections.Counter("abracadabra").most_common(2),
        "ordered": list(collections.OrderedDict(a=1, b=2)),
        "point": repr(Point(1)),
        "pair": repr(Pair(1, 2)),
        "sorted": sorted({"b": 1, "a": 2}),
        "len": len("seven77"),
        "seven": [3 + 4, str(7), isinstance(7, int), isinstance(7, str)],
        "environment": sorted(os.environ),
        "folder": os.getcwd(),
        "recursion": sys.getrecursionlimit(),
        "digits": sys.get_int_max_str_digits(),
        "locale": locale.getlocale(),
        "filters": len(warnings.filters),
        "collects": gc.isenabled(),
        "paths": sys.path,
        "hooks": [getattr(each, "__name__", type(each).__name__) for each in sys.meta_path],
        "streams": [hasattr(sys.stdout, "write"), hasattr(sys.stderr, "write")],
    }
    return {"html": "<p>" + html.escape(json.dumps(facts, sort_keys=True, default=str)) + "</p>"}
