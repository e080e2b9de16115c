"""Random small programs for every Python: they keep to what all of them claim, so that all must agree on each byte.

Each step prints its number with a value or the name of an error. What differs by design is left out: the words of errors, the
digits of floats, the order of sets and dictionaries, and letters beyond ASCII in `repr`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

JsonObject = dict[str, Any]

_HEAD = """
import json, os, sys
class Point:
    def __init__(self, x, y): self.x, self.y = x, y
    def __eq__(self, other): return (self.x, self.y) == (other.x, other.y)
    def __add__(self, other): return Point(self.x + other.x, self.y + other.y)
    def __repr__(self): return 'Point(%r, %r)' % (self.x, self.y)
    def __len__(self): return self.x % 5
    def __getitem__(self, at): return [self.x, self.y][at]
def step(number, act):
    try:
        print(number, act())
    except Exception as error:
        print(number, 'raised', type(error).__name__)
def count(n):
    while n > 0:
        got = yield n
        n -= got or 1
def written(path, text, mode='w'):
    with open(path, mode) as file:
        return file.write(text)
def content(path):
    with open(path) as file:
        return file.read()
"""
_NUMBERS = ("0", "1", "-1", "2", "7", "-13", "255", "2**31", "-2**63", "10**20", "3**70")
_SMALL = ("0", "1", "2", "3", "-1", "-2", "5")
_TEXTS = (
    "''",
    "'a'",
    "'b c'",
    "'hello, world'",
    "'Tom & Jerry'",
    "'x' * 7",
    "'1234'",
    "'-42'",
    "'a,b,,c'",
    "'tab\\there'",
    "'two\\nlines'",
)
_PATHS = ("'a'", "'b'", "'/tmp/c'", "'d/e'", "'missing'", "'d'")

Rule = Callable[[random.Random], str]


def _of(rng: random.Random, rules: Sequence[str], depth: int) -> str:
    """Return one of the rules, with its holes filled: {i} a number, {s} a small one, {t} a text, {l} a list, {p} a path."""
    text = rng.choice(rules)
    return text.format_map(_Holes(rng, depth))


class _Holes(dict[str, str]):
    """Fills each hole with an expression of its kind."""

    def __init__(self, rng: random.Random, depth: int) -> None:
        super().__init__()
        self._rng = rng
        self._depth = depth

    def __missing__(self, kind: str) -> str:
        name = kind[0]
        leaves, rules = _KINDS[name]
        if not rules or self._depth <= 0 or self._rng.random() < 0.3:
            return self._rng.choice(leaves)
        return _of(self._rng, rules, self._depth - 1)


_INTEGERS = (
    "({i} + {i1})", "({i} - {i1})", "({i} * {i1})", "({i} // {i1})", "({i} % {i1})", "({i} & {i1})", "({i} | {i1})",
    "({i} ^ {i1})", "({s} ** abs({s1}))", "({i} << abs({s}))", "({i} >> abs({s}))", "-{i}", "~{i}", "abs({i})",
    "len({t})", "len({l})", "int({t})", "int({t}, 16)", "sum({l})", "max({l})", "min({i}, {i1})", "{t}.find({t1})",
    "{t}.count({t1})", "{l}.index({i})", "{l}.count({i})", "{l}[{s}]", "ord({t})", "pow({i}, abs({s}), 97)",
    "divmod({i}, {i1})[0]", "({i} if {b} else {i1})", "(lambda n: n * 2)({i})", "len(Point({i}, {s}))",
    "next(count({s}))", "hash({i}) * 0", "round({i})", "int({b})", "json.loads(str({i}))", "bytes([x % 256 for x in {l}])[{s}]",
)  # fmt: skip
_STRINGS = (
    "({t} + {t1})", "({t} * {s})", "{t}[{s}:{s1}]", "{t}[::{s}]", "{t}.upper()", "{t}.strip()", "{t}.replace({t1}, {t2})",
    "'-'.join({t}.split())", "{t1}.join({t}.split(','))", "str({i})", "repr({t})", "hex({i})", "bin({i})", "oct({i})",
    "'%d|%5d|%-5d|%05d|%x' % ({i}, {i1}, {s}, {s1}, abs({i}))", "'{{:>9}}|{{:<9}}|{{:^9}}'.format({t}, {t1}, {t2})",
    "'%s and %r' % ({t}, {t1})", "chr(65 + {s})", "'{{0}} {{1}} {{0}}'.format({i}, {t})", "json.dumps({t})",
    "json.dumps({l})", "repr({l})", "repr(Point({i}, {t}))", "{t}.lower().lstrip()", "{t}.partition({t1})[2]",
    "{t}.rsplit(' ', 1)[0]", "''.join(reversed({t}))", "''.join(sorted({t}))", "({t} or {t1})", "{t}.encode().decode()",
    "(b'.' + {t}.encode()).hex()", "'%.3f' % ({s} / 8)", "'{{:,}}'.format({i})", "(lambda a, b: f'{{a}}<{{b:>6}}>')({i}, {t})", "type({l}).__name__",
)  # fmt: skip
_LISTS = (
    "[{i}, {i1}, {s}]", "list(range({s}, {i} % 9))", "[x * 2 for x in {l}]", "[x for x in {l} if x % 2]", "({l} + {l1})",
    "{l}[{s}:]", "{l}[::-1]", "sorted({l})", "sorted({l}, key=lambda x: (-x, 1))", "list(map(abs, {l}))", "({l} * 2)",
    "[len(w) for w in {t}.split()]", "[x + y for x, y in zip({l}, {l1})]", "[i * x for i, x in enumerate({l})]",
    "list(filter(None, {l}))", "list(reversed({l}))", "list(count({s}))", "sorted(set({l}))", "list({t}.encode())",
    "json.loads(json.dumps({l}))", "sorted({l}, reverse=True)", "sorted({{x: 1 for x in {l}}})", "list(divmod({i}, {i1}))",
    "[x for row in ({l}, {l1}) for x in row]", "list(bytes([x & 255 for x in {l}]))", "list({l}[:{s}])",
)  # fmt: skip
_TRUTHS = (
    "({i} < {i1})", "({i} == {i1})", "({t} == {t1})", "({t} < {t1})", "({t} in {t1})", "({i} in {l})", "not {b}",
    "({b} and {b1})", "({l} == {l1})", "{t}.startswith({t1})", "{t}.isdigit()", "any({l})", "all({l})", "bool({t})",
    "isinstance({i}, int)", "(Point({i}, {s}) == Point({i1}, {s1}))", "({l} < {l1})", "callable({i})",
)  # fmt: skip
_ACTS = (
    "written({p}, {t})", "written({p}, {t}, 'a')", "content({p})", "sorted(os.listdir({p}))", "os.mkdir({p})",
    "os.remove({p})", "os.rename({p}, {p1})", "os.path.exists({p})", "os.path.isdir({p})", "os.path.join({p}, {p1})",
    "os.getcwd()", "'|'.join(sys.argv[1:])", "sys.stdin.readline()", "sys.stdin.read(abs({s}))", "os.stat({p})[6] * 0", "os.rmdir({p})",
    "os.path.basename({p})", "os.path.split({p})", "len(sys.argv)", "os.environ.get('WORD')",
    "sys.stdout.write('') and None", "print({t}, {i}, sep='|', end='!\\n')", "print({l})",
)  # fmt: skip
_KINDS: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "i": (_NUMBERS, _INTEGERS),
    "s": (_SMALL, ()),
    "t": (_TEXTS, _STRINGS),
    "l": (("[]", "[3, 1, 2]", "[0]", "[5, -5, 5]", "list(range(4))"), _LISTS),
    "b": (("True", "False", "None"), _TRUTHS),
    "p": (_PATHS, ()),
}
_STEPS = ("{i}", "{t}", "{l}", "{b}", *_ACTS)
_ENDS = (
    "", "", "", "", "sys.exit({s} & 127)", "sys.exit()", "raise SystemExit({s} & 127)", "sys.exit('gone')",
    "raise ValueError({t})", "{l}[99]", "def f(n):\n    return 1 // n + f(n - 1)\nf(3)", "print(", "import nothing_of_that_name",
)  # fmt: skip
_ARGUMENTS = ("", "a", "two words", "-x", "--", "1=2", "'quoted'", "é")
_INPUTS = ("", "one\n", "one\ntwo\nthree", "\n\n", "x" * 300, "ä€\n")


def invocation(seed: int) -> JsonObject:
    """Return an invocation.v1: a program in a process with random surroundings."""
    rng = random.Random(seed)
    command = ["python", "-c", _program(rng), *rng.choices(_ARGUMENTS, k=rng.randrange(3))]
    value: JsonObject = {"argv": command, "files": {"/home/user/d/e": "given", "/tmp/c": "c\n"}}
    if rng.random() < 0.15:
        value = {**value, "pipeline": [command, ["python", "-c", _program(rng)]]}
        del value["argv"]
    if rng.random() < 0.6:
        value["stdin"] = rng.choice(_INPUTS)
    if rng.random() < 0.3:
        value["env"] = {"WORD": rng.choice(("", "value", "x y"))}
    if rng.random() < 0.2:
        value["cwd"] = rng.choice(("/tmp", "/", "/home/user/d"))
    if rng.random() < 0.15:
        value["limits"] = {"stdoutBytes": rng.choice((0, 1, 60, 200))}
    return value


def _program(rng: random.Random) -> str:
    steps = [
        f"step({number}, lambda: {_of(rng, _STEPS, 3)})" for number in range(rng.randint(3, 14))
    ]
    return "\n".join([_HEAD, *steps, _of(rng, _ENDS, 1)])
