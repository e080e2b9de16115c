from __future__ import annotations

import json
import sys

import pytest

from tests.unit.macros.host import Host, call, returning


@pytest.mark.parametrize(
    ("source", "output"),
    [
        pytest.param("def render(context): return {'html': 'one'}", "one", id="context"),
        pytest.param("def render(c, post): return {'html': post['id']}", "p1", id="context and post"),
        pytest.param("def render(c, other): return {'html': other['id']}", "p1", id="second by position"),
        pytest.param("def render(c, post=None): return {'html': post['id']}", "p1", id="post optional"),
        pytest.param("def render(c, cache={}): return {'html': str(cache)}", "{}", id="another default"),
        pytest.param("def render(c, *, post): return {'html': post['id']}", "p1", id="post by keyword"),
        pytest.param("def render(): return {'html': 'none'}", "none", id="nothing"),
        pytest.param("def render(*args): return {'html': str(len(args))}", "1", id="varargs"),
        pytest.param("def render(c, *rest): return {'html': str(len(rest))}", "0", id="rest"),
        pytest.param("render = lambda c: {'html': 'lambda'}", "lambda", id="lambda"),
        pytest.param(
            "class R:\n  def __call__(self, c, post): return {'html': post['id']}\nrender = R()", "p1", id="callable"
        ),
        pytest.param(
            "class R:\n  def go(self, c, post): return {'html': post['id']}\nrender = R().go", "p1", id="method"
        ),
        pytest.param(
            "import functools\ndef f(a, c, post): return {'html': a + post['id']}\nrender = functools.partial(f, 'a')",
            "ap1",
            id="partial",
        ),
        pytest.param(
            "import functools\n@functools.cache\ndef g(): ...\ndef wrap(f):\n"
            "  @functools.wraps(f)\n  def inner(*a, **k): return f(*a, **k)\n  return inner\n"
            "@wrap\ndef render(c, post): return {'html': post['id']}",
            "p1",
            id="decorated",
        ),
        pytest.param("async def render(c): return {'html': 'async'}", "async", id="async"),
        pytest.param(
            "async def f(): return 'x'\nasync def render(c): return {'html': await f()}", "x", id="await"
        ),
        pytest.param(
            "from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\nclass P:\n  x: int\n"
            "def render(c): return {'html': str(P(1).x)}",
            "1",
            id="dataclass",
        ),
    ],
)  # fmt: skip
def test_entry_point_is_called_as_its_signature_says(host: Host, source: str, output: str) -> None:
    host.load(m=source)
    assert host.call("m", post={"id": "p1"})["result"] == {"html": output}


def test_type_error_inside_is_no_question_of_signature(host: Host) -> None:
    host.load(m="calls = []\ndef render(c, post):\n  calls.append(1)\n  return {'html': len(5)}\n")
    error = host.call("m")["error"]
    assert error["message"] == "TypeError: object of type 'int' has no len()"
    assert error["script"]["line"] == 4


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("import asyncio\nasync def render(c): await asyncio.sleep(0)", id="asyncio"),
        pytest.param(
            "class W:\n  def __await__(self): yield\nasync def render(c): await W()", id="awaitable"
        ),
    ],
)
def test_real_suspension_is_not_possible(host: Host, source: str) -> None:
    host.load(m=source)
    error = host.call("m")["error"]
    assert error["code"] == "capability"
    assert "event loop" in error["message"]


def test_script_gets_the_whole_call_with_nothing_missing(host: Host) -> None:
    host.load(m="import json\ndef render(context): return {'html': json.dumps(context)}")
    host.load(
        n="import json\nNEEDS = ['b', 'z']\ndef render(context): return {'html': json.dumps(context)}"
    )
    bare = json.loads(host.call("m", env={})["result"]["html"])
    assert bare == {
        "abi": 1,
        "macro": {"name": "m"},
        "params": {},
        "body": None,
        "env": {"isPreview": False},
        "post": None,
        "data": {},
    }
    full = call("n", {"x": 1}, body="b", post={"id": "p"}, data={"a": 1, "b": [2]})
    full["env"] = {"isPreview": True, "mainLanguage": "de"}
    seen = json.loads(host.render([full])[0]["result"]["html"])
    assert seen == {**full, "data": {"b": [2]}}


