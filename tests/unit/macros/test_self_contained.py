"""Which scripts are self-contained: only those in which everything is understood."""

from __future__ import annotations

import ast
import importlib
import random
import types
from collections.abc import Iterator

import pytest

from pybridge import resources
from pybridge.macros.scripts.plain_names import ATTRIBUTES, BUILTINS, MODULES
from pybridge.macros.scripts.self_contained import is_self_contained
from tests.neighbours import WAYS, script_of

PLAIN = [
    "x = 1",
    "def render(c):\n return {'html': '<b>{}</b>{name:>4}{0!r}'.format(c['a'], name=1)}",
    "def render(c):\n return {'html': f'{c!r:>{4}}' + '%s' % c}",
    "import json, re\nfrom datetime import UTC, datetime\ndef render(c):\n return {'text': json.dumps(re.sub('a', 'b', 'c'))}",
    "def render(id, type, input=1):\n return [id for id in type]",
    "def render(c):\n vars = {}\n def inner():\n  return vars\n return inner()",
    "def each(n):\n for i in range(n):\n  yield i\ndef render(c):\n return {'text': str([*each(3)])}",
    "def render(c):\n try:\n  return c['a']\n except (KeyError, ValueError) as error:\n  return {'text': str(error)}\n finally:\n  print(1)",
    "from functools import lru_cache\n@lru_cache(maxsize=9)\ndef f(x: int) -> int:\n return x",
    "def render(c):\n match c:\n  case {'a': str(x), **rest}:\n   return x\n  case [first, *others]:\n   return first\n  case _:\n   return None",
    "count = 0\ndef render(c):\n global count\n count += 1\n return {'text': str(count)}",
    "__version__ = '1'\n__all__ = ['render']",
    "if __name__ == '__main__':\n print(1)",
]
OTHERS = [
    # names
    *("eval('1')", "exec('1')", "compile('1', '', 'eval')", "open('x')", "input()", "breakpoint()"),
    *(
        "getattr(1, 'real')",
        "setattr(1, 'a', 2)",
        "vars()",
        "globals()",
        "locals()",
        "dir()",
        "id(1)",
    ),
    *(
        "type(1)",
        "type('A', (), {})",
        "object()",
        "super()",
        "memoryview(b'')",
        "__import__('sys')",
    ),
    *("__builtins__", "__loader__", "__spec__", "__file__", "__build_class__", "delattr(1, 'a')"),
    *("property(len)", "classmethod(len)", "staticmethod(len)", "help()", "exit()", "unheard_of"),
    "if 0:\n eval = None\neval('1')",
    "eval = None\ndel eval\neval('1')",
    "def f():\n global getattr\n getattr = 1\ndef g():\n return getattr(1, 'real')",
    "for vars in ():\n pass\nvars()",
    "import re\nre.compile('a')\nif 0:\n compile = 1\ncompile('1', '', 'eval')",
    "def f(compile):\n return compile\nimport re\nre.compile('a')",
    # attributes, read and written
    *(
        "(1).__class__",
        "''.join.__self__",
        "x = ()\nx.gi_frame",
        "print.__globals__",
        "x = 1\nx.f_back",
    ),
    *(
        "x = 1\nx.real = 2",
        "x = 1\ndel x.real",
        "x = 1\nx.real += 1",
        "x = []\nfor x.count in []:\n pass",
    ),
    "import json\njson.dumps = None",
    "import json\nfor json.dumps in [1]:\n pass",
    "import json\n[0 for json.loads in [1]]",
    "import random\nrandom.seed(1)",
    "import re\nre.purge()",
    "import re\nre.sys",
    "import json\njson.decoder",
    "from functools import wraps",
    "from functools import singledispatch",
    "from collections import namedtuple",
    "from typing import get_type_hints",
    "from string import Formatter",
    # format strings
    "'{0.__class__}'.format(1)",
    "'{0[x]}'.format({})",
    "'{:{0.real}}'.format(1)",
    "'{:{}}'.format(1, 2)",
    "x = '{0.real}'\nx.format(1)",
    "str.format('{0.real}', 1)",
    "'{a}'.format_map({'a': 1})",
    "f = '{}'.format",
    "('{0' + '.real}').format(1)",
    "'{0!x'.format(1)",
    # modules
    *(
        "import sys",
        "import gc",
        "import os",
        "import operator",
        "import inspect",
        "import _thread",
    ),
    *("import traceback", "import weakref", "import types", "import importlib", "import ctypes"),
    *(
        "import json.decoder",
        "import _helper",
        "from . import x",
        "from .json import x",
        "from json import *",
    ),
    *("from re import sys", "from collections import _sys", "import json as __builtins__"),
    "def f():\n import sys as json\n return json",
    # what runs unseen, or late
    "class A:\n pass",
    "def f():\n class A: pass",
    "async def f():\n pass",
    "def f():\n try:\n  yield 1\n finally:\n  print('late')",
    "def f():\n if 1:\n  try:\n   x = yield\n  except Exception:\n   pass",
    "def f(x):\n with x:\n  pass",
    "try:\n pass\nexcept* ValueError:\n pass",
    "def __getattr__(name):\n return 1",
    "def f(__class__):\n pass",
    "lambda __builtins__: 1",
    "__builtins__ = {}",
    "global __name__\n__name__ = 'json'",
    "try:\n pass\nexcept ValueError as __builtins__:\n pass",
    "def f(x):\n match x:\n  case int(__class__=c):\n   return c",
    "def f(x):\n match x:\n  case {**__builtins__}:\n   pass",
    "def f(x):\n match x:\n  case [*__builtins__]:\n   pass",
    "def f(x):\n match x:\n  case 1 as __builtins__:\n   pass",
    "def f(x: eval('1')):\n pass",
    "def f(x=open('a')):\n pass",
    "x: eval('1') = 1",
    "@eval\ndef f():\n pass",
    "[eval(x) for x in '1']",
    "f'{eval(\"1\")}'",
    "f'{1:{eval(\"1\")}}'",
    "print(file=exec)",
    "lambda: exec",
    "def f(x):\n match x:\n  case eval():\n   pass",
]
_AROUND = (
    "{}",
    "def f():\n {}",
    "if 1:\n {}\nelse:\n pass",
    "def f():\n def g():\n  {}\n return g",
    "for i in []:\n {}",
    "try:\n {}\nexcept ValueError:\n pass",
    "def f(x):\n match x:\n  case 1:\n   {}",
)


