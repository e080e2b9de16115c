"""Uses a good part of the standard library as honest scripts do: modules import one another and fill caches."""

import abc
import array
import base64
import binascii
import bisect
import calendar
import collections
import collections.abc
import colorsys
import contextlib
import copy
import csv
import dataclasses
import datetime
import decimal
import difflib
import enum
import fnmatch
import fractions
import functools
import hashlib
import heapq
import html.parser
import io
import itertools
import json
import locale
import math
import numbers
import operator
import pprint
import random
import re
import reprlib
import secrets
import shlex
import statistics
import string
import struct
import sys
import textwrap
import time
import types
import typing
import unicodedata
import urllib.parse
import uuid
import warnings
import weakref
import xml.etree.ElementTree
import zlib
import zoneinfo

T = typing.TypeVar("T")
counter = 0
pattern = None


class Colour(enum.Enum):
    RED = 1


class Flagged(enum.Flag):
    A = 1
    B = 2


class Shape(typing.Protocol):
    def area(self) -> float: ...


@typing.runtime_checkable
class Sized(typing.Protocol):
    def __len__(self) -> int: ...


class Pair(typing.NamedTuple):
    left: int
    right: int = 2


class Known(typing.TypedDict, total=False):
    name: str


@dataclasses.dataclass(order=True)
class Point(typing.Generic[T]):
    x: T
    tags: list = dataclasses.field(default_factory=list)

    @functools.cached_property
    def doubled(self):
        return self.x * 2


class Base(abc.ABC):
    @abc.abstractmethod
    def name(self): ...


class Derived(Base):
    def name(self):
        return "derived"


class Reader(html.parser.HTMLParser):
    found = ()

    def handle_starttag(self, tag, attrs):
        self.found = (*self.found, tag)


@functools.singledispatch
def shown(value):
    return str(value)


@shown.register
def _(value: int):
    return f"int {value}"


@functools.lru_cache(maxsize=10)
def squared(number):
    return number * number


@contextlib.contextmanager
def opened():
    yield 1


def render(context):
    global counter, pattern
    counter += 1
    pattern = pattern or re.compile(r"(?P<a>\w+)\s+(?P<b>\d+)")
    reader = Reader()
    reader.feed("<p>x<b>y</b></p>")
    with opened(), decimal.localcontext() as local, warnings.catch_warnings(), io.StringIO() as buffer:
        local.prec = 5
        warnings.simplefilter("ignore")
        warnings.warn("quiet", stacklevel=1)
        csv.writer(buffer).writerow([1, "a,b"])
        written = buffer.getvalue()
    with contextlib.redirect_stdout(io.StringIO()) as caught:
        print("caught")
    collections.abc.Sequence.register(Point)
    typing.get_type_hints(Point)
    typing.get_type_hints(Known)
    dataclasses.asdict(Point(1))
    known = [
        pattern.match("abc 12").groupdict(),
        reader.found,
        written,
        caught.getvalue(),
        shown(1),
        shown("x"),
        squared(12),
        Point(3).doubled,
        sorted([Point(2), Point(1)])[0].x,
        isinstance([], Sized),
        Pair(1)._asdict(),
        Colour["RED"].name,
        str(Flagged.A | Flagged.B),
        Derived().name(),
        list(array.array("i", [1])),
        base64.b64encode(b"x"),
        binascii.hexlify(b"x"),
        bisect.bisect([1, 2], 1),
        calendar.TextCalendar(0).formatmonth(2024, 2),
        calendar.monthrange(2024, 2)[1],
        collections.Counter("abca").most_common(1),
        colorsys.rgb_to_hsv(1, 0, 0),
        copy.deepcopy({"a": [1]}),
        datetime.datetime.strptime("2024-02-03", "%Y-%m-%d").strftime("%d.%m.%Y"),
        datetime.datetime(2024, 2, 3, tzinfo=datetime.timezone.utc).isoformat(),
        str(decimal.Decimal("1") / 7),
        difflib.SequenceMatcher(None, "abc", "abd").ratio() > 0.5,
        fnmatch.fnmatch("a.md", "*.md"),
        fractions.Fraction(1, 3) + 1,
        hashlib.sha256(b"x").hexdigest()[:8],
        heapq.nsmallest(1, [3, 2]),
        list(itertools.islice(itertools.count(), 2)),
        json.dumps({"a": 1}, indent=1, sort_keys=True),
        json.loads("[1]", parse_int=float),
        locale.localeconv()["decimal_point"],
        math.isclose(1, 1),
        isinstance(1, numbers.Integral),
        operator.itemgetter(0)([1]),
        pprint.pformat({"a": 1}),
        random.Random(1).random(),
        random.random() < 1,
        reprlib.repr([1] * 100),
        len(secrets.token_hex(4)),
        shlex.split("a 'b c'"),
        statistics.NormalDist(0, 1).mean,
        statistics.median([1, 2]),
        string.Template("$a").substitute(a=1),
        string.Formatter().format("{0}", 1),
        struct.pack("<i", 1),
        textwrap.fill("a b c", 3),
        time.strftime("%Y", time.gmtime(0)),
        types.SimpleNamespace(a=1).a,
        unicodedata.name("a"),
        urllib.parse.urlsplit("http://a/b?c").netloc,
        uuid.uuid5(uuid.NAMESPACE_URL, "x"),
        bool(uuid.uuid4()),
        weakref.ref(reader)() is reader,
        xml.etree.ElementTree.fromstring("<a><b/></a>")[0].tag,
        len(zlib.compress(b"x")) > 0,
        sys.version_info >= (3, 11),
    ]
    try:
        zoneinfo.ZoneInfo("Europe/Berlin")
    except zoneinfo.ZoneInfoNotFoundError:
        pass
    return {"text": repr(known)}
