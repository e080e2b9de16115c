"""Ways for a script to reach the calls, the results or the data of others in its interpreter.

Each is the body of a function `attack(say)`: it changes what it finds to `MARK`, and calls *say* with a text for each
find. The script of a way is macro, transform and program in one, so that it can be tried in each place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from tests.amounts import IS_LONG

MARK = "HIJACKED"

_TOOLS = '''
MARK = "HIJACKED"
seen = set()

def spoil(value, depth=0):
    """Change all texts that can be reached from a value, and the functions of scripts."""
    if id(value) in seen or depth > 9 or len(seen) > 20000:
        return 0
    seen.add(id(value))
    count = 0
    if type(value) is dict:
        if value.get("__name__") == __name__:
            return 0
        for key in list(value):
            if key in ("html", "text", "title", "name", "label", "secret") and type(value[key]) is str:
                value[key] = MARK
                count += 1
            else:
                count += spoil(value[key], depth + 1)
    elif type(value) is list:
        for at, each in enumerate(value):
            if type(each) is str:
                value[at] = MARK
                count += 1
            else:
                count += spoil(each, depth + 1)
    elif type(value) is tuple:
        count += sum(spoil(each, depth + 1) for each in value)
    elif type(value).__module__.startswith("pybridge"):
        for kind in type(value).__mro__:
            for name in [*getattr(kind, "__slots__", ()), *getattr(value, "__dict__", ())]:
                try:
                    inner = getattr(value, name)
                except Exception:
                    continue
                if name == "render" and callable(inner) and getattr(value, "path", "") != __file__:
                    value.render = lambda *_: {"html": MARK}
                    count += 1
                else:
                    count += spoil(inner, depth + 1)
    elif callable(getattr(value, "__self__", None)) or hasattr(value, "__self__"):
        count += spoil(value.__self__, depth + 1)
    for cell in getattr(value, "__closure__", None) or ():
        try:
            count += spoil(cell.cell_contents, depth + 1)
        except ValueError:
            continue
    return count

def frames(frame):
    """Change what is in a frame and in those that called it."""
    count, engine = 0, []
    while frame is not None:
        if frame.f_globals.get("__name__") != __name__:
            found = list(frame.f_locals.values())
            count += sum(spoil(each) for each in found if type(each) in (list, dict))
            engine.extend(each for each in found if type(each) not in (list, dict))
        frame = frame.f_back
    count += sum(spoil(each) for each in engine)
    return count
'''

WAYS: dict[str, str] = {
    "getframe": "import sys\nsay(frames(sys._getframe(1)))",
    "getframe_by_name": "import sys\nsay(frames(getattr(sys, '_get' + 'frame')(1)))",
    "getframe_from_modules": "import os\nsay(frames(os.sys._getframe(1)))",
    "getframe_by_attrgetter": "import operator, sys\nsay(frames(operator.attrgetter('_getframe')(sys)(1)))",
    "getframe_by_methodcaller": "import operator, sys\nsay(frames(operator.methodcaller('_getframe', 1)(sys)))",
    "getframe_by_vars": "import sys\nsay(frames(vars(sys)['_getframe'](1)))",
    "getframe_by_eval": "say(frames(eval(bytes([95,95,105,109,112,111,114,116,95,95]).decode() + '(\"sys\")._getframe(1)')))",
    "getframe_by_exec": "space = {}\nexec('import sys\\nfound = sys._getframe(2)', space)\nsay(frames(space['found']))",
    "getframe_by_import": "say(frames(__import__('sys')._getframe(1)))",
    "getframe_by_importlib": "import importlib\nsay(frames(importlib.import_module('sys')._getframe(1)))",
    "getframe_by_builtins": "say(frames((__builtins__ if type(__builtins__) is dict else vars(__builtins__))['__import__']('sys')._getframe(1)))",
    "getframe_by_dataclasses": "import dataclasses\nsay(frames(dataclasses.sys._getframe(1)))",
    "inspect_currentframe": "import inspect\nsay(frames(inspect.currentframe()))",
    "inspect_stack": "import inspect\nsay(sum(frames(each.frame) for each in inspect.stack(0)))",
    "traceback_of_an_error": "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    say(frames(error.__traceback__.tb_frame))",
    "exc_info": "import sys\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    say(frames(sys.exc_info()[2].tb_frame))",
    "exception_group": "try:\n    raise ExceptionGroup('x', [ValueError(1)])\nexcept* ValueError as group:\n    say(frames(group.__traceback__.tb_frame))",
    "traceback_walk": "import traceback\nsay(sum(frames(frame) for frame, _ in traceback.walk_stack(None)))",
    "context_manager": "class Look:\n    def __enter__(self):\n        return self\n    def __exit__(self, kind, error, trace):\n        self.found = trace.tb_frame\n        return True\nlook = Look()\nwith look:\n    raise ValueError\nsay(frames(look.found))",
    "generator_frame": "def walk():\n    yield frames(own[0].gi_frame)\nown = []\nown.append(walk())\nsay(next(own[0]))",
    "coroutine_frame": "async def walk():\n    return frames(own[0].cr_frame)\nown = []\nown.append(walk())\ntry:\n    own[0].send(None)\nexcept StopIteration as stop:\n    say(stop.value)",
    "async_generator_frame": "async def walk():\n    yield frames(own[0].ag_frame)\nown = []\nown.append(walk())\ntry:\n    own[0].__anext__().send(None)\nexcept StopIteration as stop:\n    say(stop.value)",
    "format_string": "class Spy(str):\n    def __format__(self, spec):\n        import sys\n        say(frames(sys._getframe(1)))\n        return ''\n'{0}'.format(Spy())",
    "dunder_getattr": "class Spy:\n    def __getattr__(self, name):\n        import sys\n        return say(frames(sys._getframe(1)))\nSpy().anything",
    "descriptor": "class Spy:\n    def __get__(self, owner, kind):\n        import sys\n        return say(frames(sys._getframe(1)))\n    def __set_name__(self, owner, name):\n        import sys\n        say(frames(sys._getframe(1)))\nclass Holder:\n    spy = Spy()\nHolder().spy",
    "metaclass": "class Meta(type):\n    def __call__(cls):\n        import sys\n        say(frames(sys._getframe(1)))\nclass Spy(metaclass=Meta):\n    pass\nSpy()",
    "init_subclass": "class Base:\n    def __init_subclass__(cls):\n        import sys\n        say(frames(sys._getframe(1)))\nclass Spy(Base):\n    pass",
    "collector_callback": "import gc, sys\ndef called(phase, info):\n    frames(sys._getframe(1))\ngc.callbacks.append(called)\ngc.collect()\nsay(len(gc.callbacks))",
    "collector_objects": "import gc\ntry:\n    say(sum(spoil(each) for each in gc.get_objects() if type(each) is dict))\nexcept RuntimeError:\n    pass",
    "collector_referrers": "import gc\ntry:\n    say(sum(spoil(each) for each in gc.get_referrers(say)))\nexcept RuntimeError:\n    pass",
    "finaliser": "import sys\nclass Late:\n    def __init__(self):\n        self.me = self\n    def __del__(self):\n        frames(sys._getframe(1))\n        print(MARK)\nLate()\nsay(1)",
    "late_generator": "def late():\n    try:\n        yield 1\n    finally:\n        print(MARK)\nring = [late()]\nnext(ring[0])\nring.append(ring)\ndel ring\nsay(1)",
    "weak_callback": "import weakref, sys\nclass Held:\n    pass\nheld = Held()\nheld.me = held\nkept.append(weakref.ref(held, lambda _: (frames(sys._getframe(1)), print(MARK))))\ndel held\nsay(1)",
    "settrace": "import sys\ntry:\n    sys.settrace(lambda frame, event, arg: frames(frame) and None)\nexcept RuntimeError:\n    pass\nsay(1)",
    "setprofile": "import sys\ntry:\n    sys.setprofile(lambda frame, event, arg: frames(frame) and None)\nexcept RuntimeError:\n    pass\nsay(1)",
    "trace_of_a_frame": "import sys\nframe = sys._getframe(1)\nwhile frame is not None:\n    frame.f_trace = lambda own, event, arg: frames(own) and None\n    frame = frame.f_back\nsay(1)",
    "audit_hook": "import sys\ntry:\n    sys.addaudithook(lambda name, arguments: frames(sys._getframe(1)))\nexcept RuntimeError:\n    pass\nsay(1)",
    "main_module": "import sys\nsay(sum(spoil(value) for name, value in list(vars(sys.modules['__main__']).items()) if name != '__builtins__'))",
    "modules_of_scripts": "import sys\nfor name, module in list(sys.modules.items()):\n    if name.startswith('script.') and name != __name__:\n        module.render = lambda *_: {'html': MARK}\n        for each in vars(module).values():\n            if hasattr(each, '__code__'):\n                each.__code__ = (lambda *_: {'html': 'HIJACKED'}).__code__\nsay(1)",
    "engine_classes": "import sys\nfor name, module in list(sys.modules.items()):\n    if name.startswith('pybridge.macros.'):\n        for kind in list(vars(module).values()):\n            if isinstance(kind, type) and hasattr(kind, 'write'):\n                kind.write = lambda *_: '{\"result\":{\"html\":\"HIJACKED\"},\"scriptId\":\"x\"}'\nsay(1)",
    "engine_functions": "import sys\nmodule = sys.modules['pybridge.macros.running.execution']\nmodule.plain_html.__code__ = (lambda value, limits: 'HIJACKED').__code__\nsay(1)",
    "engine_defaults": "import sys\nmodule = sys.modules['pybridge.macros.scripts.invocation']\nmodule.settle = lambda value: {'html': MARK}\nsay(1)",
    "subclasses": "import sys\nfor kind in object.__subclasses__():\n    if kind.__module__.startswith('pybridge'):\n        for name in ('execute', 'settle', 'take'):\n            if hasattr(kind, name):\n                setattr(kind, name, lambda *_, **__: {'html': MARK})\nsay(1)",
    "regex_cache": "import re\nre.sub('good', 'x', 'y')\nfor key in list(getattr(re, '_cache', {})):\n    re._cache[key] = re.compile('.*')\nfor key in list(getattr(re, '_cache2', {})):\n    re._cache2[key] = re.compile('.*')\nsay(1)",
    "json_table": "import json.encoder\njson.encoder.ESCAPE_DCT['<'] = MARK\njson.dumps.__defaults__ = None\nsay(1)",
    "html_table": "import html.entities\nhtml.entities.html5['amp;'] = MARK\nsay(1)",
    "codec": "import codecs\ncodecs.register_error('strict', lambda error: (MARK, error.end))\nsay(1)",
    "abstract_class": "import collections.abc\ncollections.abc.Mapping.register(str)\nsay(1)",
    "builtins_str": "import builtins\nbuiltins.str = lambda *_: MARK\nsay(1)",
    "builtins_of_others": "import sys\nfor name, module in list(sys.modules.items()):\n    if name.startswith('script.') and name != __name__:\n        vars(module)['str'] = lambda *_: MARK\n        vars(module)['SUFFIX'] = MARK\nsay(1)",
    "lines_cache": "import linecache\nlinecache.cache.clear()\nlinecache.getline = lambda *_: MARK\nsay(1)",
    "import_hook": "import sys\nclass Finder:\n    def find_spec(self, name, *_):\n        import sys\n        frames(sys._getframe(1))\nsys.meta_path.insert(0, Finder())\nsay(1)",
    "print_stream": "import sys\nclass Stream:\n    encoding = 'utf-8'\n    def write(self, text):\n        import sys\n        frames(sys._getframe(1))\n        return len(text)\n    def flush(self):\n        pass\nsys.stdout = sys.__stdout__ = Stream()\nprint('x')\nsay(1)",
    "unraisable_hook": "import sys\nsys.unraisablehook = sys.excepthook = lambda *_: frames(sys._getframe(1))\nsay(1)",
    "type_hints": "import typing\nclass Hinted:\n    x: \"say(frames(__import__('sys')._getframe(1)))\"\ntyping.get_type_hints(Hinted, localns={'say': say, 'frames': frames})",
    "reduce": "import copy, sys\nclass Spy:\n    def __reduce__(self):\n        say(frames(sys._getframe(1)))\n        return (int, ())\ncopy.copy(Spy())",
    "breakpoint_hook": "import sys\nsys.breakpointhook = lambda: say(frames(sys._getframe(1)))\nbreakpoint()",
    "singledispatch": "import functools, sys\n@functools.singledispatch\ndef look(value):\n    return frames(sys._getframe(1))\nsay(look(1))",
    "shared_data": "say(spoil(given))",
}  # fmt: skip
"""By name."""
SAMPLE = [
    *("getframe", "generator_frame", "collector_callback", "modules_of_scripts", "late_generator"),
    *("trace_of_a_frame", "codec", "main_module", "breakpoint_hook"),
]
"""One of each kind: every way costs an interpreter. A long run takes all."""
TRIED = [*WAYS] if IS_LONG else SAMPLE


def script_of(way: str) -> str:
    """Return the script that goes this way."""
    body = WAYS[way].replace("\n", "\n    ")
    return (
        f"{_TOOLS}\nkept = []\n\ndef attack(say, given=None):\n    {body}\n\n"
        "def tried(given):\n"
        "    found = []\n"
        "    try:\n        attack(found.append, given)\n"
        "    except Exception as error:\n        found.append(type(error).__name__)\n"
        "    return found\n\n"
        "def render(context):\n    return {'html': f'<i>{len(tried(context))}</i>'}\n"
    )


def transform_of(way: str) -> str:
    """Return the transform that goes this way; it returns the post as it was given."""
    script = script_of(way).partition("def render(")[0]
    return (
        f"{script}def transform(post, context):\n    title = post['title']\n    tried(post)\n"
        "    return {**post, 'title': title + ' evil', 'content': 'x', 'tags': [], 'categories': []}\n"
    )


GOOD = """import json
SUFFIX = 'ok'