def is_plain(source: str) -> bool:
    tree = ast.parse(source)
    return is_self_contained(tree, compile(tree, "s.py", "exec", dont_inherit=True))


def nested(source: str, numbers: random.Random) -> str:
    """Return *source* within other statements."""
    for _ in range(numbers.randrange(1, 4)):
        outer = numbers.choice(_AROUND)
        indent = " " * (len(outer.partition("{}")[0]) - outer.partition("{}")[0].rfind("\n") - 1)
        source = outer.replace("{}", source.replace("\n", f"\n{indent}"))
    return source


@pytest.mark.parametrize("source", PLAIN)
def test_what_is_understood_is_self_contained(source: str) -> None:
    assert is_plain(source)


@pytest.mark.parametrize("source", OTHERS)
def test_anything_else_is_not(source: str) -> None:
    assert not is_plain(source)
    assert not is_plain(f"{source}\n{PLAIN[1]}")


@pytest.mark.parametrize("seed", range(40))
def test_it_is_not_wherever_it_stands(seed: int) -> None:
    numbers = random.Random(seed)
    source = nested(numbers.choice([s for s in OTHERS if "del eval" not in s]), numbers)
    try:
        compile(source, "s.py", "exec")
    except SyntaxError:  # such as `import *` in a function
        return
    if (
        "eval = None" not in source and "for vars" not in source
    ):  # there they are variables of a function
        assert not is_plain(source)


@pytest.mark.parametrize("way", WAYS)
def test_no_way_to_neighbours_is_self_contained(way: str) -> None:
    assert not is_plain(script_of(way))


def test_the_built_in_macros_are() -> None:
    paths = sorted(resources.default_scripts().glob("*.py"))
    assert paths
    assert [path.name for path in paths if not is_plain(path.read_text("utf-8"))] == []


def reachable() -> Iterator[tuple[str, object]]:
    """Yield every object that such a script reaches by the names it may use, but for those it makes."""
    import builtins

    pending: list[tuple[str, object]] = [(name, importlib.import_module(name)) for name in MODULES]
    pending += [(name, getattr(builtins, name)) for name in BUILTINS if hasattr(builtins, name)]
    seen: list[object] = []
    while pending:
        name, value = pending.pop()
        if any(value is each for each in seen) or isinstance(value, str | int | float | bytes):
            continue
        seen.append(value)
        yield name, value
        for attribute in ATTRIBUTES if name.count(".") < 4 else ():
            try:
                pending.append((f"{name}.{attribute}", getattr(value, attribute)))
            except Exception:
                continue


def test_its_names_lead_to_nothing_that_can_be_changed() -> None:
    found = dict(reachable())
    assert len(found) > 400
    changeable = (dict, list, set, bytearray, types.FrameType, types.CodeType, types.GeneratorType)
    assert [name for name, value in found.items() if isinstance(value, changeable)] == []
    modules = {value.__name__ for value in found.values() if isinstance(value, types.ModuleType)}
    assert modules == MODULES
