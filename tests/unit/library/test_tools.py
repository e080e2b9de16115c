"""A program offers tools to its scripts, records their calls and runs scripts without them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from pybridge import AppTools, AsyncRuntime, Recording, Runtime, Tool, ToolFailed, ToolLimits
from pybridge.errors import UsageError
from tests.unit.cli.conftest import Cli

SCRIPTS = {
    "titles": "async def main(args, tools):\n    found = await tools.search_posts(tag=args[0])\n    print(len(found))\n    return [each['title'] for each in found]\n",
    "tagger": '"""kind: transform"""\nasync def transform(post, context, tools):\n    post["tags"] += await tools.suggest(text=post["content"])\n    return post\n',
}
TAG = {
    "type": "object",
    "properties": {"tag": {"type": "string", "maxLength": 20}},
    "required": ["tag"],
}


def search_posts(tag: str) -> list[dict[str, str]]:
    if tag == "closed":
        raise ToolFailed("the library is closed")
    return [{"title": f"All about {tag}"}]


TOOLS: dict[str, Any] = {
    "search_posts": Tool(search_posts, TAG),
    "suggest": lambda text: sorted(set(text.split())),
}
ALLOW = {"titles": ["search_posts"], "tagger": ["suggest"]}
POST = {"title": "t", "content": "b a", "tags": ["x"]}


def test_programs_and_transforms_ask_the_application() -> None:
    with Runtime(scripts=SCRIPTS, tools=TOOLS, allow=ALLOW) as runtime:
        ran = runtime.run("titles", ["alps"])
        assert (ran.stdout, ran.result) == ("1\n", ["All about alps"])
        assert runtime.transform(POST).post["tags"] == ["x", "a", "b"]
        closed = runtime.run("titles", ["closed"])
        assert closed.error is not None
        assert closed.error.message == "ToolError: search_posts: the library is closed"


def test_nothing_is_allowed_by_itself() -> None:
    with Runtime(scripts=SCRIPTS, tools=TOOLS) as runtime:
        ran = runtime.run("titles", ["alps"])
        assert ran.error is not None
        assert "may not call 'search_posts'" in ran.error.message
        assert [each.code for each in runtime.transform(POST).errors] == ["exception"]
    with Runtime(scripts=SCRIPTS) as runtime:
        none = runtime.run("titles", ["alps"]).error
        assert none is not None
        assert none.code == "capability"


def test_app_tools_have_limits_and_an_audit() -> None:
    entries: list[dict[str, Any]] = []
    app_tools = AppTools(TOOLS, ALLOW, limits=ToolLimits(args_bytes=20), audit=entries.append)
    with Runtime(scripts=SCRIPTS, tools=app_tools) as runtime:
        assert runtime.run("titles", ["a" * 15]).error is not None
        assert runtime.run("titles", ["a"]).result == ["All about a"]
    assert [(each["script"], each["status"]) for each in entries] == [
        ("titles", "failed"),
        ("titles", "ok"),
    ]
    with pytest.raises(UsageError, match="allow goes with"):
        Runtime(scripts=SCRIPTS, tools=app_tools, allow=ALLOW)


def test_a_project_has_to_switch_tools_on(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "pybridge.toml").write_text("")
    with pytest.raises(UsageError, match="has not switched tools on"):
        Runtime(project=tmp_path, tools=TOOLS, allow=ALLOW)
    (tmp_path / "pybridge.toml").write_text("[features]\ntools = true\n")
    (tmp_path / "scripts" / "titles.py").write_text(SCRIPTS["titles"])
    with Runtime(project=tmp_path, tools=TOOLS, allow=ALLOW) as runtime:
        assert runtime.run("titles", ["alps"]).result == ["All about alps"]


@pytest.mark.parametrize("engine", ["wasi", "native"])
def test_a_recording_gives_the_same_without_the_application(
    engine: str, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    recording = Recording()
    with Runtime(scripts=SCRIPTS, tools=TOOLS, allow=ALLOW, engine=engine) as runtime:
        ran = runtime.run("titles", ["alps"], recording=recording)
    assert json.loads(recording.text) == {
        "tool": "search_posts",
        "args": {"tag": "alps"},
        "value": [{"title": "All about alps"}],
    }
    with Runtime(scripts=SCRIPTS, engine=engine) as runtime:
        again = runtime.run("titles", ["alps"], replay=recording.text)
        assert (again.stdout, again.result) == (ran.stdout, ran.result)
        other = runtime.run("titles", ["sea"], replay=recording.text).error
        assert other is not None
        assert "line 1 of the recording is another call" in other.message
        with pytest.raises(UsageError, match="line 1 of the recording"):
            runtime.run("titles", ["sea"], replay="x")
    Path("calls.jsonl").write_text(recording.text, "utf-8")
    Path("titles.py").write_text(SCRIPTS["titles"], "utf-8")
    done = cli("run", "titles.py", "alps", "--replay", "calls.jsonl", "--engine", engine, "--json")
    assert (done.code, done.json["stdout"], done.json["result"]) == (0, ran.stdout, ran.result)
    assert cli("run", "titles.py", "alps", "--engine", engine).code == 1
    missing = cli("run", "titles.py", "alps", "--replay", "nosuch", "--engine", engine)
    assert (missing.code, "nosuch" in missing.err) == (1, True)


def test_the_runtime_with_coroutines_offers_tools_too() -> None:
    async def work() -> Any:
        async with AsyncRuntime(scripts=SCRIPTS, tools=TOOLS, allow=ALLOW) as runtime:
            return (await runtime.run("titles", ["alps"])).result

    assert asyncio.run(work()) == ["All about alps"]
