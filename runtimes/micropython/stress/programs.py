"""Programs that allocate in the middle of everything: generated from a seed, their output depends on nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable

_HEAD = """
import json, re, struct, heapq, collections, asyncio
class Point:
    def __init__(self, x, y): self.x, self.y = x, y
    def __hash__(self): return hash(str(self.x) + ':' + str(self.y))
    def __eq__(self, other): return [self.x, self.y] == [other.x, other.y]
    def __lt__(self, other): return str([self.x]) < str([other.x])
    def __repr__(self): return 'Point({}, {})'.format(self.x, self.y)
    def __add__(self, other): return Point(self.x + other.x, self.y + other.y)
    def __getattr__(self, name): return name * 2 + str(self.x)
def words(n, k): return [str(i * k % 1009) + 'w' * (i % 5) for i in range(n)]
def show(*items): print(*[repr(item)[:300] for item in items])
"""


def _sort(r: random.Random) -> str:
    n, k = r.randint(5, 60), r.randint(2, 99)
    return f"show(sorted(words({n}, {k}), key=lambda w: (len(w), w[1:] + str([w]))), sorted([Point(i * {k} % 7, i) for i in range({n})])[:5])"


def _substitute(r: random.Random) -> str:
    n, k = r.randint(3, 40), r.randint(2, 99)
    return (
        f"show(re.sub(r'(\\d+)(w*)', lambda m: '<' + str(int(m.group(1)) * {k}) + '\\\\' + '2' + '>' + m.group(2), ' '.join(words({n}, {k}))))\n"
        f"show(re.sub('w+', '+'.join(words({r.randint(1, 9)}, 3)), ','.join(words({n}, {k}))), re.compile('[, ]').split(', '.join(words({n}, 7)))[:9])"
    )


def _json(r: random.Random) -> str:
    n, k = r.randint(2, 30), r.randint(2, 99)
    return (
        f"d = [{{'k' + w: [w, {k}.5, None, {{w: (w,) * 3}}]}} for w in words({n}, {k})]\n"
        f"t = json.dumps(d)\nshow(len(t), t[-200:], json.loads(t) == json.loads(json.dumps(json.loads(t))))"
    )


def _integers(r: random.Random) -> str:
    n, k = r.randint(5, 90), r.randint(3, 999)
    return (
        f"a = 1\nfor i in range(1, {n}): a = a * (i + {k}) + (a >> 3) - i\n"
        f"show(a, a % 10**9, a // {k}**5, str(a)[:30], a ^ (a << 70), int(str(a)) == a, pow(a, 5, 10**20 + 39), -a % {k}, hash(a) % 3 >= 0)"
    )


def _format(r: random.Random) -> str:
    n, k = r.randint(2, 30), r.randint(2, 99)
    return (
        f"show(['{{:>{k % 20}}}|{{!r}}|{{:x}}'.format(w, [w], i) for i, w in enumerate(words({n}, {k}))][-6:])\n"
        f"show(['%s-%r-%05d' % (Point(i, w), w, i) for i, w in enumerate(words({n}, {k}))][-6:], [f'{{w!r:>12}}{{w + w}}' for w in words({n}, 5)][-4:])"
    )


def _dictionary(r: random.Random) -> str:
    n, k = r.randint(3, 60), r.randint(2, 99)
    return (
        f"d = {{}}\nfor i, w in enumerate(words({n}, {k})):\n    d[Point(w, i % 9)] = d.get(Point(w, i % 9), []) + [w + str(i)]\n"
        f"show(len(d), sorted(str(v) for v in d.values())[:6], len({{Point(i % 5, str(i % 3)) for i in range({n})}}))\n"
        f"e = {{w: [w] for w in words({n}, {k})}}\nfor w in list(e)[::2]: del e[w]\ne.update({{w + '!': w for w in e}})\nshow(sorted(e)[:8], sorted(map(str, e.values()))[:8])"
    )


def _generators(r: random.Random) -> str:
    n, k = r.randint(3, 40), r.randint(2, 99)
    return (
        f"def tree(n, w):\n    if n:\n        yield from tree(n - 1, w + str(n))\n        got = yield [w, n]\n        yield from tree(n - 1, w + '-')\n"
        f"show(list(tree({r.randint(2, 6)}, 'r'))[-5:], list(zip(map(lambda w: w * 2, words({n}, {k})), (x for x in words({n}, 3) if len([x]) == 1)))[-4:])\n"
        f"show(list(filter(lambda w: '7' in w + '', words({n}, {k}))), list(reversed(words({n}, 3)))[:4], sum((Point(i, 1) for i in range({n})), Point(0, 0)))"
    )


def _errors(r: random.Random) -> str:
    n, k = r.randint(3, 30), r.randint(2, 99)
    return (
        f"def fail(n):\n    try:\n        if n == 0: raise ValueError(words({n}, {k})[-3:])\n        fail(n - 1)\n    except ValueError as e:\n"
        f"        raise KeyError([n, str(e)[:60]]) if n % 3 else ValueError(repr(e)[:60] + str(n))\n    finally:\n        seen.append(str(n) * 2)\n"
        f"seen = []\ntry: fail({n})\nexcept Exception as e: show(type(e), e.args, seen)\n"
        f"try: Point(1, 2).x.nothing\nexcept AttributeError as e: show(e.args)\nshow(Point(3, 4).missing)"
    )


def _bytes(r: random.Random) -> str:
    n, k = r.randint(3, 60), r.randint(2, 99)
    return (
        f"b = bytearray()\nfor w in words({n}, {k}):\n    b.extend(w.encode()); b += struct.pack('<IHb', len(b), {k}, 5)\n"
        f"show(b[-40:], bytes(b).split(b'w')[-3:], struct.unpack('<IHb', b[-7:]), b''.join([bytes([i]) * 3 for i in b[-20:]]), len(b.hex()))\n"
        f"show('-'.join(words({n}, {k})).upper().replace('W', 'ü' * {k % 7}).split('-')[-4:], ('é' + 'x' * {k}).encode().decode().center(120))"
    )


def _collections(r: random.Random) -> str:
    n, k = r.randint(3, 60), r.randint(2, 99)
    return (
        f"h = []\nfor w in words({n}, {k}): heapq.heappush(h, (len(w), w + '.'))\nshow([heapq.heappop(h) for _ in range(len(h))][:6])\n"
        f"q = collections.deque((), {k % 9 + 2})\nfor w in words({n}, {k}): q.append([w])\nshow(list(q))\n"
        f"T = collections.namedtuple('T', ('a', 'b'))\nshow([T(w, [w]) for w in words({n}, {k})][-3:])\n"
        f"l = words({n}, {k})\nl[1:3] = [x + '?' for x in l[2:9]]\nl.sort(key=str)\nl.insert(2, str(l[0]) * 2)\nshow(l[:12], l.index(l[-1]), l.count(l[0]))"
    )


def _tasks(r: random.Random) -> str:
    n, k = r.randint(2, 9), r.randint(2, 99)
    return (
        f"async def work(i):\n    w = words({n}, {k} + i)\n    await asyncio.sleep(0)\n    return str(i) + '/'.join(w)\n"
        f"async def all_of(): return await asyncio.gather(*[work(i) for i in range({n})])\nshow(asyncio.run(all_of()))"
    )


def _code(r: random.Random) -> str:
    n, k = r.randint(2, 20), r.randint(2, 99)
    return (
        f"s = 'def f(a, *b, c=[1], **d):\\n' + ''.join('    if a == %d: a = [a, b, {{%d: \"%s\"}}]\\n' % (i, i, w) for i, w in enumerate(words({n}, {k}))) + '    return a, c, sorted(d)\\n'\n"
        f"g = {{}}\nexec(s, g)\nshow(g['f'](1, 2, 3, x=4), eval('[' + ','.join(words({n}, {k})).replace('w', '') + ']'), g['f'](*range({n}), **{{w + 'k': w for w in ['a', 'b']}}))"
    )


PARTS: tuple[Callable[[random.Random], str], ...] = (
    _sort, _substitute, _json, _integers, _format, _dictionary, _generators, _errors, _bytes, _collections, _tasks, _code,
)  # fmt: skip


def program(seed: int) -> str:
    """Return a program of several parts."""
    r = random.Random(seed)
    parts = [r.choice(PARTS)(r) for _ in range(r.randint(3, 6))]
    return _HEAD + "\n".join(parts) + "\n"