def render(context):
    print('printed')
    words = [str(context['params'].get('label')), json.dumps(context['data'], sort_keys=True), SUFFIX]
    return {'html': '<b>' + ' '.join(words) + '</b>', 'data': {'post': context['post']}}
"""
"""A neighbour that is self-contained."""
GOOD_CLASS = GOOD.replace(
    "    return", "    class Result:\n        kept = words\n    words = Result.kept\n    return"
)
"""One that is not."""
GOOD_TRANSFORM = "def transform(post):\n    post['title'] += ' good'\n"

NEIGHBOURS = {"good": GOOD, "good_class": GOOD_CLASS}
POST: dict[str, Any] = {"title": "t", "content": "x", "tags": [], "categories": []}


def call(name: str, number: int = 0) -> dict[str, Any]:
    """Return a call with data of its own."""
    return {
        "abi": 1,
        "macro": {"name": name},
        "params": {"label": f"label {number}"},
        "env": {"isPreview": False},
        "data": {"secret": f"secret {number}", "more": [{"text": "t"}]},
        "post": {"title": f"title {number}"},
    }


def document(*names: str) -> dict[str, Any]:
    """Return a document that calls these macros."""
    text = "".join(f"[[{name} label=same]]\n" for name in names)
    return {"text": text, "path": "a.md", "data": {"secret": "s"}, "post": {"title": "t"}}


def brief(value: object) -> str:
    """Return what came out as a text that can be compared."""
    return json.dumps(value, sort_keys=True)


def outcomes_around(
    calls_of: Callable[[list[Any]], Sequence[Any]],
    documents_of: Callable[[list[Any]], Sequence[Any]],
    evil: Sequence[str],
    more: int = 0,
) -> list[str]:
    """Return what good calls and documents give with *evil* ones between them.

    Args:
        calls_of: Renders calls; returns an outcome for each.
        documents_of: Renders documents; returns an outcome for each.
        evil: Names of macros.
        more: Good calls, and documents, behind them; with `MORE` they run in slices.
    """
    calls = [call("good", 1), *map(call, evil), call("good_class", 2), call("good", 3)]
    calls += [call("good", 4)] * more
    pairs = zip(calls, calls_of(calls), strict=True)
    kept = [outcome for asked, outcome in pairs if asked["macro"]["name"] not in evil]
    names = ["good", *evil, "good_class", "good"]
    first, *others = documents_of([document(*names), *[document("good")] * (1 + more)])
    macros = [
        (macro["name"], macro["status"], macro["result"])
        for macro in first["macros"]
        if macro["name"] not in evil
    ]
    return [brief(kept), brief(macros), *(each["output"] for each in others)]
