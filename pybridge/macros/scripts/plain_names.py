"""The names that a self-contained script may use; see `self_contained.py` for what may be among them."""

from __future__ import annotations

MODULES = frozenset((
    "__future__", "base64", "bisect", "collections", "collections.abc", "colorsys", "datetime",
    "difflib", "fractions", "functools", "hashlib", "heapq", "html", "itertools", "json", "math",
    "random", "re", "statistics", "string", "textwrap", "time", "typing", "unicodedata", "urllib",
    "urllib.parse", "uuid",
))  # fmt: skip
"""Modules of the standard library."""

BUILTINS = frozenset((
    "abs", "all", "any", "ascii", "bin", "bool", "bytearray", "bytes", "callable", "chr", "complex",
    "dict", "divmod", "enumerate", "filter", "float", "format", "frozenset", "hash", "hex", "int",
    "isinstance", "iter", "len", "list", "map", "max", "min", "next", "oct", "ord", "pow", "print",
    "range", "repr", "reversed", "round", "set", "slice", "sorted", "str", "sum", "tuple", "zip",
    "ArithmeticError", "AssertionError", "AttributeError", "Exception", "IndexError", "KeyError", "LookupError",
    "NameError", "NotImplementedError", "OverflowError", "RecursionError", "RuntimeError", "StopIteration",
    "TypeError", "UnicodeError", "ValueError", "ZeroDivisionError", "__name__",
))  # fmt: skip
"""Built-in functions, types and exceptions."""

GIVEN = frozenset(("toast",))
"""Functions that the engine gives to transforms."""

STORED = frozenset(("__all__", "__author__", "__version__"))
"""Names with two underscores that a script may give a value to."""

_FUNCTIONS = (
    # html, json, math, re, textwrap
    "escape unescape dumps loads ceil copysign cos exp fabs floor fmod fsum gcd hypot inf isclose isfinite "
    "isinf isnan log log10 log2 pi radians degrees sin sqrt tan trunc compile match fullmatch search sub subn "
    "split findall finditer group groups groupdict start end span pattern IGNORECASE MULTILINE DOTALL "
    "VERBOSE ASCII dedent indent fill shorten wrap "
    # datetime, time
    "date datetime timedelta timezone utc UTC tzinfo now today fromisoformat fromtimestamp isoformat strftime "
    "strptime year month day hour minute second microsecond weekday isoweekday isocalendar days seconds "
    "total_seconds astimezone combine toordinal fromordinal timestamp time monotonic perf_counter "
    # collections, functools, itertools, random, string, typing
    "Counter defaultdict deque most_common appendleft popleft lru_cache cache partial reduce chain "
    "count cycle repeat islice takewhile dropwhile groupby product permutations combinations accumulate "
    "zip_longest starmap from_iterable choice choices randint random randrange sample shuffle uniform "
    "ascii_letters ascii_lowercase ascii_uppercase digits punctuation whitespace Any Callable "
    "Iterable Iterator Mapping Sequence Optional Union annotations "
    # urllib.parse, statistics, fractions, difflib, hashlib, base64, unicodedata, uuid, bisect, heapq
    "parse quote quote_plus unquote unquote_plus urlencode urlparse urlsplit urljoin urlunsplit parse_qs "
    "parse_qsl scheme netloc path query fragment hostname mean median mode stdev Fraction numerator "
    "denominator SequenceMatcher ratio get_close_matches sha1 sha256 md5 hexdigest digest b64encode b64decode "
    "urlsafe_b64encode normalize category uuid4 uuid5 bisect_left bisect_right insort heappush heappop heapify "
    "abc"
)
_METHODS = frozenset(
    name
    for kind in (str, bytes, bytearray, int, float, list, tuple, dict, set, frozenset)
    for name in dir(kind)
    if not name.startswith("_")
)
ATTRIBUTES = (_METHODS | frozenset(_FUNCTIONS.split())) - {"format_map"}
"""Attributes that may be read, of whatever object; `format` only of a literal."""
