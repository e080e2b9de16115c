"""Scripts that try to get more from the application's tools than they may: no call that is not allowed is made."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from pybridge.app_tools import AppTools, Tool, ToolLimits
from pybridge.engines import EngineChoice, open_engine
from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Engine, Script
from tests.components import in_component

Json = dict[str, Any]
ANY = {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"], "additionalProperties": False}  # fmt: skip
FORGE = """
import json, sys

def forge(text=None, **message):
    frame = sys._getframe()
    while "running" not in frame.f_locals:
        frame = frame.f_back
    found = frame.f_locals
    text = text or json.dumps({"id": found["running"][0], "kind": "asks", **message})
    if "send" in found:
        found["send"](text)
    else:
        found["replies"].write(text + "\\n")
        found["replies"].flush()
"""

NAMES = [
    "secret ", " secret", "Secret", "SECRET", "\\u017fecret", "sec\\u200bret", "secret\\0", "secret\\n", "echo\\0secret", "echo,secret",
    "../secret", "echo/../secret", "*", "echo|secret", "secret()", "app_tools.secret", "__class__", "__init__", "_tools", "open",
]  # fmt: skip
"""Names that are none of an allowed tool, whatever is done with them."""
ASKS = [
    *(f'await Ask("{name}", {{"x": 1}})' for name in NAMES),
    'await Ask("secret", {"x": 1})',
    "await tools.secret(x=1)",
    'await getattr(tools, "secret")(x=1)',
    'await type("S", (str,), {"__eq__": lambda *a: True, "__hash__": lambda s: hash("echo")})("secret").__class__ and await Ask(type("S", (str,), {"__eq__": lambda *a: True, "__hash__": lambda s: hash("echo")})("secret"), {"x": 1})',
    "await Ask(None, {})",
    "await Ask(1, {})",
    'await Ask(["echo"], {"x": 1})',
    'await Ask({"tool": "echo"}, {"x": 1})',
    'await Ask("", {})',
    'await Ask("a" * 3_000_000, {})',
    'await Ask("echo", [1])',
    'await Ask("echo", None)',
    'await Ask("echo", "x")',
    'await Ask("echo", {1: 2})',
    'await Ask("echo", {"x": 1, "self": 2})',
    'await Ask("echo", {"x": 1, "__proto__": {"admin": True}})',
    'await Ask("echo", {"x": True})',
    'await Ask("echo", {"x": 1.5})',
    'await Ask("echo", {"x": "1; DROP TABLE posts"})',
    'await Ask("echo", {"x": [[[[[[]]]]]]})',
    'await Ask("echo", {"x": "y" * 3_000_000})',
    'd = {}\nfor _ in range(5000):\n    d = {"x": d}\nawait Ask("echo", d)',
    'd = {}\nd["x"] = d\nawait Ask("echo", d)',
    'await tools.all(*[tools.secret(x=i) for i in range(900)])',
    'await tools.all(tools.echo(x="1"), tools.secret(x=1), Ask("Secret", {}))',
    'a = Ask("echo", {"x": 1})\na.tool = "secret"\nawait a',
    'class L(list):\n    def __iter__(self):\n        return iter([Ask("secret", {"x": 1})])\nclass W:\n    def __await__(self):\n        yield L([1])\nawait W()',
    'class W:\n    def __await__(self):\n        yield ["secret"]\nawait W()',
    'class W:\n    def __await__(self):\n        yield []\nawait W()',
    'class W:\n    def __await__(self):\n        yield {"tool": "secret", "args": {}}\nawait W()',
    'forge(calls=[{"tool": "secret", "args": {"x": 1}}])',
    'forge(calls=[])',
    'forge(calls=[{"tool": "echo", "args": {"x": 1}}] * 1001)',
    'forge(calls=[{"tool": "echo"}])',
    'forge(calls=[{"tool": "echo", "args": {"x": 1}, "script": "scripts/other.py"}])',
    'forge(calls=[{"tool": "echo", "args": []}])',
    'forge(calls=None)',
    'forge(calls={"tool": "secret", "args": {}})',
    'forge(calls=[{"tool": "secret", "args": {}}], id=1)',
    'forge(calls=[{"tool": "secret", "args": {}}], script="scripts/other.py")',
    'forge(kind="answers", answers=[{"value": 1}])',
    'forge(kind="transformed", done=True)',
    'forge(text=\'{"kind":"asks","id":1,"calls":[{"tool":"secret","args":{}}]}\')',
    'forge(text=\'{"kind":"asks","calls":\' + "[" * 100_000)',
    'for _ in range(50):\n    forge(calls=[{"tool": "secret", "args": {"x": 1}}])',
    'while True:\n    try:\n        await tools.secret(x=1)\n    except tools.ToolError:\n        pass',
    'while True:\n    try:\n        await tools.echo(x="1")\n    except BaseException:\n        pass',
]  # fmt: skip


class Application:
    """Tools of which one is for another script, and what was called."""

    def __init__(self) -> None:
        self.called: list[str] = []
        tools: dict[str, Any] = {"echo": Tool(self.echo, ANY), "secret": self.secret}
        allow = {
            "p.py": ["echo"],
            "t": ["echo"],
            "other": ["secret", "echo"],
            "scripts/other.py": ["secret"],
        }
        limits = ToolLimits(calls=1500, args_bytes=1 << 20, seconds=1)
        self.app_tools = AppTools(tools, allow, limits=limits)

    def echo(self, **args: Any) -> Any:
        self.called.append("echo")
        assert args == {"x": 1}
        return args

    def secret(self, **args: Any) -> str:
        self.called.append("secret")
        return "the secret"


@pytest.fixture(scope="module", params=["native", "wasi", in_component])
def choice(request: pytest.FixtureRequest) -> str | EngineChoice:
    chosen: str | EngineChoice = request.param
    return chosen


@pytest.fixture(scope="module")
def engine(choice: str | EngineChoice) -> Iterator[Engine]:
    with open_engine(choice, limits=Limits(item_s=1, run_s=1)) as running:
        yield running


def test_there_are_many_attacks() -> None:
    assert len(set(ASKS)) == len(ASKS) >= 60


def body_of(attack: str) -> str:
    ask = "Ask = type(tools.echo(x=1))\ntry:\n"
    lines = "".join(f"    {line}\n" for line in attack.splitlines())
    lines = ask + lines + "except Exception as error:\n    print('no:', type(error).__name__)\n"
    return "".join(f"    {line}\n" for line in lines.splitlines())


@pytest.mark.parametrize("number", range(len(ASKS)))
def test_a_program_calls_nothing_that_it_may_not(engine: Engine, number: int) -> None:
    application = Application()
    content = f"{FORGE}async def main(args, tools):\n{body_of(ASKS[number])}"
    started = time.monotonic()
    ran = engine.run({"path": "p.py", "content": content}, [], tools=application.app_tools.open)
    assert time.monotonic() - started < 20
    assert application.called == []
    assert "the secret" not in str(ran)
    after = "async def main(args, tools):\n    return await tools.echo(x=1)\n"
    good = engine.run({"path": "p.py", "content": after}, [], tools=application.app_tools.open)
    assert (good["result"], application.called) == ({"x": 1}, ["echo"])


@pytest.mark.parametrize("number", range(0, len(ASKS), 4))
def test_a_transform_calls_nothing_that_it_may_not(choice: str | EngineChoice, number: int) -> None:
    application = Application()
    head = '"""kind: transform"""\n'
    bad = f"{head}{FORGE}async def transform(post, context, tools):\n{body_of(ASKS[number])}"
    good = f"{head}async def transform(post, context, tools):\n    post['title'] += str(await tools.echo(x=1))\n"
    post = {"title": "t", "content": "c", "tags": [], "categories": []}
    with open_engine(choice, limits=Limits(item_s=1)) as fresh:
        fresh.load(
            [
                Script("scripts/t.py", bad),
                Script("scripts/u.py", good.replace("echo", "secret")),
                Script("scripts/other.py", good),
            ]
        )
        done = fresh.transform(post, {}, tools=application.app_tools.open)
    assert "the secret" not in str(done)
    assert application.called == ["echo"]
    assert done["post"]["title"] == "t{'x': 1}"


@pytest.mark.parametrize("kind", ["program", "transform"])
def test_asking_where_nothing_is_offered_ends_the_worker(
    choice: str | EngineChoice, kind: str
) -> None:
    forged = 'forge(calls=[{"tool": "secret", "args": {"x": 1}}])'
    with open_engine(choice, limits=Limits(item_s=2)) as fresh:
        if kind == "program":
            content = f"{FORGE}def main():\n    {forged}\n"
            codes = [fresh.run({"path": "p.py", "content": content}, [])["code"]]
        else:
            text = f'"""kind: transform"""\n{FORGE}def transform(post, context):\n    {forged}\n'
            fresh.load([Script("scripts/t.py", text)])
            post = {"title": "t", "content": "c", "tags": [], "categories": []}
            codes = [each["code"] for each in fresh.transform(post, {})["errors"]]
        # In the component there is no pipe to forge a message on.
        assert codes == ["exception" if isinstance(choice, EngineChoice) else "crash"]
        good = {"path": "p.py", "content": "def main():\n    return 1\n"}
        assert fresh.run(good, [])["result"] == 1
