"""Scripts ask their application for tools: programs and transforms, in every engine of the command line."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from pybridge.app_tools import AppTools, Tool, ToolFailed, ToolLimits
from pybridge.engines import EngineChoice, open_engine
from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Engine, Script
from tests.components import in_component

Json = dict[str, Any]
NUMBER = {"type": "object", "properties": {"x": {"type": "number"}, "y": {"type": "number"}}, "required": ["x", "y"]}  # fmt: skip


def fail() -> None:
    raise ToolFailed("the library is closed")


def leak() -> None:
    raise RuntimeError("password=hunter2")


TOOLS: dict[str, Any] = {
    "add": Tool(lambda x, y: x + y, NUMBER, {"type": "number"}),
    "search": lambda tag: [{"tag": tag}],
    "fail": fail,
    "leak": leak,
    "wrong": Tool(lambda: "text", None, {"type": "number"}),
    "odd": lambda: {1, 2},
    "large": lambda: "x" * 2_000_000,
    "late": lambda: time.sleep(30),
    "secret": lambda: "secret",
}


@pytest.fixture(scope="module", params=["native", "wasi", in_component])
def choice(request: pytest.FixtureRequest) -> str | EngineChoice:
    chosen: str | EngineChoice = request.param
    return chosen


@pytest.fixture(scope="module")
def engine(choice: str | EngineChoice) -> Iterator[Engine]:
    with open_engine(choice, limits=Limits(item_s=2)) as running:
        yield running


def app_tools(**fields: Any) -> AppTools:
    allowed = [name for name in TOOLS if name != "secret"]
    given = {"p.py": allowed, "t": allowed, "u": allowed, **fields.pop("allow", {})}
    limits = ToolLimits(seconds=0.3, value_bytes=1 << 20, **fields)
    return AppTools(TOOLS, given, limits=limits)


def run(engine: Engine, body: str, *, tools: Any = None, path: str = "p.py", **fields: Any) -> Json:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    script = {"path": path, "content": f"async def main(args, tools):\n{lines}"}
    return engine.run(script, ["a"], tools=(tools or app_tools()).open, **fields)


def test_a_program_asks_one_after_another_and_several_at_once(engine: Engine) -> None:
    ran = run(
        engine,
        "import sys\n"
        "print('begin', args, sys.argv, __name__)\n"
        "one = await tools.add(x=1, y=2)\n"
        "async def two(tag):\n"
        "    found = await tools.search(tag=tag)\n"
        "    return found[0]['tag'] + str(await tools.add(x=len(tag), y=1))\n"
        "both = await tools.all(two('abc'), tools.add(x=3, y=4), two('d'))\n"
        "print('end', sys.argv)\n"
        "return [one, both]",
    )
    assert (ran["status"], ran["result"]) == ("ok", [3, ["abc4", 7, "d2"]])
    assert ran["stdout"] == "begin ['a'] ['p.py', 'a'] __main__\nend ['p.py', 'a']\n"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("tools.secret()", "ToolDenied: the script may not call 'secret'"),
        ("tools.nosuch(x=1)", "ToolDenied: the script may not call 'nosuch': there is no such tool"),
        ("tools.add(x=1)", "ToolError: add: 'y' is a required property"),
        ("tools.add(x='1', y=2)", "ToolError: add: /x: '1' is not of type 'number'"),
        ("tools.search(nosuch=1)", "ToolError: search failed"),
        ("tools.fail()", "ToolError: fail: the library is closed"),
        ("tools.leak()", "ToolError: leak failed"),
        ("tools.wrong()", "ToolError: wrong returned another shape than it promises"),
        ("tools.odd()", "ToolError: odd returned what is not JSON"),
        ("tools.large()", "ToolError: large returned too much"),
        ("tools.late()", "ToolError: late took longer than 0.3 s"),
        ("tools.add(x={1}, y=2)", "TypeError: a tool takes JSON: a value of type set is not JSON"),
        ("tools.add(x=float('nan'), y=2)", "TypeError: a tool takes JSON"),
        ("tools.search(tag='x' * 1_100_000)", "ToolError: the arguments of search are too large"),
        ("tools.all(*[tools.add(x=1, y=1) for _ in range(1001)])", "ToolError: at most 1,000 calls cross at once"),
    ],
)  # fmt: skip
def test_what_a_tool_does_not_do_is_an_error_where_it_is_awaited(
    engine: Engine, call: str, said: str
) -> None:
    body = (
        f"try:\n    await {call}\nexcept (tools.ToolError, TypeError) as error:\n"
        "    print(f'{type(error).__name__}: {error}')\nreturn await tools.add(x=1, y=1)"
    )
    ran = run(engine, body)
    assert (ran["status"], ran.get("result")) == ("ok", 2), ran
    assert ran["stdout"].startswith(said)
    alone = run(engine, f"await {call}")
    assert (alone["status"], alone["error"]["type"]) == ("error", said.partition(":")[0])
    assert alone["error"]["message"].startswith(said)


def test_without_tools_asking_is_a_capability_error(engine: Engine) -> None:
    script = {
        "path": "p.py",
        "content": "async def main(args, tools):\n    await tools.add(x=1, y=2)\n",
    }
    ran = engine.run(script, [])
    assert (ran["status"], ran["code"]) == ("error", "capability")
    assert "offers none" in ran["error"]["message"]


def test_a_macro_gets_no_tools(engine: Engine) -> None:
    engine.load(
        [
            Script(
                "scripts/asks.py",
                "async def render(context, tools):\n    return await tools.add(x=1, y=2)\n",
            )
        ]
    )
    [outcome] = engine.render_calls(
        [{"abi": 1, "macro": {"name": "asks"}, "params": {}, "env": {}, "data": {}}]
    )
    assert outcome["error"]["code"] == "capability"
    assert "offers none" in outcome["error"]["message"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("import asyncio\nawait asyncio.sleep(0)", "capability"),
        ("while True:\n    await tools.add(x=1, y=1)", "timeout"),
        ("await tools.add(x=1, y=1)\nwhile True: pass", "timeout"),
        (
            "try:\n    while True: await tools.add(x=1, y=1)\nfinally:\n    while True: pass",
            "timeout",
        ),
        ("await tools.add(x=1, y=1)\nraise SystemExit(3)", "exception"),
    ],
)
def test_a_program_that_never_ends_well_is_one_error(engine: Engine, body: str, code: str) -> None:
    ran = run(engine, f"print('x')\n{body}", timeout_s=1)
    assert (ran["status"], ran["code"], ran["stdout"]) == ("error", code, "x\n")
    if code == "timeout":
        assert ran["error"]["message"] == "took longer than 1 s"
    assert run(engine, "return await tools.add(x=1, y=2)")["result"] == 3


def test_the_time_of_a_tool_is_not_the_scripts(engine: Engine) -> None:
    slow = AppTools({"slow": lambda: time.sleep(0.7)}, {"p.py": ["slow"]})
    ran = run(
        engine, "for _ in range(2):\n    await tools.slow()\nreturn 1", tools=slow, timeout_s=1
    )
    assert ran["result"] == 1


def test_calls_beyond_the_limit_are_denied(engine: Engine) -> None:
    body = "n = 0\nwhile True:\n    await tools.add(x=1, y=1)\n    n += 1\n    print(n)"
    ran = run(engine, body, tools=app_tools(calls=3))
    assert ran["stdout"] == "1\n2\n3\n"
    assert ran["error"]["message"] == "ToolDenied: a run may make 3 calls"


def test_what_the_application_raises_itself_is_raised_and_the_next_run_is_right(
    engine: Engine,
) -> None:
    def broken(script: str) -> Any:
        def answer(calls: Sequence[Json]) -> list[Json]:
            raise KeyboardInterrupt

        return answer

    script = {
        "path": "p.py",
        "content": "async def main(args, tools):\n    await tools.add(x=1, y=2)\n",
    }
    with pytest.raises(KeyboardInterrupt):
        engine.run(script, [], tools=broken)
    assert run(engine, "return await tools.add(x=1, y=2)")["result"] == 3


POST = {"title": "T", "content": "abc", "tags": [], "categories": []}
TRANSFORM = """
async def transform(post, context, tools):
    found, total = await tools.all(tools.search(tag="x"), tools.add(x=len(post["content"]), y=1))
    print("one")
    post["title"] += f" {found[0]['tag']}{await tools.add(x=total, y=1)}"
    return post
