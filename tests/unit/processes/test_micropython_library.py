"""What MicroPython has of the standard library does what CPython's does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pybridge.processes import Processes
from tests.unit.processes.test_cases import required

PATTERNS = [
    (r"\d+", "a1b22c"), (r"(\w)(\d*)", "a1b22c"), (r"x*", "axxb"), (r"^a|b", "abab"), (r"[^,;]+", "a,b;c"),
    (r"(a|b)+?c", "abcac"), (r"a{2,3}", "aaaaa"), (r"(?:ab){2}", "ababab"), (r"(ab){2}", "ababab"), (r"[ab]{2,}", "abba b"),
    (r"\s*,\s*", "a , b,c"), (r".", "a\nb"), (r"\.", "a.b"), (r"a$", "aba"), (r"[\w.]+@[\w.]+", "x.y@z.de, q"),
    (r"(\d)(x)?", "1x2"), (r"-?\d+(?:\.\d+)?", "1 -2.5 3."), (r"a{2}b{0,1}", "aab aa"), (r"[-+*]", "1+2-3"), (r"{}", "a{}"),
]  # fmt: skip

EXPRESSIONS = {
    "itertools": """
        list(accumulate([1, 2, 3], initial=4)); list(chain([1], 'ab')); list(chain.from_iterable(['ab', [1]]))
        list(combinations('abcd', 3)); list(combinations_with_replacement('abc', 2)); list(permutations('abc', 2))
        list(permutations([1, 2, 3])); list(product('ab', [1, 2], repeat=1)); list(product([0, 1], repeat=3))
        list(islice(count(5, 2), 3)); list(islice('abcdefg', 1, 6, 2)); list(islice('abc', None)); list(pairwise('abcd'))
        list(takewhile(bool, [1, 2, 0, 3])); list(dropwhile(bool, [1, 2, 0, 3])); list(filterfalse(None, [0, 1, 2]))
        list(starmap(pow, [(2, 3), (3, 2)])); list(zip_longest('ab', 'c', fillvalue='-')); [list(x) for x in tee('abc', 2)]
        [(k, list(g)) for k, g in groupby('aabca')]; list(compress('abc', [1, 0, 1])); list(repeat(1, 2))
        list(islice(cycle('ab'), 5)); list(product()); list(combinations('ab', 3)); list(accumulate([]))
    """,
    "functools": """
        reduce(lambda a, b: a - b, [9, 2, 3]); reduce(max, [], 4); partial(max, key=len)('a', 'bc'); partial(max, 1)(0, 2)
        sorted([3, 1, 2], key=cmp_to_key(lambda a, b: b - a)); lru_cache(maxsize=None)(len)('abc'); cache(len)('abc')
    """,
    "collections": """
        Counter('banana').most_common(2); Counter(a=3) - Counter(a=1, b=2); Counter('ab')['z']; dict(Counter('ab') + Counter('b'))
        sorted(Counter(a=2, b=1).elements()); Counter('aab'); str(Counter('a')); defaultdict(list)['x']; sum(Counter('abc').values())
        namedtuple('P', 'x y')(1, 2); list(OrderedDict([('b', 1), ('a', 2)]).items()); dict(defaultdict(int, a=1)); len(deque([1, 2], 9))
    """,
    "os.path": """
        join('a', 'b', '/c', 'd'); join('', 'x'); join('a/', 'b'); split('/a/b'); split('/a'); split('a'); split('/a/b/'); splitext('a.tar.gz')
        splitext('/a.b/c'); splitext('.profile'); splitext('..a'); basename('/a/b.c'); dirname('/a/b'); normpath('/a/./b//../c/'); normpath('../../a')
        normpath(''); normpath('/..'); abspath('x'); relpath('/a/b', '/a/c/d'); relpath('/a', '/a'); commonprefix(['abc', 'abd']); isabs('/a')
        exists('/tmp'); isdir('/tmp'); isfile('/tmp'); exists('/none'); expanduser('~/x')
    """,
    "pathlib": """
        str(Path('/a') / 'b.txt'); Path('/a/b.txt').suffix; Path('/a/b.txt').stem; Path('/a/b.txt').name; str(Path('/a/b').parent); Path('a//b/./c').parts
        str(Path('/a/b.txt').with_suffix('.md')); str(Path('x').with_name('y')); Path('/a/b').relative_to('/a').parts; Path('/a') == Path('/a/'); str(Path())
        Path('/home/user/n').write_text('abc'); Path('/home/user/n').read_text(); Path('/home/user/n').read_bytes(); Path('/home/user/n').exists(); Path('/x').is_dir()
    """,
    "base64": """
        b64encode(b'hi there?>'); b64decode('aGk='); urlsafe_b64encode(bytes([251, 255])); urlsafe_b64decode('-_8='); b16encode(b'az'); b16decode('617A')
    """,
    "json": """
        dumps({'a': [1, {'b': None}], 'c': ()}, indent=2, sort_keys=True); dumps([1, [2, []], {}], indent=1); dumps({'b': 1, 'a': 2}, sort_keys=True)
        dumps([1, 2], separators=(',', ':')); dumps({'a': 1}, separators=(',', ':'), sort_keys=True); loads(' [1, 2.5, "x", true, null] ')
    """,
    "zlib": "decompress(compress(b'abc' * 99)); crc32(b'abc'); decompress(compress(b''))",
    "hashlib": "sha256(b'abc').hexdigest(); sha256().hexdigest(); new('sha256', b'x').digest(); sha256(b'a').copy().hexdigest()",
    "string": "ascii_letters; digits; capwords('ab CD'); hexdigits",
    "builtins": """
        list(range(2**40, 2**40 + 6, 3)); range(2**28)[2**20]; list(range(2**30 - 2, 2**30 + 2)); 'abcdef'[::-1]; 'abcdef'[4:1:-2]
        list(map(ord, 'äbcö'[::-1])); 'abc'[::2]; ''[::-1]; 'abc'[5:0:-1]; list(range(-2**31, -2**31 + 2)); range(5)[::-1] == range(4, -1, -1); str(2**70)[::-3]
        '%5.2f|%-4s|%x' % (1.5, 'a', 255); f'{3:>5}|{"x":^5}|{1.5:.3e}'; divmod(-7, 2); hash('a') == hash('a')
    """,
}


@pytest.fixture(scope="module")
def host() -> Iterator[Processes]:
    with Processes() as processes:
        yield processes


def both(host: Processes, program: str) -> list[list[Any]]:
    """Return the lines that a program prints on each Python, as values."""
    found = []
    for runtime in ("cpython", required("micropython")):
        done = host.spawn(["python", "-c", program], runtime=runtime).wait()
        assert (done.exit_code, done.stderr) == (0, ""), runtime
        found.append([json.loads(line) for line in done.stdout.splitlines()])
    return found


@pytest.mark.parametrize("module", EXPRESSIONS)
def test_expressions_have_the_same_value(host: Processes, module: str) -> None:
    expressions = [
        each.strip()
        for line in EXPRESSIONS[module].splitlines()
        for each in line.split(";")
        if each.strip()
    ]
    lines = [f"print(json.dumps([{each!r}, repr({each})]))" for each in expressions]
    [expected, found] = both(
        host,
        "\n".join(["import json", "from json import dumps", f"from {module} import *", *lines]),
    )
    assert found == expected


@pytest.mark.parametrize(("pattern", "text"), PATTERNS)
def test_patterns_match_the_same(host: Processes, pattern: str, text: str) -> None:
    program = (
        f"import json, re\np, t = {pattern!r}, {text!r}\n"
        "print(json.dumps(re.findall(p, t)))\nprint(json.dumps([m.span() for m in re.finditer(p, t)]))\n"
        "print(json.dumps(re.split(p, t)))\nprint(json.dumps(re.subn(p, '<>', t)))\nm = re.fullmatch(p, t)\n"
        "print(json.dumps(m and [m.group(), m.groups(), m.span()]))\nm = re.search(p, t)\nprint(json.dumps(m and [m.group(0), m.start(), m.end()]))\n"
        "m = re.match(p, t)\nprint(json.dumps(m and m.span()))\nprint(json.dumps(re.escape(t)))"
    )
    [expected, found] = both(host, program)
    assert found == expected


@pytest.mark.parametrize(
    "pattern", [r"\bx", r"(?P<n>x)", r"x(?=y)", r"(?i)x", r"(x)\1", r"(x){1,2}", "[é]"]
)
def test_patterns_that_the_engine_lacks_are_refused(host: Processes, pattern: str) -> None:
    done = host.spawn(
        ["python", "-c", f"import re\nre.compile({pattern!r})"], runtime=required("micropython")
    ).wait()
    assert done.exit_code == 1
    assert "NotImplementedError" in done.stderr


def test_files_are_read_and_written_the_same(host: Processes) -> None:
    program = """