HARM = {
    "raises": "def render(c): raise ValueError('x')",
    "system_exit": "def render(c): raise SystemExit(3)",
    "interrupt": "def render(c): raise KeyboardInterrupt",
    "generator_exit": "def render(c): raise GeneratorExit",
    "stop": "def render(c): raise StopIteration({'html': 'no'})",
    "async_stop": "async def render(c): raise StopIteration({'html': 'no'})",
    "recursion": "def render(c): return render(c)",
    "memory": "def render(c): raise MemoryError",
    "exception_group": "def render(c): raise ExceptionGroup('g', [ValueError(1)])",
    "body": "1 / 0\ndef render(c): ...",
    "exit_in_body": "import sys\nsys.exit(0)\ndef render(c): ...",
    "syntax": "def render(c:",
    "closes": "import sys\ndef render(c):\n  sys.stdout.close(); sys.stderr.close(); sys.stdin.close()\n  return 1",
    "no_stdout": "import sys\ndef render(c):\n  sys.stdout = sys.stderr = None\n  return 1",
    "other_stdout": "import sys, io\ndef render(c):\n  sys.stdout = io.StringIO()\n  return 1",
    "limit": "import sys\ndef render(c):\n  sys.setrecursionlimit(200)\n  return 1",
    "context": "def render(c):\n  c['macro'].clear(); c['env'].clear(); c['params'].clear(); c.clear()\n  return 1",
    "str": "class E(Exception):\n  def __str__(self): raise OSError\ndef render(c): raise E",
    "unreadable": "class E(Exception):\n  def __getattribute__(self, n): raise OSError\ndef render(c): raise E",
    "class_lie": "class E(Exception):\n  @property\n  def __class__(self): raise KeyboardInterrupt\ndef render(c): raise E",
    "name_lie": "class M(type):\n  __name__ = property(lambda s: 1/0)\nclass E(Exception, metaclass=M): ...\ndef render(c): raise E",
    "ignores_close": "class W:\n  def __await__(self):\n    while True:\n      try: yield\n      except GeneratorExit: pass\n"
    "async def render(c): await W()",
}  # fmt: skip


# Python reports, without raising, what cannot be closed; in a sandbox nobody listens.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", HARM)
def test_bad_macro_never_touches_its_neighbours(host: Host, name: str) -> None:
    host.load(
        good="def render(c):\n  print('hi')\n  return {'html': c['params']['n']}", bad=HARM[name]
    )
    calls = [call("good", {"n": "1"}), call("bad"), call("good", {"n": "2"}), call("bad")]
    outcomes = host.render(calls)
    good = [{key: outcomes[n][key] for key in ("result", "stdout")} for n in (0, 2)]
    assert good == [
        {"result": {"html": "1"}, "stdout": "hi\n"},
        {"result": {"html": "2"}, "stdout": "hi\n"},
    ]
    assert [sorted({"error", "scriptId"} & outcomes[n].keys()) for n in (1, 3)] == [
        ["error", "scriptId"]
    ] * 2
    assert outcomes[1]["error"] == outcomes[3]["error"]
    assert sys.stdout is not host.session._engine.streams.stdout
    document = host.document("[[good n=a]] [[bad]] [[good n=b]]")
    assert [macro["status"] for macro in document["macros"]] == ["ok", "error", "ok"]


PATCHING = """
import json, json.decoder, json.encoder, json.scanner, time, marshal
saved = []

def evil(*args, **kwargs):
    raise OSError("patched")

def render(context):
    if context["params"].get("undo"):
        while saved:
            setattr(*saved.pop())
        return {"html": "undone"}
    for module in (json.scanner, json.encoder, json.decoder, json, time, marshal):
        for name in [name for name in vars(module) if not name.startswith("__")]:
            saved.append((module, name, getattr(module, name)))
            setattr(module, name, evil)
    return {"html": "patched"}
"""