"""


def test_transforms_ask_and_the_post_goes_on(choice: str | EngineChoice) -> None:
    with open_engine(choice, limits=Limits(item_s=2)) as fresh:
        fresh.load(
            [
                Script("scripts/t.py", f'"""kind: transform"""\n{TRANSFORM}'),
                Script("scripts/u.py", f'"""kind: transform"""\n{TRANSFORM}'),
                Script("scripts/v.py", f'"""kind: transform"""\n{TRANSFORM}'),
            ]
        )
        post = POST
        for _ in range(2):
            done = fresh.transform(post, {}, tools=app_tools().open)
            assert (done["applied"], done["post"]["title"]) == (["t", "u"], "T x5 x5")
            assert done["stdout"] == "one\none\n"
            [error] = done["errors"]
            assert error["scriptSlug"] == "v"
            assert "may not call" in error["message"]
        without = fresh.transform(post, {})
        assert (without["applied"], [each["code"] for each in without["errors"]]) == (
            [],
            ["capability"] * 3,
        )


def test_a_transform_that_asks_for_ever_is_ended(choice: str | EngineChoice) -> None:
    asks = "while True:\n        try:\n            await tools.add(x=1, y=1)\n        except tools.ToolError:\n            pass"
    text = f'"""kind: transform"""\nasync def transform(post, context, tools):\n    {asks}\n'
    with open_engine(choice, limits=Limits(item_s=0.5)) as fresh:
        fresh.load([Script("scripts/t.py", text)])
        done = fresh.transform(POST, {}, tools=app_tools(calls=5).open)
    assert [each["message"] for each in done["errors"]] == ["took longer than 0.5 s"]


def test_a_post_that_begins_anew_asks_nothing_twice(choice: str | EngineChoice) -> None:
    """A transform that ends its worker costs those before it another run, not another call."""
    asked: list[str] = []

    def note(text: str) -> int:
        asked.append(text)
        return len(asked)

    noting = AppTools({"note": note}, {"t": ["note"], "u": ["note"]})
    first = 'async def transform(post, context, tools):\n    post["title"] = str(await tools.note(text="t"))\n'
    ends = 'async def transform(post, context, tools):\n    await tools.note(text="u")\n    while True: pass\n'
    with open_engine(choice, limits=Limits(item_s=0.5)) as fresh:
        fresh.load(
            [
                Script(f"scripts/{n}.py", f'"""kind: transform"""\n{text}')
                for n, text in (("t", first), ("u", ends))
            ]
        )
        done = fresh.transform(POST, {}, tools=noting.open)
    assert (done["applied"], done["post"]["title"], asked) == (["t"], "1", ["t", "u"])
    assert [(each["scriptSlug"], each["code"]) for each in done["errors"]] == [("u", "timeout")]


def test_a_script_alone_in_a_process_of_many_calls(engine: Engine) -> None:
    ran = run(engine, "n = 0\nfor i in range(300):\n    n += await tools.add(x=i, y=1)\nreturn n")
    assert ran["result"] == sum(range(1, 301))
    assert json.dumps(ran)