import json, os, sys
with open('a.txt', 'w') as f: print(json.dumps([f.write('one\\ntwo\\nthree'), f.tell()]))
with open('a.txt') as f: print(json.dumps([f.readline(), list(f), f.read()]))
with open('a.txt', 'r+') as f: f.seek(4); f.write('TWO'); f.seek(0); print(json.dumps(f.read()))
with open('a.txt', 'ab') as f: f.write(b'!')
with open('a.txt', 'rb') as f: f.seek(-3, 2); print(json.dumps([f.read().decode(), os.path.getsize('a.txt')]))
for mode in ('x', 'r', 'w'):
    try: open('a.txt' if mode == 'x' else '/none/b', mode)
    except OSError as e: print(json.dumps([type(e).__name__, e.errno]))
for call in (lambda: open('/tmp'), lambda: os.mkdir('/tmp'), lambda: os.listdir('/no'), lambda: os.remove('/no'), lambda: open('a.txt', 'q')):
    try: call()
    except Exception as e: print(json.dumps(type(e).__name__))
os.makedirs('x/y/z', exist_ok=True)
open('x/y/f', 'w').close()
print(json.dumps([[top, sorted(dirs), sorted(files)] for top, dirs, files in os.walk('x')]))
f = open('a.txt'); f.close()
try: f.read()
except ValueError: print(json.dumps(f.closed))
sys.stdout.write('1\\n'); sys.stdout.flush(); print(2, flush=True); print(json.dumps(os.getcwd()))
"""
    [expected, found] = both(host, program)
    assert found == expected