def test_engine_keeps_what_a_script_patches(host: Host) -> None:
    host.load(good=returning("context['params']['n']"), patch=PATCHING)
    calls = [call("patch"), call("good", {"n": "1"}), call("nobody"), call("patch", {"undo": True})]
    outcomes = host.render(calls * 2)
    assert [outcome.get("result", {}).get("html") for outcome in outcomes[:4]] == [
        "patched",
        "1",
        None,
        "undone",
    ]
    assert outcomes[4:] == outcomes[:4]


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        pytest.param("system_exit", "exception", "SystemExit: 3", id="exit"),
        pytest.param("memory", "memory", "MemoryError", id="memory"),
        pytest.param("recursion", "exception", "RecursionError: maximum recursion depth exceeded", id="recursion"),
        pytest.param("syntax", "syntax", "SyntaxError: '(' was never closed", id="syntax"),
        pytest.param("str", "exception", "E: (its text cannot be had: str() of it fails)", id="no text"),
        pytest.param("body", "exception", "ZeroDivisionError: division by zero", id="body"),
    ],
)  # fmt: skip
def test_failure_has_its_code(host: Host, name: str, code: str, message: str) -> None:
    host.load(bad=HARM[name])
    error = host.call("bad")["error"]
    assert error["code"] == code
    assert error["message"].startswith(message)
    assert len(error.get("frames", [])) <= 20


def test_missing_entry_point_is_named(host: Host) -> None:
    host.load(m='"""\n---\nkind: "macro"\nentrypoint: "draw"\n---\n"""\ndef render(c): ...\n')
    error = host.call("m")["error"]
    assert (error["code"], error["message"]) == (
        "schema",
        "scripts/m.py defines no function 'draw'",
    )


def test_output_is_captured_per_item_and_capped(host: Host) -> None:
    host.send("limits", limits={"stdoutBytes": 100})
    host.load(
        m="import sys\ndef render(c):\n  n = c['params']['n']\n  print('é' * n)\n  sys.stderr.write('e')\n"
        "  sys.stdout.buffer.write(b'b')\n  sys.__stdout__.write('c')\n  return {'html': ''}\n"
    )
    outcomes = host.render([call("m", {"n": 2}), call("m", {"n": 1000}), call("m", {"n": 0})])
    assert [outcome["stdout"] for outcome in outcomes] == [
        "éé\nbc",
        "é" * 50 + "\n… output cut at 100 bytes\n",
        "\nbc",
    ]
    assert [outcome.get("stderr") for outcome in outcomes] == ["e", None, "e"]


def test_stdin_is_at_its_end(host: Host) -> None:
    host.load(m=returning("input()"))
    assert host.call("m")["error"]["message"].startswith("EOFError")


def test_output_holds_no_half_characters(host: Host) -> None:
    host.load(m="def render(c):\n  print('a\\udc80b')\n  return {'html': ''}\n")
    assert host.call("m")["stdout"] == "a?b\n"


def test_a_script_that_is_restored_after_its_calls_hides_no_change_of_another(host: Host) -> None:
    host.load(
        change="import sys\ndef render(c):\n  sys.argv[:] = ['evil']\n  return {'text': ''}",
        read="import sys\ndef render(c):\n  return {'text': repr(sys.argv)}",
        seeded="import random\nrandom.seed(1)\ndef render(c):\n  return {'text': ''}",
    )
    names = ["read", "seeded", "change", "read", "seeded", "read"]
    outcomes = host.render([call(name) for name in names])
    read = [
        each["result"]["text"] for each, name in zip(outcomes, names, strict=True) if name == "read"
    ]
    assert read == [repr(sys.argv)] * 3
